"""A stack to which nothing is happening, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stacks.cloudformation.stack import Stack


def text(stack: Stack) -> str:
    """That nothing is under way, and the state in which the stack is."""
    return f"Nothing is happening to {stack.name}; its state is {stack.state}."


def document(stack: Stack) -> dict[str, Any]:
    """Return the state as a JSON document."""
    return {"stack": stack.name, "state": stack.state, "busy": False}
