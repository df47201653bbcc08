"""A session in a container, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stacks.tasks.exec import Place


def begun(place: Place, command: str) -> str:
    """Return where the command runs."""
    return f"{command} in {place.container} of task {place.task} ({place.definition})"


def document(place: Place, command: str, session_id: str, code: int) -> dict[str, Any]:
    """Return the session as a JSON document; `exit_code` is the plugin's."""
    return {
        "environment": place.environment,
        "cluster": place.cluster,
        "task": place.task,
        "task_definition": place.definition,
        "container": place.container,
        "command": command,
        "session": session_id,
        "exit_code": code,
    }
