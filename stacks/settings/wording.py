"""Values and what is allowed, in the words of a message."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from stacks.settings.forms import annotation_notes, bare_annotation, plain_type
from templates.section import Allowed, Map, Section

LONGEST = 80
"""Characters of a value that a message shows."""


def describe_allowed(annotation: object) -> str:
    """Return what a value takes: `a whole number from 1 to 100`, `one of "AES256", "KMS"`, or the model's own words."""
    notes = annotation_notes(annotation)
    if own := next((note for note in notes if isinstance(note, Allowed)), None):
        return own.words
    plain, wanted = bare_annotation(annotation), plain_type(annotation)
    if get_origin(plain) is Literal:
        return "one of " + ", ".join(format_value(choice) for choice in get_args(plain))
    if issubclass(wanted, Section):
        return f"a table with {', '.join(wanted.model_fields)}"
    return _composed(wanted, notes, get_args(plain)) or _plain(wanted, notes)


def _composed(wanted: type, notes: tuple[Any, ...], inside: tuple[Any, ...]) -> str:
    if wanted is tuple:
        return f"a list{_sized(notes, 'items')}, each item {describe_allowed(inside[0])}"
    if wanted is Map:
        return f"a table{_sized(notes, 'keys')}, each key {_name(inside[0])}, each value {describe_allowed(inside[1])}"
    return ""


def _plain(wanted: type, notes: tuple[Any, ...]) -> str:
    if wanted in {int, float}:
        bounds = _range(_bound(notes, Ge, "ge"), _bound(notes, Le, "le"))
        return f"{'a whole number' if wanted is int else 'a number'}{bounds}"
    return "true or false" if wanted is bool else f"text in quotes{_sized(notes, 'characters')}"


def _name(annotation: object) -> str:
    words = describe_allowed(annotation)
    return "text" if words == "text in quotes" else words


def _sized(notes: tuple[Any, ...], unit: str) -> str:
    low, high = _bound(notes, MinLen, "min_length"), _bound(notes, MaxLen, "max_length")
    if low is None and high is None:
        return ""
    if high is None:
        return f" of {low} or more {unit}"
    return f" of up to {high} {unit}" if low is None else f" of {low} to {high} {unit}"


def _bound(notes: tuple[Any, ...], bound: type, name: str) -> object:
    return next((getattr(note, name) for note in notes if isinstance(note, bound)), None)


def _range(low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f" from {low} on"
    return f" up to {high}" if low is None else f" from {low} to {high}"


def format_value(value: object) -> str:
    """Return a value on one line, as TOML, HCL and JSON alike write it; cut where it is long, safe for a terminal."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=_serializable)
    except ValueError:
        return "a number of thousands of digits"
    except RecursionError:
        return "a value that is nested too deeply"
    return escape_and_cut(text)


def _serializable(value: object) -> object:
    if isinstance(value, Section):
        return dict(value)
    return dict(value) if isinstance(value, Map) else str(value)


def escape_and_cut(text: str) -> str:
    """Text as it is, but for what a terminal does not print (escaped), cut where it is long."""
    text = escape_unprintable(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def escape_unprintable(text: str) -> str:
    """Text as it is, but for what a terminal does not print, which is escaped."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
