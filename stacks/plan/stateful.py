"""Stateful resources, whose data no template restores: their replacement or removal has to be allowed by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError, coded
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stacks.cloudformation.changes import Change, StackChanges


def find_endangered(changes: StackChanges) -> Iterator[tuple[str, Change]]:
    """Yield the stateful resources that are or may be replaced or removed, with their paths."""
    for path, change in changes.paths():
        is_lost = change.kind in {"replace", "remove"} or change.replacement == "Conditional"
        if record(change.type).is_stateful and is_lost and change.certainty != "none":
            yield path, change


def find_unallowed(changes: StackChanges, allowed: Collection[str]) -> list[tuple[str, Change]]:
    """Return the endangered resources that `allowed` does not name by path or logical id."""
    return [(path, change) for path, change in find_endangered(changes) if not {path, change.logical_id} & set(allowed)]


@coded(Code.REPLACEMENT)
def refuse_unallowed(changes: StackChanges, allowed: Collection[str]) -> None:
    """Raise UserError if a stateful resource would be lost that `allowed` does not name."""
    if refused := find_unallowed(changes, allowed):
        why = "; ".join(f"{path} ({change.type}) would be {_verb(change)}" for path, change in refused)
        options = " ".join(f"--allow-replace {path}" for path, _ in refused)
        raise UserError("stateful resources", why, f"Nothing was changed. If that is what you want, add: {options}")


def _verb(change: Change) -> str:
    return {"replace": "replaced", "remove": "removed"}.get(change.kind, "perhaps replaced")
