"""The plan: what a deployment would change, as a change set that is ready to be executed."""

from stacks.plan.planning import Plan, discard, prepare, propose

__all__ = ["Plan", "discard", "prepare", "propose"]
