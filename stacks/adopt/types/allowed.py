"""What is held of a resource in a state: attributes by name, block by block, and nothing else.

A state has secrets, and its `sensitive_attributes` do not name them all. So every attribute that is held is named here,
also those in blocks and in JSON texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Reduce = Callable[[Any], Any]
"""Returns the part of a value that may be held; None where none of it may."""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """The attributes that may be held.

    `names` are those with plain values: texts, numbers, flags, and lists and maps of them. `blocks` contain others.
    `documents` are JSON texts of which only a part is held.
    """

    names: frozenset[str] = frozenset()
    blocks: Mapping[str, Allowed] = field(default_factory=dict)
    documents: Mapping[str, Reduce] = field(default_factory=dict)

    @property
    def reducers(self) -> Mapping[str, Reduce]:
        """For each attribute, what makes of its value what may be held."""
        return {
            **dict.fromkeys(self.names, plain),
            **{name: inner.of_blocks for name, inner in self.blocks.items()},
            **{name: _of_document(reduce) for name, reduce in self.documents.items()},
        }

    def held(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the allowed part of these attributes."""
        return {name: reduce(attributes[name]) for name, reduce in self.reducers.items() if name in attributes}

    def of_blocks(self, value: object) -> Any:  # noqa: ANN401 - JSON
        """Return the allowed part of a block, or of each of a list."""
        if isinstance(value, list):
            return [self.held(it) for it in value if isinstance(it, Mapping)]
        return self.held(value) if isinstance(value, Mapping) else None


def allowed(names: str = "", documents: Mapping[str, Reduce] | None = None, **blocks: Allowed) -> Allowed:
    """Return what allows these names, separated by spaces, and these blocks."""
    return Allowed(names=frozenset(names.split()), blocks=blocks, documents=documents or {})


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return a text, number or flag, or a list or map of them, without what is in it that is something else."""
    match value:
        case list():
            return [it for it in value if _is_scalar(it)]
        case Mapping():
            return {name: it for name, it in value.items() if _is_scalar(it)}
        case _:
            return value if _is_scalar(value) else None


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float)


def _of_document(reduce: Reduce) -> Reduce:
    def reduced(value: object) -> str | None:
        try:
            return json.dumps(reduce(json.loads(value))) if isinstance(value, str) else None
        except (ValueError, RecursionError):
            return None

    return reduced
