"""The attributes of a resource in a state, read so that no spelling of any provider version raises.

Versions of the AWS provider differ in what they record: numbers as text, blocks as lists of one, empty text for null,
and attributes that older ones do not have at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class CannotBeKnownError(Exception):
    """An attribute that identifies a resource is missing; the text is its name."""


@dataclass(frozen=True)
class Attributes:
    """One resource's attributes, or one block of them; those that are absent, null or of another type are empty."""

    values: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a text, a number as text; None where there is none, or it is empty."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) and value != "" else None

    def needed(self, *names: str) -> str:
        """Return the first of these texts that there is; raise `CannotBeKnownError` where there is none."""
        found = next((text for name in names if (text := self.text(name))), None)
        if found is None:
            raise CannotBeKnownError(names[0])
        return found

    def flag(self, name: str) -> bool | None:
        """Return true or false, also where it is written as text; None where it is neither."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None

    def number(self, name: str) -> int | float | None:
        """Return a number, also where it is written as text; None where it is none. Whole ones are `int`."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        try:
            found = float(value)
            return int(found) if found == int(found) else found
        except (ValueError, OverflowError):  # text, infinity or NaN
            return None

    def texts(self, name: str) -> list[str]:
        """Return a list or a set of texts, without empty ones."""
        value = self.values.get(name)
        return [it for it in value if isinstance(it, str) and it] if isinstance(value, list) else []

    def blocks(self, name: str) -> list[Attributes]:
        """Return the blocks of this name; a single object is one block."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else [value]
        return [Attributes(it) for it in items if isinstance(it, Mapping)]

    def block(self, name: str) -> Attributes:
        """Return the only block of this name; an empty one where there is none."""
        return next(iter(self.blocks(name)), Attributes())

    def document(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON that a text contains; None where there is none, or it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None

    def entries(self, name: str) -> dict[str, str]:
        """Return a map of texts."""
        value = self.values.get(name)
        items = value.items() if isinstance(value, Mapping) else ()
        return {str(key): it for key, it in items if isinstance(it, str)}

    def properties(self, *, texts: str = "", numbers: str = "", flags: str = "") -> dict[str, Any]:
        """Return attributes as properties of the same names, separated by spaces: `ReadOnly` for `read_only`."""
        return {
            **{_property(name): self.text(name) for name in texts.split()},
            **{_property(name): self.number(name) for name in numbers.split()},
            **{_property(name): self.flag(name) for name in flags.split()},
        }

    @property
    def tags(self) -> list[dict[str, str]]:
        """Its tags as CloudFormation writes them, with the provider's default tags, in the order of their keys."""
        found = self.entries("tags_all") or self.entries("tags")
        return [{"Key": key, "Value": found[key]} for key in sorted(found) if not key.startswith("aws:")]


def _property(name: str) -> str:
    """Return the name as CloudFormation writes it; without underscores it is one of an API, such as `readOnly`."""
    return "".join(part[0].upper() + part[1:] for part in name.split("_"))
