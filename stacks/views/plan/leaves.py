"""Long values that are documents, such as policies and health checks: what differs in them, a line for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, TypeAlias

from stacks.plan.differences import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cloudformation.changes import PropertyChange

Leaf: TypeAlias = tuple[str, Any, Any]
"""A path, and the values there before and after; None where there is none."""
BOTH = 2
LONG = 60
"""Characters of JSON that are more than a reader compares in one line."""


def listed(properties: Iterable[PropertyChange]) -> list[PropertyChange]:
    """Return the properties, with documents split into their leaves."""
    return [part for item in properties for part in parts(item)]


def parts(item: PropertyChange) -> list[PropertyChange]:
    """Return the differences inside a long document, or text that is one in JSON; else the property itself."""
    before, after = _document(item.before), _document(item.after)
    if item.causes or not any(_is_long(it) for it in (before, after)):
        return [item]
    found = list(_split(before, after, item.path))
    first, *others = [replace(item, path=path, before=old, after=new) for path, old, new in found] or [item]
    return [first, *(replace(it, recreates="no") for it in others)]


def _document(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the value; text that is an object or a list in JSON as such."""
    if not isinstance(value, str) or value.strip()[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_long(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, Mapping | list) and len(json.dumps(value, ensure_ascii=False)) > LONG


def _split(before: Any, after: Any, path: str) -> Iterator[Leaf]:  # noqa: ANN401 - any JSON
    if before == after:
        return
    sides = [it for it in (before, after) if it is not None]
    are_tables = all(isinstance(it, Mapping) for it in sides)
    if not any(_is_long(it) for it in sides) and not (are_tables and len(sides) == BOTH):
        yield path, before, after
    elif are_tables:
        for key in dict.fromkeys(key for side in sides for key in side):
            yield from _split((before or {}).get(key), (after or {}).get(key), f"{path}.{key}")
    elif all(isinstance(it, list) for it in sides):
        for index, old, new in _aligned(before or [], after or []):
            yield from _split(old, new, f"{path}[{_name(new if old is None else old, index)}]")
    else:
        yield path, before, after


def _aligned(before: list[Any], after: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield the elements that differ, in pairs as far as both lists have some at the place."""
    old, new = ([json.dumps(it, sort_keys=True) for it in side] for side in (before, after))
    for kind, i, end_i, j, end_j in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            for at in range(max(end_i - i, end_j - j)):
                own = before[i + at] if i + at < end_i else None
                yield (i if own is not None else j) + at, own, after[j + at] if j + at < end_j else None


def _name(element: Any, index: int) -> str:  # noqa: ANN401 - any JSON
    """Return the name of a list's element, or its index where it has none."""
    names = [element[key] for key in NAMES if isinstance(element.get(key), str)] if isinstance(element, Mapping) else []
    return names[0] if names else str(index)
