"""Exit codes in words, with the setting that decides."""

from __future__ import annotations

import pytest

from stacks.logs.exit_codes import explain_exit
from stacks.operations.service import Stopped
from stacks.views import service


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (137, "OutOfMemoryError: Container killed due to memory usage", ["[ecs] memory"]),
        (None, "OutOfMemoryError: container killed due to memory usage", ["[ecs] memory"]),
        (137, "", ["SIGKILL", "[ecs] memory", "[ecs] stop_timeout"]),
        (139, "", ["SIGSEGV"]),
        (143, "", ["SIGTERM"]),
        (143, "Task failed ELB health checks in (target-group arn:...)", ["[network] health_check_path"]),
        (137, "Task failed container health checks", ["[ecs] container_health_check"]),
        (127, "", ["not in the image", "[ecs] command"]),
        (126, "", ["cannot be executed", "[ecs] command"]),
        (128 + 15 + 1, "", ["SIGSTKFLT"]),
    ],
)
def test_a_code_is_explained_with_its_setting(code: int | None, reason: str, words: list[str]) -> None:
    """What killed the container, and where to change that."""
    assert all(word in explain_exit(code, reason) for word in words)


@pytest.mark.parametrize("code", [None, 0, 1, 2, 3, 128, 128 + 70, 255])
def test_what_only_the_program_knows_is_not_explained(code: int | None) -> None:
    """No guess."""
    assert explain_exit(code) == ""


def test_a_deployment_shows_it_where_it_shows_why_tasks_stopped() -> None:
    """In the text between the reason and the log, and for programs as `hint`."""
    stopped = Stopped(
        reason="Essential container in task exited", container="streamlit", exit_code=137, count=2, log=("last",)
    )
    reason, hint, log = service.reason(stopped)
    assert "exit code 137" in reason
    assert "[ecs] memory" in hint
    assert log.endswith("| last")
    assert "[ecs] memory" in service.documents([stopped])[0]["hint"]
