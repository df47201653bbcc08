"""Which form a setting has and what is inside of it, by the annotation of its field."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = tuple[str | int, ...]
"""Where a value is, also inside of lists: `("ecs", "sidecars", 1, "image")`."""

_PLAIN = (bool, int, float, str)


def annotation_of(field: FieldInfo) -> Any:  # noqa: ANN401 - an annotation can be anything
    """Return a field's whole annotation: pydantic keeps the notes (bounds, `Allowed`) apart."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def bare_annotation(annotation: object) -> Any:  # noqa: ANN401 - likewise
    """Return the annotation without None and notes: `tuple[str, ...]` of `Annotated[tuple[str, ...] | None, ...]`."""
    return _split(annotation)[0]


def annotation_notes(annotation: object) -> tuple[Any, ...]:
    """Return its bounds, patterns and `Allowed`; the outermost first."""
    return _split(annotation)[1]


def plain_type(annotation: object) -> type:
    """Return the plain type: int, bool, str, float, tuple, Map or a Section; that of its choices where it is a Literal.

    Raises TypeError for anything else: a settings model cannot have it.
    """
    plain = bare_annotation(annotation)
    origin, arguments = get_origin(plain), get_args(plain)
    if origin is Literal and len({type(choice) for choice in arguments}) == 1:
        return type(arguments[0])
    if origin is Map or (origin is tuple and arguments[1:] == (...,)):
        return origin
    if isinstance(plain, type) and (plain in _PLAIN or issubclass(plain, Section)):
        return plain
    raise TypeError(f"no form of a setting: {annotation!r}")


def section_of(annotation: object) -> type[Section] | None:
    """Return the section that it is, if it is one."""
    plain = plain_type(annotation)
    return plain if issubclass(plain, Section) else None


def annotation_inside(annotation: object, step: str | int) -> Any:  # noqa: ANN401 - likewise
    """Return the annotation of a key or an item inside; None where there is no such thing."""
    if model := section_of(annotation):
        field = model.model_fields.get(str(step))
        return annotation_of(field) if field else None
    arguments = get_args(bare_annotation(annotation))
    if plain_type(annotation) is tuple and isinstance(step, int):
        return arguments[0]
    return arguments[1] if plain_type(annotation) is Map and isinstance(step, str) else None


def annotation_at(annotation: object, place: Place) -> Any:  # noqa: ANN401 - likewise
    """Return the annotation of a place inside; None where there is no such place."""
    for step in place:
        annotation = None if annotation is None else annotation_inside(annotation, step)
    return annotation


def _split(annotation: object) -> tuple[Any, tuple[Any, ...]]:
    found: list[Any] = []
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = arguments[0]
            found += _expanded(arguments[1:])
        elif origin in {Union, types.UnionType} and type(None) in arguments and len(arguments) == 2:  # noqa: PLR2004 - X | None
            annotation = next(argument for argument in arguments if argument is not type(None))
        else:
            return annotation, tuple(found)


def _expanded(metadata: Sequence[Any]) -> list[Any]:
    """Return the notes, with those inside of a `Field(...)` in its place."""
    return [inner for note in metadata for inner in (note.metadata if isinstance(note, FieldInfo) else (note,))]
