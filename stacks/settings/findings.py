"""What pydantic and the models' own checks find, in our words and with our places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic_core.core_schema import ErrorType

from stacks.settings.forms import Place, annotation_at, annotation_inside, bare_annotation, plain_type, section_of
from stacks.settings.unknown import nearest_name
from stacks.settings.wording import describe_allowed
from templates.section import Map, Section

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_PYDANTICS_OWN = frozenset(get_args(ErrorType))
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
_KEY = "[key]"
"""What pydantic puts behind the key of a table where the key itself is wrong."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something is wrong at `place`, found by looking at all that are `involved`.

    Where it is a key that does not exist, `meant` is the place of the one that was probably meant.
    """

    place: Place
    involved: frozenset[Place]
    why: str
    missing: bool = False
    suggestion: str = ""
    meant: Place | None = None


def list_findings(model: type[Section], error: ValidationError) -> list[Finding]:
    """Return all findings of an error, in its order."""
    items = error.errors(include_url=False, include_input=False)
    return [_finding(model, item) for item in items if not _is_of_its_items(item, items)]


def _is_of_its_items(item: ErrorDetails, items: list[ErrorDetails]) -> bool:
    """Whether a list seems too short only because pydantic has not counted items that are wrong themselves."""
    place = item["loc"]
    return item["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in items
    )


def _finding(model: type[Section], item: ErrorDetails) -> Finding:
    location, context = item["loc"], item.get("ctx", {})
    if item["type"] == "extra_forbidden":
        return _unknown(model, location)
    place = _place(model, location)
    if "key" in context:
        at = (*place, *_steps(context["key"]))
        others = ((*place, *_steps(other)) for other in context.get("with", ()))
        return Finding(place=at, involved=frozenset({at, *others}), why=item["msg"])
    if location[-1:] == (_KEY,) and _is_map(annotation_at(model, location[:-2])):
        return _key(model, location[:-1], item)
    missing, why = item["type"] == "missing", item["msg"]
    if item["type"] in _PYDANTICS_OWN:
        why = f"{'is missing; it ' if missing else ''}must be {describe_allowed(annotation_at(model, place))}"
    return Finding(place=place, involved=frozenset({place}), why=why, missing=missing)


def _unknown(model: type[Section], place: Place) -> Finding:
    """Return the finding for a key that a table inside of a list or a map does not have."""
    section = section_of(annotation_at(model, place[:-1]))
    there = list(section.model_fields) if section else []
    if near := nearest_name(str(place[-1]), there):
        meant = (*place[:-1], near)
        return Finding(place=place, involved=frozenset({place}), why="no such key", suggestion=near, meant=meant)
    why = f"no such key: there are {', '.join(there)}"
    return Finding(place=place, involved=frozenset({place}), why=why)


def _key(model: type[Section], place: Place, item: ErrorDetails) -> Finding:
    """Return the finding for a key that a map does not take."""
    annotation = get_args(bare_annotation(annotation_at(model, place[:-1])))[0]
    why = f"the key must be {describe_allowed(annotation)}" if item["type"] in _PYDANTICS_OWN else item["msg"]
    choices = bare_annotation(annotation)
    near = nearest_name(str(place[-1]), get_args(choices)) if get_origin(choices) is Literal else ""
    return Finding(place=place, involved=frozenset({place}), why=why, suggestion=near)


def _place(model: type[Section], location: Place) -> Place:
    """Return the place that pydantic means; for an item of a list of plain values that of the list, which is short."""
    annotation: Any = model
    place: Place = ()
    for step in location:
        inner = annotation_inside(annotation, step)
        if inner is None or (isinstance(step, int) and not _composed(inner)):
            break
        annotation, place = inner, (*place, step)
    return place


def _is_map(annotation: object) -> bool:
    return annotation is not None and plain_type(annotation) is Map


def _composed(annotation: object) -> bool:
    wanted = plain_type(annotation)
    return wanted in {tuple, Map} or issubclass(wanted, Section)


def _steps(name: str) -> Place:
    """`sidecars[1].image` as a model's check names a place below its own."""
    return tuple(int(index) if index else key for index, key in _STEP.findall(name))
