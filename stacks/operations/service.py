"""A service while it is being deployed: how many tasks run, and why others stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, error_message, is_denied
from stacks.logs import stops
from stacks.logs.exit_codes import explain_exit

if TYPE_CHECKING:
    import datetime as dt

    from types_boto3_ecs.type_defs import (
        ContainerDefinitionOutputTypeDef,
        ContainerTypeDef,
        ServiceTypeDef,
        TaskTypeDef,
    )

    from stacks.aws.session import Aws

TYPE = "AWS::ECS::Service"
LOG_LINES = 5
"""Lines of a container's log that are shown."""
DESCRIBED = 100
"""Tasks that DescribeTasks takes at a time."""
IDS = re.compile(
    r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|eni-[0-9a-f]+|\d{1,3}(?:\.\d{1,3}){3})\b"
)
"""What differs in the reasons of tasks that stopped for the same reason: ids and addresses."""

HOPELESS = re.compile(
    r"exec format error|executable file not found"
    r"|CannotPull\w*:.*(?:not found|manifest unknown|no matching manifest|not contain descriptor matching platform)"
    r"|ResourceInitializationError:.*(?:can't find the specified secret|did not contain json key|invalid ssm parameters"
    r"|log group does not exist)",
    re.DOTALL,
)
WRONG_PLATFORM = re.compile(r"exec .*: exec format error")
"""Reasons, and a container's words, that no retry remedies: image, program, secret, log group are not there
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html). A right that is missing is
not among them, because IAM takes a moment until a new role is known everywhere, nor what may be the network's."""

Key = tuple[str, str, int | None]
"""What tasks that stopped alike have in common: reason, container, exit code."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Tasks that stopped for the same reason; `exit_code` is None where the container never ran.

    `log` are the last lines that one of them wrote, oldest first.
    """

    reason: str
    container: str
    exit_code: int | None
    count: int
    log: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What the exit code means, and the setting to change; "" where only the program itself can say."""
        return explain_exit(self.exit_code, self.reason)

    @property
    def is_hopeless(self) -> bool:
        """Whether no further attempt can succeed."""
        return HOPELESS.search(self.reason) is not None or any(WRONG_PLATFORM.fullmatch(line) for line in self.log)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service at one moment; `rollout` is ECS's word for its newest deployment, such as IN_PROGRESS.

    `running` are all tasks that run, `old` those of them of earlier deployments: with a strategy that moves requests
    these are as many again, until the bake time is over. `stopped` are the tasks that stopped and were not meant to,
    the most frequent reason first.
    """

    cluster: str
    name: str
    desired: int
    running: int
    pending: int
    failed: int
    rollout: str
    old: int = 0
    stopped: tuple[Stopped, ...] = ()


def cluster_and_name(physical_id: str) -> tuple[str, str]:
    """Cluster and name from a service's ARN, which is its physical id in a stack.

    ARNs of the old form name no cluster; there it is `default`.
    """
    *cluster, name = physical_id.partition(":service/")[2].split("/")
    return (cluster or ["default"])[0], name


