"""ARNs of a partition that the region is not in: nothing in China or GovCloud reaches what is elsewhere in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from stacks.settings.forms import annotation_inside, annotation_notes
from stacks.settings.keys import dotted_name
from templates.partitions import partition_of
from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings.forms import Place


def refuse_foreign(settings: Section, region: str) -> None:
    """Raise PydanticCustomError for the first ARN that is in another partition than the region."""
    ours = partition_of(region).name
    for place, arn in _arns(type(settings), settings, ()):
        if arn.split(":")[1] not in {ours, "*"}:
            raise PydanticCustomError(
                "partition",
                "is in the partition {theirs}, which the region {region} cannot reach: its ARNs begin with arn:{ours}:",
                {
                    "key": dotted_name(place),
                    "with": ("aws.region",),
                    "theirs": arn.split(":")[1],
                    "region": region,
                    "ours": ours,
                },
            )


def _arns(annotation: object, value: Any, place: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - any setting
    """Yield the ARNs in a value, where its pattern asks for one: free text may hold any."""
    if isinstance(value, Section):
        for name in type(value).model_fields:
            yield from _arns(annotation_inside(annotation, name), getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _arns(annotation_inside(annotation, index), item, (*place, index))
    elif isinstance(value, Map):
        for name, item in value.items():
            yield from _arns(annotation_inside(annotation, name), item, (*place, name))
    elif isinstance(value, str) and value.startswith("arn:") and _asks_for_arn(annotation):
        yield place, value


def _asks_for_arn(annotation: object) -> bool:
    return any("arn:" in (getattr(note, "pattern", None) or "") for note in annotation_notes(annotation))
