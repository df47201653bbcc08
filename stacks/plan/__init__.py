"""The plan: what a deployment would change, as a change set that is ready to be executed."""

from stacks.plan.planning import Purpose, prepare, with_drift
from stacks.plan.proposal import Plan, discard, propose
from stacks.plan.reopening import reopen, was_made_from
from stacks.plan.saved import Saved, read_plan, refuse_unwritable_plan, write_plan
from stacks.plan.stateful import find_unallowed, refuse_unallowed

__all__ = [
    "Plan",
    "Purpose",
    "Saved",
    "discard",
    "find_unallowed",
    "prepare",
    "propose",
    "read_plan",
    "refuse_unallowed",
    "refuse_unwritable_plan",
    "reopen",
    "was_made_from",
    "with_drift",
    "write_plan",
]
