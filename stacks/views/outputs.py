"""Outputs, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def text(values: Mapping[str, object]) -> str:
    """Return one output a line, as `terraform output` aligns them."""
    width = max((len(name) for name in values), default=0)
    return "\n".join(f"{name:<{width}} = {value}" for name, value in values.items())


def document(values: Mapping[str, object]) -> dict[str, object]:
    """Return a flat JSON object."""
    return dict(values)
