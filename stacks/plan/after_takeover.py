"""The first plan after a takeover: that everything was retained is said once, and not of each resource."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.rendered.expressions import section
from stacks.rendered.names import ADOPTION

if TYPE_CHECKING:
    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.plan.current_tree import CurrentStack
    from stacks.plan.proposal import Plan

RETENTION = frozenset({"DeletionPolicy", "UpdateReplacePolicy"})
NOTE = (
    "Since the takeover everything is retained, whatever becomes of the stacks. From this deployment on, the templates "
    "decide what is: the repository, the logs, and what the settings protect."
)


def is_after_takeover(current: CurrentStack | None) -> bool:
    """Whether the deployed templates are those of a takeover."""
    return current is not None and ADOPTION in section(current.template or {}, "Metadata")


def without_retention(plan: Plan) -> Plan:
    """Return the plan with one note instead of the two attributes of each resource that changes otherwise, too."""
    return dataclasses.replace(plan, changes=_quiet(plan.changes)).with_notes(NOTE)


def _quiet(tree: StackChanges) -> StackChanges:
    return dataclasses.replace(tree, changes=tuple(map(_without, tree.changes)))


def _without(change: Change) -> Change:
    if change.nested is not None:
        return dataclasses.replace(change, nested=_quiet(change.nested))
    others = tuple(it for it in change.properties if it.path not in RETENTION)
    return dataclasses.replace(change, properties=others) if others else change
