"""A one-off task: its states and lines while it runs, and how it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.views.logs import printable

if TYPE_CHECKING:
    from collections.abc import Collection

    from stacks.tasks.ending import Ending
    from stacks.tasks.output import Line

STATES = {
    "PROVISIONING": "gets its network interface",
    "PENDING": "its image is pulled",
    "ACTIVATING": "is being started",
    "RUNNING": "runs",
    "DEACTIVATING": "is about to stop",
    "STOPPING": "is stopping",
    "DEPROVISIONING": "gives its network interface back",
    "STOPPED": "has stopped",
}
"""What ECS's states mean (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html)."""


def short_id(task: str) -> str:
    """Return the id of a task from its ARN."""
    return task.rpartition("/")[2]


def state(task: str, name: str) -> str:
    """Return a new state in one line."""
    words = STATES.get(name)
    return f"Task {short_id(task)}: {name}" + (f" ({words})" if words else "")


def line(it: Line, container: str, *, on_terminal: bool) -> str:
    """Return what a task wrote, with the container's name where that is not the command's.

    On a terminal it cannot move the cursor nor change colours; elsewhere it is as it was written.
    """
    text = "\n".join(map(printable, it.text.splitlines())) if on_terminal else it.text
    return text if it.container == container else f"{it.container} | {text}"


def text(ending: Ending) -> str:
    """Return how the task has ended, in one line or two."""
    seconds = "" if ending.seconds is None else f" after {ending.seconds:.0f} s"
    code = "without an exit code" if ending.exit_code is None else f"with exit code {ending.exit_code}"
    why = f": {ending.why}" if ending.why else ""
    said = f"Task {short_id(ending.task)} has ended {code}{seconds}{why}"
    return f"{said}\n{ending.hint}" if ending.hint else said


def document(ending: Ending) -> dict[str, Any]:
    """Return the ending as a JSON document."""
    return {
        "task": ending.task,
        "task_definition": ending.definition,
        "status": "STOPPED",
        "exit_code": ending.exit_code,
        "stop_code": ending.stop_code,
        "reason": ending.why,
        "hint": ending.hint,
        "containers": [{"name": it.name, "exit_code": it.exit_code, "reason": it.reason} for it in ending.containers],
        "started_at": ending.started_at.isoformat() if ending.started_at else None,
        "stopped_at": ending.stopped_at.isoformat() if ending.stopped_at else None,
    }


def left_running(task: str, cluster: str, environment: str, variables: Collection[str] = ()) -> str:
    """Return how to see and stop a task that goes on without the command; no value of a variable is shown."""
    lines = [
        f"Task {short_id(task)} runs on.",
        f"See what it writes: python build.py logs {environment} --task {short_id(task)} --follow",
        f"Stop it: aws ecs stop-task --cluster {cluster} --task {short_id(task)}",
    ]
    if variables:
        lines.append(f"With other values than the service: {', '.join(sorted(variables))}")
    return "\n".join(lines)


def detached(task: str, cluster: str) -> dict[str, Any]:
    """Return a task that goes on, as a JSON document."""
    return {"task": task, "cluster": cluster, "status": "RUNNING", "exit_code": None}
