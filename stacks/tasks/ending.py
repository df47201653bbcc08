"""How a task has ended, in words, and the exit code that it hands on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

FAILED = 1
HIGHEST = 255
KILLED, TERMINATED = 137, 143
"""128 and the number of the signal: SIGKILL, SIGTERM."""
MEMORY = "It was killed (SIGKILL). Most often that is memory: run it with more --memory."
STOPPED_BY = {
    "InfrastructureHealth": "the machine beneath it failed",
    "SpotInterruption": "AWS has taken the Spot capacity back",
    "TerminationNotice": "AWS has taken the Spot capacity back",
    "UserInitiated": "it was stopped",
}
"""What stop codes mean for a task of its own
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
FAILURES = (
    ("CannotPull", "its image cannot be pulled"),
    ("ResourceInitializationError", "ECS could not prepare it"),
    ("CannotStartContainerError", "its container could not be started"),
    ("CannotCreateContainerError", "its container could not be created"),
    ("OutOfMemory", "it had too little memory"),
    ("Timeout waiting for network interface", "it got no network interface"),
)
"""What the beginnings of ECS's own reasons mean (the same page)."""
NEXT = {
    "SpotInterruption": "Run it again, without --spot: then nobody takes its capacity.",
    "TerminationNotice": "Run it again, without --spot: then nobody takes its capacity.",
    "InfrastructureHealth": "Run it again.",
}


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of the task; `exit_code` is None where it never ran."""

    name: str
    exit_code: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A task that has ended.

    `exit_code` is that of the command's container, None where it never ran or ECS does not say it; `why` says why it
    ended, in words, and `hint` what to do about it, or "".
    """

    task: str
    definition: str
    exit_code: int | None
    stop_code: str
    why: str
    hint: str
    containers: tuple[Container, ...]
    started_at: dt.datetime | None
    stopped_at: dt.datetime | None

    @property
    def code(self) -> int:
        """The exit code to hand on; 1 where there is none."""
        if self.exit_code is None:
            return FAILED
        return self.exit_code if 0 <= self.exit_code <= HIGHEST else FAILED

    @property
    def seconds(self) -> float | None:
        """How long it ran; None where it did not."""
        if self.started_at is None or self.stopped_at is None:
            return None
        return (self.stopped_at - self.started_at).total_seconds()


def ending_of(task: TaskTypeDef, container: str) -> Ending:
    """Return the ending of a stopped task whose command ran in this container."""
    containers = {it["name"]: it for it in task.get("containers", []) if "name" in it}
    code = containers.get(container, {}).get("exitCode")
    stop_code, reason = str(task.get("stopCode", "")), task.get("stoppedReason", "")
    own = containers.get(container, {}).get("reason", "")
    other = _other_culprit(containers, container) if code in (None, KILLED, TERMINATED) else ""
    return Ending(
        task=task["taskArn"],
        definition=task["taskDefinitionArn"],
        exit_code=code,
        stop_code=stop_code,
        why=_why(code, stop_code, own, reason, other),
        hint=_hint(code, stop_code, f"{own} {reason}", other),
        containers=tuple(
            Container(name=name, exit_code=it.get("exitCode"), reason=it.get("reason", ""))
            for name, it in containers.items()
        ),
        started_at=task.get("startedAt"),
        stopped_at=task.get("stoppedAt"),
    )


def _other_culprit(containers: dict[str, ContainerTypeDef], container: str) -> str:
    """Return in words which other container ended by itself, and the task with it; "" where none did."""
    for name, it in containers.items():
        code = it.get("exitCode")
        if name != container and code is not None and code not in (KILLED, TERMINATED):
            return f"the container {name} ended first, with exit code {code}"
    return ""


def _why(code: int | None, stop_code: str, own: str, reason: str, other: str) -> str:
    said = own or reason
    if stop_code in STOPPED_BY:
        meant = STOPPED_BY[stop_code]
    else:
        meant = next((words for start, words in FAILURES if start in said), "")
    parts = [meant, other, own or (reason if meant or code is None else "")]
    words = ": ".join(dict.fromkeys(part for part in parts if part))
    return words or ("ECS gives no reason" if code is None else "")


def _hint(code: int | None, stop_code: str, said: str, other: str) -> str:
    if stop_code in NEXT:
        return NEXT[stop_code]
    if "OutOfMemory" in said:
        return "Run it with more --memory."
    if code == KILLED and stop_code != "UserInitiated" and not other:
        return MEMORY
    return ""
