"""Terraform variables: `.tfvars` files in HCL and JSON, and `--var NAME=VALUE`, as lenient on the form as Terraform is.

Where a number is wanted, "4096" is one; where a flag is wanted, "true" is one; where text is wanted, 42 is "42".
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from stacks.settings import files, hcl, unknown
from stacks.settings.entries import Entry, UnreadableError, Unusable, usable
from stacks.settings.forms import inside, kind
from stacks.settings.problems import Problem
from stacks.settings.wording import shown, visible
from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stacks.settings.forms import Place
    from stacks.settings.keys import Catalogue

OPTION = "--var"
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_STRUCTURED = ('"', "[", "{")


def read(path: Path, catalogue: Catalogue[Any]) -> list[Entry]:
    """Everything that a tfvars file sets: JSON where its name ends in `.json`, otherwise HCL.

    Raises UnreadableError where it is neither, or sets a variable twice.
    """
    text, source = files.text(path), files.name(path)
    if path.suffix == ".json":
        found = [_entry(catalogue, source, name, shown(value), value) for name, value in _json(source, text)]
    else:
        found = [
            _entry(catalogue, source, item.name, item.text, item.value, line=item.line, lines=item.lines)
            for item in _hcl(source, text)
        ]
    _refuse_duplicates(found)
    return found


def option(text: str, catalogue: Catalogue[Any]) -> list[Entry]:
    """The one setting of a `NAME=VALUE`. Raises UnreadableError where it has another form."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise UnreadableError(Problem(source=OPTION, why=f"must be NAME=VALUE, not {shown(text)}"))
    return [_entry(catalogue, OPTION, name, visible(value) or '""', _option_value(value))]


def _option_value(text: str) -> object:
    """Text, unless it is `null` or is written as a quoted text, a list or an object, in JSON or HCL."""
    if text == "null":
        return None
    if not text.startswith(_STRUCTURED):
        return text
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        pass
    try:
        found = hcl.attributes(f"value = {text}")
    except hcl.MalformedError as error:
        return Unusable(why=f"is neither text nor valid HCL: {error.why}")
    return found[0].value if len(found) == 1 else Unusable(why="is more than one value")


def _hcl(source: str, text: str) -> list[hcl.Attribute]:
    try:
        return hcl.attributes(text)
    except hcl.MalformedError as error:
        raise UnreadableError(Problem(source=source, line=error.line, why=f"not valid HCL: {error.why}")) from error


def _json(source: str, text: str) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []

    def keep(found: list[tuple[str, Any]]) -> object:
        """Remember the pairs of the object that ends last, which is the outermost: a dict forgets duplicates."""
        pairs[:] = found
        return _object(found)

    try:
        data = json.loads(text, object_pairs_hook=keep)
    except json.JSONDecodeError as error:
        why = f"not valid JSON: {error.msg}, column {error.colno}"
        raise UnreadableError(Problem(source=source, line=error.lineno, why=why)) from error
    except (ValueError, RecursionError) as error:
        why = "not valid JSON: nested too deeply, or a number of thousands of digits"
        raise UnreadableError(Problem(source=source, why=why)) from error
    if not isinstance(data, dict | Unusable):
        raise UnreadableError(Problem(source=source, why="must be one JSON object of variables"))
    return pairs


def _object(pairs: Sequence[tuple[str, object]]) -> object:
    """An object in which no key is there twice."""
    twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    return Unusable(why=f"sets {visible(twice[0])} twice") if twice else dict(pairs)


def _entry(  # noqa: PLR0913 - what a source writes, and where
    catalogue: Catalogue[Any],
    source: str,
    name: str,
    text: str,
    value: object,
    *,
    line: int | None = None,
    lines: Mapping[Place, int] | None = None,
) -> Entry:
    key = catalogue.terraform.get(name)
    switches = (table for table in catalogue.tables.values() if table.optional and table.terraform == name)
    switch = next(switches, None)
    if key:
        path, used = key.path, usable(value)
        used = used if isinstance(used, Unusable) else _converted(used, key.annotation)
    elif switch and value in (None, {}):
        path, used = switch.path, value
    else:
        path, used = (name,), unknown.in_terraform(name, catalogue)
    return Entry(source=source, line=line, name=visible(name), path=path, text=text, value=used, lines=lines or {})


def _converted(value: object, annotation: object) -> object:
    """The value in the wanted type where Terraform converts it, otherwise the value as it is.

    In an object, `null` is an attribute that is left out.
    """
    if annotation is None:
        return value
    wanted = kind(annotation)
    if wanted is tuple and isinstance(value, list):
        return [_converted(item, inside(annotation, 0)) for item in value]
    if wanted is Map and isinstance(value, dict):
        return {name: _converted(item, inside(annotation, name)) for name, item in value.items()}
    if issubclass(wanted, Section) and isinstance(value, dict):
        return {name: _converted(item, inside(annotation, name)) for name, item in value.items() if item is not None}
    convert = {bool: _flag, int: _number, float: _number, str: _text}.get(wanted)
    return convert(value) if convert else value


def _flag(value: object) -> object:
    return _FLAGS.get(value, value) if isinstance(value, str) else value


def _number(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    found = hcl.number(value) if isinstance(value, str) else None
    return value if found is None else found


def _text(value: object) -> object:
    return shown(value) if isinstance(value, bool | int | float) else value


def _refuse_duplicates(entries: Sequence[Entry]) -> None:
    counted = Counter(entry.name for entry in entries)
    for name, count in counted.items():
        if count > 1:
            *_, last = (entry for entry in entries if entry.name == name)
            raise UnreadableError(last.problem(f"is set {count} times in this file"))
