"""What must not change between a saved plan and its execution: the nested stacks and the image."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.stack import Stack, find_stack, nested_stack_ids
from stacks.request.repository import repository_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.settings import Settings

CONNECTIONS = 6
"""Calls at a time; boto3's default pool holds ten connections."""
GONE = "DELETE_COMPLETE"


@dataclass(frozen=True, kw_only=True)
class NestedStack:
    """A nested stack when the plan was made: its path in the tree, its state, and the begin of its last operation.

    `changed_at` is in ISO 8601.
    """

    path: str
    stack_id: str
    state: str
    changed_at: str


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What must still hold when a saved plan is executed; `image_tag` is "" if no service will run."""

    nested: tuple[NestedStack, ...]
    repository: str
    image_tag: str


NO_CONDITIONS = Conditions(nested=(), repository="", image_tag="")
"""The conditions of a plan that is not saved."""


def read_conditions(aws: Aws, settings: Settings, stack_id: str, image_tag: str) -> Conditions:
    """Return the present conditions.

    Call this before the change set is created, so that a change meanwhile is detected. `stack_id` is "" for a root
    stack that does not exist yet.
    """
    return Conditions(
        nested=nested_stacks(aws, stack_id) if stack_id else (),
        repository=repository_name(settings) if image_tag else "",
        image_tag=image_tag,
    )


def nested_stacks(aws: Aws, stack_id: str, prefix: str = "") -> tuple[NestedStack, ...]:
    """Return the existing nested stacks of a stack, parents before their children."""

    def read(child: tuple[str, str]) -> tuple[NestedStack, ...]:
        path, stack = f"{prefix}{child[0]}", find_stack(aws, child[1])
        if stack is None or stack.state == GONE:
            return ()
        own = NestedStack(path=path, stack_id=stack.stack_id, state=stack.state, changed_at=operation_began(stack))
        return (own, *nested_stacks(aws, stack.stack_id, f"{path}/"))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return tuple(found for each in pool.map(read, nested_stack_ids(aws, stack_id).items()) for found in each)


def operation_began(stack: Stack | None) -> str:
    """Return when the stack's last operation began, in ISO 8601; "" if unknown."""
    return stack.changed_at.isoformat() if stack and stack.changed_at else ""


def describe_change(before: Iterable[NestedStack], after: Iterable[NestedStack]) -> str:
    """Return how a nested stack has changed; "" if none has."""
    earlier, current = ({stack.path: stack for stack in stacks} for stacks in (before, after))
    for path in [*earlier, *current]:
        old, new = earlier.get(path), current.get(path)
        if old is None:
            return f"nested stack {path} has been added since"
        if new is None:
            return f"nested stack {path} has been deleted since"
        if old.stack_id != new.stack_id:
            return f"nested stack {path} has been replaced since"
        if old != new:
            return (
                f"nested stack {path} has changed since: it was {old.state} ({old.changed_at}), "
                f"and is {new.state} ({new.changed_at})"
            )
    return ""
