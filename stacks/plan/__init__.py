"""The plan: what a deployment would change, as a change set that is ready to be executed."""

from stacks.plan.planning import Purpose, prepare, with_drift
from stacks.plan.proposal import Plan, discard, propose
from stacks.plan.reopening import is_of, reopen
from stacks.plan.saved import Saved, read, writable, write
from stacks.plan.stateful import refuse_unallowed, unallowed

__all__ = [
    "Plan",
    "Purpose",
    "Saved",
    "discard",
    "is_of",
    "prepare",
    "propose",
    "read",
    "refuse_unallowed",
    "reopen",
    "unallowed",
    "with_drift",
    "writable",
    "write",
]
