"""The differences between two sets of properties: one for each leaf, with a readable path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.rendered.values import Value, equal

NAMES = ("Name", "Key", "ContainerName", "Sid", "Id")
"""Keys that identify the elements of a list."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One leaf that differs; None where it is absent."""

    path: str
    before: Value
    after: Value

    @property
    def property(self) -> str:
        """The resource's property that contains the leaf."""
        return self.path.split(".")[0].split("[")[0]


def differences(before: Value, after: Value, path: str = "") -> Iterator[Difference]:
    """Yield the leaves that are not proven equal."""
    if before is None or after is None:
        if before is not after:
            yield Difference(path=path, before=before, after=after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif isinstance(before, list) and isinstance(after, list) and (pairs := _aligned(before, after)) is not None:
        for name, old, new in pairs:
            yield from differences(old, new, f"{path}[{name}]")
    elif equal(before, after) is not True:
        yield Difference(path=path, before=before, after=after)


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield each leaf with its path; an empty list or object is a leaf."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and (pairs := _aligned(value, value)) is not None:
        for name, item, _ in pairs:
            yield from leaves(item, f"{path}[{name}]")
    elif path:
        yield path, value


def _aligned(before: list[Value], after: list[Value]) -> list[tuple[str, Any, Value]] | None:
    """Return the objects of two lists in pairs, by name or by position; None if they cannot be paired."""
    if not all(isinstance(item, dict) for item in [*before, *after]):
        return None
    for key in NAMES:
        old, new = _by(key, before), _by(key, after)
        if old is not None and new is not None:
            return [
                (name, _bare(old.get(name), key), _bare(new.get(name), key)) for name in dict.fromkeys([*old, *new])
            ]
    if len(before) != len(after):
        return None
    return [(str(index), *pair) for index, pair in enumerate(zip(before, after, strict=True))]


def _by(key: str, items: list[Value]) -> dict[str, Value] | None:
    """Return the elements by this key; None if it does not identify them."""
    found = {item[key]: item for item in items if isinstance(item.get(key), str)}
    return found if len(found) == len(items) else None


def _bare(item: Value, key: str) -> Value:
    """Return the value of a tag or variable, whose name is already in the path; any other value unchanged."""
    return item["Value"] if isinstance(item, dict) and item.keys() == {key, "Value"} else item
