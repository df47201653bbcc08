"""The environment file that says what runs: TOML as a person writes it, in the order of the settings' reference."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stacks.settings import Settings
from stacks.settings.keys import catalogue

if TYPE_CHECKING:
    from stacks.adopt.settings.facts import Setting

HEADER = """\
# What Terraform has made, as it runs: written by `adopt`. What is left out has the default in environment.schema.json.
"""
WITHHELD = """\
# Not written, because the values may be secrets. New tasks lack these until [ecs.secrets] says where ECS reads them or,
# for what is no secret, [ecs.environment] has them:"""
WIDEST = 120
"""Columns of a line; a longer list has its items on lines of their own."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(entries: Sequence[Setting], withheld: Sequence[str] = ()) -> str:
    """Return the text of a file with these settings, table by table, and a comment with names of what it withholds."""
    known = catalogue(Settings)
    order = {path: index for index, path in enumerate((*known.keys, *known.tables))}
    tables: dict[tuple[str, ...], list[Setting]] = {}
    for it in sorted(entries, key=lambda it: order.get(it.key, len(order))):
        tables.setdefault(it.key[:-1], []).append(it)
    first = {path: min(order.get(it.key, len(order)) for it in own) for path, own in tables.items()}
    names = list(known.tables)
    ordered = sorted(tables, key=lambda path: (names.index(path) if path in names else len(names), first[path]))
    blocks = [_table(path, tables[path]) for path in ordered]
    remark = ["\n".join([WITHHELD, *(f"#   {name}" for name in withheld), ""])] if withheld else []
    return HEADER + "\n".join([*("\n".join(block) + "\n" for block in blocks), *remark])


def _table(path: tuple[str, ...], entries: Sequence[Setting]) -> Iterator[str]:
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


def _line(it: Setting) -> Iterator[str]:
    name, remark = key_of(it.key[-1]), f" # {it.comment}" if it.comment else ""
    line = f"{name} = {inline(it.value)}"
    if isinstance(it.value, list | tuple) and len(line) + len(remark) > WIDEST:
        yield f"{name} = ["
        yield from (f"    {inline(item)}," for item in it.value)
        yield f"]{remark}"
    else:
        yield f"{line}{remark}"


def line(it: Setting) -> str:
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
