"""Values and what is allowed, in the words of a message."""

from __future__ import annotations

import json
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le

from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

LONGEST = 80
"""Characters of a value that a message shows."""


def kind(annotation: object) -> type:
    """The plain type that a field wants: int, bool, str, tuple, ..., without bounds, choices and None."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return kind(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return type(arguments[0])
    plain = origin or annotation
    return plain if isinstance(plain, type) else object


def allowed(field: FieldInfo) -> str:
    """What a field takes: `a whole number from 1 to 100`, `one of "AES256", "KMS"`, or the model's own words.

    Every number of the models has a lowest and a highest value.
    """
    return _allowed(field.annotation, field.metadata)


def _allowed(annotation: object, metadata: Sequence[Any]) -> str:
    for note in metadata:
        if isinstance(note, Allowed):
            return note.words
    if get_origin(annotation) is Annotated:
        return _allowed(get_args(annotation)[0], get_args(annotation)[1:])
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(shown(choice) for choice in get_args(annotation))
    wanted = kind(annotation)
    if wanted is tuple:
        return f"a list, each item {_allowed(get_args(annotation)[0], ())}"
    if wanted in {int, float}:
        low = next(note.ge for note in metadata if isinstance(note, Ge))
        high = next(note.le for note in metadata if isinstance(note, Le))
        return f"{'a whole number' if wanted is int else 'a number'} from {low} to {high}"
    return "true or false" if wanted is bool else "text in quotes"


def shown(value: object) -> str:
    """A value on one line, as TOML, HCL and JSON alike write it; cut where it is long, safe for a terminal."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        return "a number of thousands of digits"
    return visible(text)


def visible(text: str) -> str:
    """Text as it is, but for what a terminal does not print (escaped), cut where it is long."""
    text = printable(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def printable(text: str) -> str:
    """Text as it is, but for what a terminal does not print, which is escaped."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
