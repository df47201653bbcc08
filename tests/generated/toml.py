"""Environment files as a person would write them: tables below headers, in the order of the values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.settings.keys import Path


def written(document: Mapping[str, Any], tables: Mapping[Path, Any]) -> str:
    """A whole file; `tables` are the paths that get a header, all other tables are written inline."""
    return "\n".join(_table((), document, tables)).strip() + "\n"


def _table(path: Path, values: Mapping[str, Any], tables: Mapping[Path, Any]) -> Iterator[str]:
    below = {name: value for name, value in values.items() if (*path, name) in tables or _is_list_of_tables(value)}
    yield from (f"{_key(name)} = {_inline(value)}" for name, value in values.items() if name not in below)
    for name, value in below.items():
        at = ".".join(map(_key, (*path, name)))
        if isinstance(value, list):
            for item in value:
                yield f"\n[[{at}]]"
                yield from (f"{_key(inner)} = {_inline(it)}" for inner, it in item.items())
        else:
            yield f"\n[{at}]"
            yield from _table((*path, name), value, tables)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_inline(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "a").replace("-", "a").isalnum() else _quoted(name)


def _quoted(text: str) -> str:
    """JSON's escapes are TOML's, but for DEL, and for what JSON writes as two surrogates: that stays as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
