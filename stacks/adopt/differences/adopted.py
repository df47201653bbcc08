"""All that is adopted, compared with the templates that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.comparing import compare_one
from stacks.adopt.differences.definition import compare_definition
from stacks.adopt.differences.resolution import resolve
from stacks.adopt.types.ecs import TASK_DEFINITION
from stacks.cloudformation import schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.adopt.differences.resolution import Resolved
    from stacks.adopt.survey import Adopted, Difference
    from stacks.place import Place
    from stacks.rendered.rendered import Rendered
    from stacks.rendered.values import Value


def compare(
    adopted: Sequence[Adopted], rendered: Rendered, place: Place, *, running: Mapping[str, Any] | None = None
) -> tuple[Difference, ...]:
    """Return what differs, in the order of the adopted resources.

    `running` are the properties of the task definition that runs, with the values of its environment variables, which
    are compared and are in no difference. A resource that our templates do not have with these settings is left out.
    """
    templates = resolve(rendered, adopted, place)
    found: list[Difference] = []
    for it in adopted:
        ours = templates.get(it.path)
        if ours is not None and ours.type == it.type:
            found += compare_one(place.region, it, _tagged(ours, place.region, rendered.tags))
    for path, ours in templates.items():
        if running and ours.type == TASK_DEFINITION:
            found += compare_definition(place.region, path, running, ours.properties)
    return tuple(found)


def _tagged(ours: Resolved, region: str, stack_tags: Mapping[str, str]) -> Mapping[str, Value]:
    """Return the properties of ours with the stack's tags, which CloudFormation adds; a resource's own win."""
    name = schemas.tag_property(region, ours.type)
    if not schemas.taggable(region, ours.type) or name != "Tags":
        return ours.properties
    own = ours.properties.get(name) or []
    tags = {**stack_tags, **{it["Key"]: it["Value"] for it in own}}
    return {**ours.properties, name: [{"Key": key, "Value": value} for key, value in tags.items()]}
