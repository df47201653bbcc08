"""The text of an environment file: TOML as a person writes it, in the order of the settings' reference."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stacks.settings.keys import catalogue
from stacks.settings.models import Settings

WIDEST = 120
"""Columns of a line; a longer list has its items on lines of their own."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Written:
    """One key of an environment file, with its value and a comment, which is a phrase without a full stop, or ""."""

    key: tuple[str, ...]
    value: Any = field(repr=False)
    comment: str = ""


def tables(entries: Sequence[Written], first: Sequence[str] = ()) -> str:
    """Return the text of a file with these settings, table by table; those named `first` come first."""
    known = catalogue(Settings)
    order = {path: index for index, path in enumerate((*known.keys, *known.tables))}
    found: dict[tuple[str, ...], list[Written]] = {}
    for it in sorted(entries, key=lambda it: order.get(it.key, len(order))):
        found.setdefault(it.key[:-1], []).append(it)
    earliest = {path: min(order.get(it.key, len(order)) for it in own) for path, own in found.items()}
    names = [(), *((name,) for name in first), *known.tables]
    ordered = sorted(found, key=lambda path: (names.index(path) if path in names else len(names), earliest[path]))
    blocks = [_table(path, found[path]) for path in ordered]
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _table(path: tuple[str, ...], entries: Sequence[Written]) -> Iterator[str]:
    """Yield a table: its header, its keys, and the lists of tables in it."""
    plain = [it for it in entries if not _is_list_of_tables(it.value) and not isinstance(it.value, Mapping)]
    if path and plain:
        yield f"[{'.'.join(map(key_of, path))}]"
    for it in plain:
        yield from _line(it)
    blocks: list[list[str]] = []
    for it in entries:
        at = ".".join(map(key_of, it.key))
        if isinstance(it.value, Mapping):
            blocks.append([f"[{at}]", *(f"{key_of(name)} = {inline(value)}" for name, value in it.value.items())])
        elif _is_list_of_tables(it.value):
            blocks += [
                [f"[[{at}]]", *(f"{key_of(name)} = {inline(value)}" for name, value in item.items())]
                for item in it.value
            ]
    for index, block in enumerate(blocks):
        if index or plain:
            yield ""
        yield from block


def _line(it: Written) -> Iterator[str]:
    name, remark = key_of(it.key[-1]), f" # {it.comment}" if it.comment else ""
    line = f"{name} = {inline(it.value)}"
    if isinstance(it.value, list | tuple) and len(line) + len(remark) > WIDEST:
        yield f"{name} = ["
        yield from (f"    {inline(item)}," for item in it.value)
        yield f"]{remark}"
    elif it.comment and len(line) + len(remark) > WIDEST:
        yield from (f"# {part}" for part in textwrap.wrap(it.comment, WIDEST - 2))
        yield line
    else:
        yield f"{line}{remark}"


def line(it: Written) -> str:
    """Return one setting with the header of its table, to be pasted into a file."""
    return "\n".join(_table(it.key[:-1], [it]))


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def inline(value: Any) -> str:  # noqa: ANN401 - a setting's value
    """Return a value on one line of TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key_of(name)} = {inline(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def key_of(name: str) -> str:
    """Return a key of TOML, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) and name.isascii() else _quoted(name)


def _quoted(text: str) -> str:
    """Return a text in quotes: in single ones where it has double ones, such as JSON.

    JSON's escapes are TOML's, but for DEL, which TOML does not allow as it is.
    """
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
