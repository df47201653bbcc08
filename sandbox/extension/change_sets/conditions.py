"""Conditions in change sets: a resource is added or removed when its condition changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import changesets, engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record


def install() -> None:
    """Leave out resources whose condition is false; ministack compares templates as if all were true."""
    stock: Callable[[Record, Record, str, str], Record] = changesets._resolve_props_for_diff

    def resolve(template: Record, parameters: Record, stack_name: str, stack_id: str) -> Record:
        resolved = stock(template, parameters, stack_name, stack_id)
        conditions = engine._evaluate_conditions(template, parameters) if template else {}
        resources = {
            name: resource
            for name, resource in resolved.get("Resources", {}).items()
            if conditions.get(resource.get("Condition"), True)
        }
        return {**resolved, "Resources": resources}

    changesets._resolve_props_for_diff = resolve
