"""Terraform variables: `.tfvars` files in HCL and JSON, and `--var NAME=VALUE`, as lenient on the form as Terraform is.

Where a number is wanted, "4096" is one; where a flag is wanted, "true" is one; where text is wanted, 42 is "42".
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from stacks.settings import files, hcl, unknown
from stacks.settings.entries import Entry, UnreadableError, Unusable
from stacks.settings.keys import TERRAFORM
from stacks.settings.problems import Problem
from stacks.settings.wording import shown, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OPTION = "--var"
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_STRUCTURED = ('"', "[", "{")


def read(path: Path) -> list[Entry]:
    """Everything that a tfvars file sets: JSON where its name ends in `.json`, otherwise HCL.

    Raises UnreadableError where it is neither, or sets a variable twice.
    """
    text = files.text(path)
    found = _json(path, text) if path.suffix == ".json" else _hcl(path, text)
    _refuse_duplicates(found)
    return found


def option(text: str) -> list[Entry]:
    """The one setting of a `NAME=VALUE`. Raises UnreadableError where it has another form."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise UnreadableError(Problem(source=OPTION, why=f"must be NAME=VALUE, not {shown(text)}"))
    return [_entry(OPTION, None, name, visible(value) or '""', _option_value(value))]


def _option_value(text: str) -> object:
    """Text, unless it is `null` or is written as a quoted text, a list or an object, in JSON or HCL."""
    if text == "null":
        return None
    if not text.startswith(_STRUCTURED):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        found = hcl.attributes(f"value = {text}")
    except hcl.MalformedError as error:
        return Unusable(why=f"is neither text nor valid HCL: {error.why}")
    return found[0].value if len(found) == 1 else Unusable(why="is more than one value")


def _hcl(path: Path, text: str) -> list[Entry]:
    source = files.name(path)
    try:
        found = hcl.attributes(text)
    except hcl.MalformedError as error:
        raise UnreadableError(Problem(source=source, line=error.line, why=f"not valid HCL: {error.why}")) from error
    return [_entry(source, item.line, item.name, item.text, item.value) for item in found]


def _json(path: Path, text: str) -> list[Entry]:
    source = files.name(path)
    pairs: list[tuple[str, Any]] = []

    def keep(found: list[tuple[str, Any]]) -> dict[str, Any]:
        """Remember the pairs of the object that ends last, which is the outermost: a dict forgets duplicates."""
        pairs[:] = found
        return dict(found)

    try:
        data = json.loads(text, object_pairs_hook=keep)
    except json.JSONDecodeError as error:
        why = f"not valid JSON: {error.msg}, column {error.colno}"
        raise UnreadableError(Problem(source=source, line=error.lineno, why=why)) from error
    except (ValueError, RecursionError) as error:
        why = "not valid JSON: nested too deeply, or a number of thousands of digits"
        raise UnreadableError(Problem(source=source, why=why)) from error
    if not isinstance(data, dict):
        raise UnreadableError(Problem(source=source, why="must be one JSON object of variables"))
    return [_entry(source, None, name, shown(value), value) for name, value in pairs]


def _entry(source: str, line: int | None, name: str, text: str, value: object) -> Entry:
    key = TERRAFORM.get(name)
    path = key.path if key else (name,)
    used = _converted(value, key.kind) if key else unknown.in_terraform(name)
    return Entry(source=source, line=line, name=visible(name), path=path, text=text, value=used)


def _converted(value: object, wanted: type) -> object:
    """The value in the wanted type where Terraform converts it, otherwise the value as it is."""
    if wanted is tuple and isinstance(value, list):
        return [_text(item) for item in value]
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