class Services:
    """Looks at one service again and again, and asks for each task, definition and log only once."""

    def __init__(self, aws: Aws, physical_id: str, *, since: dt.datetime) -> None:
        self._aws = aws
        self._cluster, self._name = cluster_and_name(physical_id)
        self._since = since
        self._stopped: dict[str, TaskTypeDef] = {}
        self._logs: dict[Key, tuple[str, ...]] = {}
        self._definitions: dict[str, list[ContainerDefinitionOutputTypeDef]] = {}

    def poll(self) -> Service | None:
        """Return the service now, with the tasks that stopped after `since`; None where it does not exist (any more).

        Raises botocore's ClientError.
        """
        try:
            found = self._aws.ecs.describe_services(cluster=self._cluster, services=[self._name])["services"]
        except ClientError as error:
            if error_code(error) == "ClusterNotFoundException":
                return None
            raise
        if not found or found[0]["status"] == "INACTIVE":
            return None
        self._note_stopped()
        service = found[0]
        stopped = self._groups()
        primary = next((it for it in service["deployments"] if it["status"] == "PRIMARY"), None)
        return Service(
            cluster=self._cluster,
            name=self._name,
            desired=service["desiredCount"],
            running=service["runningCount"],
            pending=service["pendingCount"],
            failed=max(_failed(service), sum(group.count for group in stopped)),
            rollout=primary.get("rolloutState", "") if primary else "",
            old=sum(it.get("runningCount", 0) for it in service["deployments"] if it is not primary),
            stopped=stopped,
        )

    def _note_stopped(self) -> None:
        """Read the tasks that have stopped since the last poll."""
        pages = self._aws.ecs.get_paginator("list_tasks").paginate(
            cluster=self._cluster, serviceName=self._name, desiredStatus="STOPPED"
        )
        new = [arn for page in pages for arn in page["taskArns"] if arn not in self._stopped]
        for start in range(0, len(new), DESCRIBED):
            tasks = self._aws.ecs.describe_tasks(cluster=self._cluster, tasks=new[start : start + DESCRIBED])["tasks"]
            self._stopped |= {task["taskArn"]: task for task in tasks if task["lastStatus"] == "STOPPED"}

    def _groups(self) -> tuple[Stopped, ...]:
        groups: dict[Key, list[TaskTypeDef]] = {}
        for task in self._stopped.values():
            late = "stoppedAt" not in task or task["stoppedAt"] >= self._since
            if late and stops.is_failure(task):
                container = self._culprit(task)
                key = (_reason(task, container), container.get("name", ""), container.get("exitCode"))
                groups.setdefault(key, []).append(task)
        for key, tasks in groups.items():
            if not self._logs.get(key):  # Logs arrive some seconds after the task has stopped.
                self._logs[key] = self._log(tasks[-1], self._culprit(tasks[-1]))
        return tuple(
            Stopped(reason=key[0], container=key[1], exit_code=key[2], count=len(tasks), log=self._logs[key])
            for key, tasks in sorted(groups.items(), key=lambda item: -len(item[1]))
        )

    def _culprit(self, task: TaskTypeDef) -> ContainerTypeDef:
        """Return the container that ended the task; only the task definition says which of several are essential."""
        essential: set[str] = set()
        if len(task.get("containers", [])) > 1:
            try:
                essential = {it["name"] for it in self._declared(task) if it.get("essential", True)}
            except ClientError as error:
                if not is_denied(error):
                    raise
        return stops.culprit(task, essential)

    def _declared(self, task: TaskTypeDef) -> list[ContainerDefinitionOutputTypeDef]:
        arn = task["taskDefinitionArn"]
        if arn not in self._definitions:
            found = self._aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
            self._definitions[arn] = found["containerDefinitions"]
        return self._definitions[arn]

    def _log(self, task: TaskTypeDef, container: ContainerTypeDef) -> tuple[str, ...]:
        """Return the last lines of a container, where it ran and writes to CloudWatch; () where they cannot be read."""
        if container.get("exitCode") is None:
            return ()
        try:
            for declared in self._declared(task):
                options = declared.get("logConfiguration", {}).get("options", {})
                if declared["name"] == container["name"] and "awslogs-stream-prefix" in options:
                    stream = (
                        f"{options['awslogs-stream-prefix']}/{declared['name']}/{task['taskArn'].rsplit('/', 1)[1]}"
                    )
                    return self._lines(options["awslogs-group"], stream)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                return ()  # Nothing has been written yet, or ever.
            return (f"(its log cannot be read: {error_message(error)})",)
        return ()

    def _lines(self, group: str, stream: str) -> tuple[str, ...]:
        found = self._aws.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=LOG_LINES)["events"]
        return tuple(line for event in found for line in event["message"].splitlines())[-LOG_LINES:]


def _failed(service: ServiceTypeDef) -> int:
    """Return the tasks that ECS itself counts as failed, in the deployments that are not over.

    Those with a strategy that moves requests have no rollout state: of these the primary one counts.
    """
    return sum(
        deployment.get("failedTasks", 0)
        for deployment in service["deployments"]
        if deployment.get("rolloutState", deployment["status"]) in {"IN_PROGRESS", "PRIMARY"}
    )


def _reason(task: TaskTypeDef, container: ContainerTypeDef) -> str:
    """Return why a task stopped, without ids and addresses."""
    return IDS.sub("…", stops.reason(task, container))
