"""Terraform variables: `.tfvars` files in HCL and JSON, and `--var NAME=VALUE`, as lenient on the form as Terraform is.

Where a number is wanted, "4096" is one; where a flag is wanted, "true" is one; where text is wanted, 42 is "42".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from stacks.settings.entries import Entry, UnreadableError, Unusable, usable
from stacks.settings.files import file_name, read_text
from stacks.settings.forms import annotation_inside, plain_type
from stacks.settings.hcl import Attribute, MalformedError, parse_attributes, parse_number
from stacks.settings.hcl.constants import written
from stacks.settings.hcl.scanning import NO_ESCAPE
from stacks.settings.json_variables import parse_value, parse_variables
from stacks.settings.keys import dotted_name
from stacks.settings.problems import Problem
from stacks.settings.unknown import unknown_variable
from stacks.settings.wording import escape_and_cut, format_value
from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stacks.settings.forms import Place
    from stacks.settings.keys import Catalogue
    from stacks.settings.keys import Path as KeyPath

OPTION = "--var"
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_STRUCTURED = ('"', "[", "{")


def read_tfvars(path: Path, catalogue: Catalogue[Any]) -> list[Entry]:
    """Everything that a tfvars file sets: JSON where its name ends in `.json`, otherwise HCL.

    Raises UnreadableError where it is neither, or sets a variable twice.
    """
    text, source = read_text(path), file_name(path)
    items = parse_variables(source, text) if path.suffix == ".json" else _hcl(source, text)
    found = [
        it
        for one in items
        for it in _entries(catalogue, source, one.name, one.text, one.value, line=one.line, lines=one.lines)
    ]
    _refuse_duplicates([it.name for it in items], found)
    return found


def parse_option(text: str, catalogue: Catalogue[Any]) -> list[Entry]:
    """Return what a `NAME=VALUE` sets. Raises UnreadableError where it has another form."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise UnreadableError(Problem(source=OPTION, why=f"must be NAME=VALUE, not {format_value(text)}"))
    return _entries(catalogue, OPTION, name, escape_and_cut(value) or '""', _option_value(value))


def _option_value(text: str) -> object:
    """Text, unless it is `null` or is written as a quoted text, a list or an object, in HCL or JSON."""
    if text == "null":
        return None
    if not text.startswith(_STRUCTURED):
        return unicodedata.normalize("NFC", text)
    try:
        found = parse_attributes(f"value = {text}\n")
    except MalformedError as error:
        return _in_json(text, Unusable(why=f"is neither text nor valid HCL: {error.why}"))
    if len(found) != 1:
        return Unusable(why="is more than one value")
    value = found[0].value
    return _in_json(text, value) if value == Unusable(why=NO_ESCAPE) else value


def _in_json(text: str, otherwise: object) -> object:
    """Return what JSON writes otherwise than HCL, such as an escaped slash."""
    try:
        return parse_value(text)
    except (ValueError, RecursionError):
        return otherwise


def _hcl(source: str, text: str) -> list[Attribute]:
    try:
        return parse_attributes(text)
    except MalformedError as error:
        raise UnreadableError(Problem(source=source, line=error.line, why=f"not valid HCL: {error.why}")) from error


def _entries(  # noqa: PLR0913 - what a source writes, and where
    catalogue: Catalogue[Any],
    source: str,
    name: str,
    text: str,
    value: object,
    *,
    line: int | None = None,
    lines: Mapping[Place, int] | None = None,
) -> list[Entry]:
    """Return an entry for each key that a variable sets: one, or several of a further name."""
    entry = partial(Entry, source=source, line=line, name=escape_and_cut(name), text=text, lines=lines or {})
    if key := catalogue.terraform.get(name):
        return [entry(path=key.path, value=_used(value, key.annotation))]
    if further := catalogue.further_names.get(name):
        keys = [catalogue.keys[path] for path in further.paths]
        given = [value] if further.is_item and value is not None else value
        return [
            entry(path=it.path, value=_used(given, it.annotation), is_item=further.is_item and value is not None)
            for it in keys
        ]
    switches = (table for table in catalogue.tables.values() if table.optional and table.terraform == name)
    if (switch := next(switches, None)) and value in (None, {}):
        return [entry(path=switch.path, value=value)]
    return [entry(path=(name,), value=unknown_variable(name, catalogue))]


def _used(value: object, annotation: object) -> object:
    used = usable(value)
    return used if isinstance(used, Unusable) else _converted(used, annotation)


def _converted(value: object, annotation: object) -> object:
    """Return the value in the wanted type where Terraform converts it, otherwise the value as it is.

    In an object, `null` is an attribute that is left out.
    """
    if annotation is None:
        return _approximated(value)
    wanted = plain_type(annotation)
    if wanted is tuple and isinstance(value, list):
        return [_converted(item, annotation_inside(annotation, 0)) for item in value]
    if wanted is Map and isinstance(value, dict):
        return {name: _converted(item, annotation_inside(annotation, name)) for name, item in value.items()}
    if issubclass(wanted, Section) and isinstance(value, dict):
        return {
            name: _converted(item, annotation_inside(annotation, name))
            for name, item in value.items()
            if item is not None
        }
    convert = {bool: _flag, int: _number, float: _number, str: written}.get(wanted)
    return _approximated(convert(value) if convert else value)


def _approximated(value: object) -> object:
    """Return a value with its fractions as Python's own, which is what the settings have."""
    if isinstance(value, list):
        return [_approximated(item) for item in value]
    if isinstance(value, dict):
        return {name: _approximated(item) for name, item in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def _flag(value: object) -> object:
    return _FLAGS.get(value, value) if isinstance(value, str) else value


def _number(value: object) -> object:
    found = parse_number(value) if isinstance(value, str) else None
    return value if found is None else found


def _refuse_duplicates(names: Sequence[str], entries: Sequence[Entry]) -> None:
    """Raise UnreadableError if a variable is there twice, or two that set the same key."""
    for name, count in Counter(names).items():
        if count > 1:
            *_, last = (entry for entry in entries if entry.name == escape_and_cut(name))
            raise UnreadableError(last.problem(f"is set {count} times in this file"))
    first: dict[KeyPath, Entry] = {}
    for entry in entries:
        if (other := first.setdefault(entry.path, entry)) is not entry:
            raise UnreadableError(
                entry.problem(f"{dotted_name(entry.path)} is set in this file already, by {other.name}")
            )
