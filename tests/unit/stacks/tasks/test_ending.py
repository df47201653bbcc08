"""How a task has ended, in words."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.tasks.ending import ending_of

PULL = "CannotPullContainerError: pull image manifest has been retried 7 time(s): not found"
OOM = "OutOfMemoryError: Container killed due to memory usage"


def task(code: int | None = None, *, own: str = "", **about: Any) -> Any:
    """Return a stopped task with one container besides."""
    app = {"name": "app", **({} if code is None else {"exitCode": code}), **({"reason": own} if own else {})}
    return {"taskArn": "a/1", "taskDefinitionArn": "d:1", "containers": [app], **about}


@pytest.mark.parametrize(
    ("stopped", "code", "why", "hint"),
    [
        (task(0, stopCode="EssentialContainerExited", stoppedReason="Essential container in task exited"), 0, "", ""),
        (task(7, stopCode="EssentialContainerExited"), 7, "", ""),
        (task(300), 1, "", ""),
        (task(137, own=OOM), 137, f"it had too little memory: {OOM}", "more --memory"),
        (task(137), 137, "", "SIGKILL"),
        (task(143, stopCode="UserInitiated", stoppedReason="Bye"), 143, "it was stopped: Bye", ""),
        (task(stopCode="TaskFailedToStart", stoppedReason=PULL), 1, f"its image cannot be pulled: {PULL}", ""),
        (
            task(143, stopCode="SpotInterruption", stoppedReason="Your Spot Task was interrupted."),
            143,
            "AWS has taken the Spot capacity back: Your Spot Task was interrupted.",
            "without --spot",
        ),
        (task(), 1, "ECS gives no reason", ""),
    ],
)
def test_an_ending_is_a_code_and_a_reason(stopped: Any, code: int, why: str, hint: str) -> None:
    """The command's own code; 1 where there is none, with the reason and what to do."""
    ending = ending_of(stopped, "app")
    assert (ending.code, ending.why) == (code, why)
    assert hint in ending.hint


def test_another_container_that_ended_first_is_named() -> None:
    """Its end takes the command with it (SIGTERM), which is no fault of the command."""
    stopped = task(143, stopCode="EssentialContainerExited")
    stopped["containers"].append({"name": "proxy", "exitCode": 2})
    assert ending_of(stopped, "app").why == "the container proxy ended first, with exit code 2"
    stopped["containers"][0]["exitCode"] = 3
    assert ending_of(stopped, "app").why == ""
