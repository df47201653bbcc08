"""Tasks that come and go, while their log is followed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, error_message, is_denied, is_throttled
from stacks.logs import stops
from stacks.logs.events import SHORT
from stacks.logs.exit_codes import explain_exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_ecs.type_defs import TaskTypeDef

    from stacks.aws.session import Aws

DESCRIBED = 100
"""Tasks that DescribeTasks takes at a time."""
GONE = frozenset({"ClusterNotFoundException", "ServiceNotFoundException"})
PAUSE = 3.0
"""Seconds between two looks at the tasks."""


@dataclass(frozen=True, kw_only=True)
class TaskChange:
    """A task that has begun to run, or stopped; `status` is ECS's word for it.

    `definition` is such as `preto-2-prod:12`. Of a task that has stopped, `reason` is ECS's own, `container` and
    `exit_code` are those of the container that ended it (None: it never ran), and `hint` says what to do.
    """

    task: str
    status: str
    definition: str
    at: dt.datetime | None = None
    reason: str = ""
    container: str = ""
    exit_code: int | None = None
    hint: str = ""

    @property
    def short(self) -> str:
        """The beginning of the task's id."""
        return self.task[:SHORT]


class Tasks:
    """The tasks of a service; `poll` returns what has changed since the last time.

    The first time, these are the tasks that run. `warn` is called once where ECS may not be asked, and no more is.
    """

    def __init__(self, aws: Aws, cluster: str, service: str, *, warn: Callable[[str], None]) -> None:
        self._aws = aws
        self._cluster = cluster
        self._service = service
        self._warn = warn
        self._known: dict[str, str] = {}
        self._is_first = True
        self._is_denied = False

    def poll(self) -> list[TaskChange]:
        """Return the changes, in the order of time. Raises botocore's errors, but for throttling and lacking rights."""
        if self._is_denied:
            return []
        try:
            found = list(self._tasks())
        except ClientError as error:
            if is_denied(error):
                self._is_denied = True
                self._warn(f"Tasks that come and go are not shown: {error_message(error)}")
            elif not is_throttled(error) and error_code(error) not in GONE:
                raise
            return []
        new = [it for it in found if self._known.get(it["taskArn"]) != it["lastStatus"]]
        self._known |= {it["taskArn"]: it["lastStatus"] for it in found}
        shown = {"RUNNING"} if self._is_first else {"RUNNING", "STOPPED"}
        self._is_first = False
        return sorted((_change(it) for it in new if it["lastStatus"] in shown), key=_when)

    def _tasks(self) -> Iterator[TaskTypeDef]:
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for page in self._aws.ecs.get_paginator("list_tasks").paginate(
                cluster=self._cluster, serviceName=self._service, desiredStatus=status
            )
            for arn in page["taskArns"]
        ]
        self._known = {arn: status for arn, status in self._known.items() if arn in arns}
        asked = [arn for arn in arns if self._known.get(arn) != "STOPPED"]
        for start in range(0, len(asked), DESCRIBED):
            yield from self._aws.ecs.describe_tasks(cluster=self._cluster, tasks=asked[start : start + DESCRIBED])[
                "tasks"
            ]


def _change(task: TaskTypeDef) -> TaskChange:
    name, definition = task["taskArn"].rsplit("/", 1)[-1], task["taskDefinitionArn"].rsplit("/", 1)[-1]
    if task["lastStatus"] != "STOPPED":
        return TaskChange(task=name, status=task["lastStatus"], definition=definition, at=task.get("startedAt"))
    container = stops.culprit(task, ())
    reason, code = stops.reason(task, container), container.get("exitCode")
    return TaskChange(
        task=name,
        status="STOPPED",
        definition=definition,
        at=task.get("stoppedAt"),
        reason=reason,
        container=container.get("name", ""),
        exit_code=code,
        hint=explain_exit(code, reason) if stops.is_failure(task) else "",
    )


def _when(change: TaskChange) -> dt.datetime:
    return change.at or dt.datetime.now(dt.UTC)
