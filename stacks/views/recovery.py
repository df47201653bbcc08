"""What is the matter with a stack, and what can be done about it, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation.stack import REPEAT_EXPRESS
from stacks.operations.recovery import Answer
from stacks.views import failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.operations.recovery import Diagnosis, Stuck

WAYS_OUT = {
    Answer.WAIT: "Something is happening to it. Wait until it has ended, then go on?",
    Answer.RECREATE: (
        "It can only be deleted. Delete it, deletion protection or not, then create it anew? What is retained is taken "
        "over again."
    ),
    Answer.ROLL_BACK: "Take the failed update back, then go on?",
    Answer.CONTINUE_ROLLBACK: (
        "Fix the cause and retry the rollback; or skip these: CloudFormation then takes them for rolled back "
        "as they are, and goes on."
    ),
}
OPTIONS = {
    Answer.WAIT: "--yes waits",
    Answer.RECREATE: "--recreate deletes it and creates it anew",
    Answer.ROLL_BACK: "--yes takes the failed update back",
    Answer.CONTINUE_ROLLBACK: "--yes retries the rollback; --skip-failed goes on without these resources",
}
"""The options to pass where no question can be asked."""


def text(diagnosis: Diagnosis) -> str:
    """Return the state of the stack, its cause, and what blocks it."""
    stack = diagnosis.stack
    lines = [f"{stack.name} cannot be changed as it is: its state is {stack.state}."]
    if diagnosis.failure is not None:
        lines += failure.lines(diagnosis.failure, "")
    elif stack.state_reason:
        lines.append(f"Its reason: {stack.state_reason}")
    return "\n".join([*lines, *_stuck(diagnosis.stuck, stack.state)])


def question(diagnosis: Diagnosis) -> str:
    """Return the question, with the state and what is going to be done."""
    return f"{text(diagnosis)}\n{WAYS_OUT[diagnosis.answer]}"


def then(diagnosis: Diagnosis, command: str) -> str:
    """Return what to type; `command` is the one that brings the stack out of its state."""
    lines = text(diagnosis).splitlines()[1:]
    if option := OPTIONS.get(diagnosis.answer):
        lines.append(f"`{command}` offers a way out ({option}).")
    elif diagnosis.answer is Answer.REPEAT:
        lines.append(REPEAT_EXPRESS)
    elif diagnosis.stack.state == "IMPORT_ROLLBACK_FAILED":
        lines.append(
            "CloudFormation has no operation that goes on from here: ask AWS Support, or delete the stack; "
            "what its template retains stays."
        )
    else:
        lines.append(
            "It is a nested stack that was changed by itself, and CloudFormation rolls it back through its root only: "
            "bring its resources back by hand, or ask AWS Support."
        )
    return "\n".join(lines)


def _stuck(stuck: Sequence[Stuck], state: str) -> list[str]:
    if not stuck:
        return []
    verb = "deleted" if state == "DELETE_FAILED" else "rolled back"
    width = max(len(found.path) for found in stuck)
    return [
        f"Could not be {verb}:",
        *(f"  {found.path:<{width}}  {found.physical_id or found.type}  {found.reason}" for found in stuck),
    ]
