"""A command in a running container, by ECS Exec: which task and container, and what keeps it from being possible.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, is_denied
from stacks.errors import Code, UserError
from stacks.tasks.source import Source, read_source
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings

SHELL = "/bin/sh"
"""What is run where no command is given: every image that has a shell has this one."""
AGENT = "ExecuteCommandAgent"
"""The name of the managed agent (ECS, ManagedAgent)."""
RUNNING = "RUNNING"
MANY = 100
"""Tasks that DescribeTasks takes at once."""
_HEALTH = {"HEALTHY": 0, "UNKNOWN": 1, "UNHEALTHY": 2}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A container of a running task in which a command can be run; `runtime_id` is its id within the task."""

    environment: str
    cluster: str
    task: str
    container: str
    runtime_id: str
    definition: str

    @property
    def target(self) -> str:
        """Its name for Session Manager, as the AWS CLI makes it: awscli, customizations/ecs/executecommand.py."""
        return f"ecs:{self.cluster}_{self.task}_{self.runtime_id}"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session that ECS has opened. Its token lets whoever has it in: it is shown to nobody."""

    place: Place
    session_id: str
    response: Any

    def __repr__(self) -> str:
        return f"Session({self.session_id})"


def find_place(aws: Aws, settings: Settings, *, task: str = "", container: str = "") -> Place:
    """Return where a command can be run.

    `task` is the beginning of a task's id, else the newest healthy task is taken; `container` is the application's
    where none is named. Raises UserError where there is none, with what is missing.
    """
    source = read_source(aws, settings)
    tasks = _running_tasks(aws, source)
    if not tasks:
        name = settings.environment
        then = f"`{PROGRAM} status {name}` says more; `{PROGRAM} run {name} -- COMMAND` runs one in a task of its own."
        raise UserError(f"service {source.service}", "no task of it is running", then, code=Code.ABSENT)
    chosen = _chosen(tasks, task, source)
    _refuse_disabled(chosen, source, settings)
    found = _container(chosen, container or source.container)
    _refuse_without_agent(found, chosen, source, settings)
    return Place(
        environment=settings.environment,
        cluster=source.cluster,
        task=task_id(chosen),
        container=found["name"],
        runtime_id=found.get("runtimeId", ""),
        definition=chosen["taskDefinitionArn"].rpartition("/")[2],
    )


def task_id(task: TaskTypeDef) -> str:
    """Return the id of a task, the last part of its ARN."""
    return task["taskArn"].rpartition("/")[2]


def open_session(aws: Aws, settings: Settings, place: Place, command: str) -> Session:
    """Have ECS open a session that runs the command. Raises UserError where it does not."""
    try:
        answer = aws.ecs.execute_command(
            cluster=place.cluster, task=place.task, container=place.container, command=command, interactive=True
        )
    except ClientError as error:
        raise _refusal(error, settings, place) from error
    return Session(place=place, session_id=answer["session"]["sessionId"], response=answer["session"])


def _running_tasks(aws: Aws, source: Source) -> list[TaskTypeDef]:
    """Return the service's running tasks, the best to choose first: healthy before others, then the newest."""
    pages = aws.ecs.get_paginator("list_tasks").paginate(
        cluster=source.cluster, serviceName=source.service, desiredStatus="RUNNING"
    )
    arns = [arn for page in pages for arn in page["taskArns"]]
    found = []
    for first in range(0, len(arns), MANY):
        found += aws.ecs.describe_tasks(cluster=source.cluster, tasks=arns[first : first + MANY])["tasks"]
    running = [it for it in found if it["lastStatus"] == RUNNING and "startedAt" in it]
    newest = sorted(running, key=lambda it: it["startedAt"], reverse=True)
    return sorted(newest, key=lambda it: _HEALTH.get(it.get("healthStatus", "UNKNOWN"), 1))


def _chosen(tasks: Sequence[TaskTypeDef], wanted: str, source: Source) -> TaskTypeDef:
    """Return the task that was asked for, or the first one that was started with ECS Exec, or the first."""
    if not wanted:
        return next((it for it in tasks if it.get("enableExecuteCommand")), tasks[0])
    short = wanted.rpartition("/")[2]
    found = [it for it in tasks if task_id(it).startswith(short)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(task_id(it) for it in found or tasks)
    why = f"several tasks begin so: {ids}" if found else f"service {source.service} has no such task running, but {ids}"
    raise UserError(f"task {wanted}", why, code=Code.ABSENT)


def _refuse_disabled(task: TaskTypeDef, source: Source, settings: Settings) -> None:
    """Raise UserError where the task was started without ECS Exec: setting, service or task lacks it."""
    if task.get("enableExecuteCommand"):
        return
    name, deploy = settings.environment, f"{PROGRAM} deploy {settings.environment}"
    if source.exec:
        started = f"{task['startedAt']:%Y-%m-%d %H:%M %Z}".rstrip()
        why = f"it was started ({started}) before the service had ECS Exec, which only later tasks have"
        stop = f"aws ecs stop-task --cluster {source.cluster} --task {task_id(task)}"
        then = f"Have it replaced: `{stop}`; the service starts another one, with ECS Exec."
        raise UserError(f"task {task_id(task)}", why, then, code=Code.STATE)
    if settings.ecs.exec:
        why = "it has no ECS Exec yet, although [ecs] exec is on: the setting is not deployed"
        raise UserError(f"service {source.service}", why, f"Deploy it: {deploy}", code=Code.STATE)
    then = f"Set exec = true in [ecs] of environments/{name}.toml, and deploy: {deploy}"
    raise UserError("[ecs] exec", f"it is off in {name}, so no command can be run in its containers", then)


def _container(task: TaskTypeDef, name: str) -> ContainerTypeDef:
    containers = task.get("containers", [])
    found = next((it for it in containers if it["name"] == name), None)
    if found is None:
        names = ", ".join(it["name"] for it in containers)
        raise UserError(f"container {name}", f"task {task_id(task)} has {names}", "Name one with --container.")
    if found.get("lastStatus") != RUNNING:
        why = f"it is {found.get('lastStatus', 'unknown')} in task {task_id(task)}"
        raise UserError(f"container {name}", why, "Its log says more.", code=Code.STATE)
    return found


def _refuse_without_agent(container: ContainerTypeDef, task: TaskTypeDef, source: Source, settings: Settings) -> None:
    """Raise UserError where the agent of Systems Manager, which runs commands in the container, does not run."""
    agent = next((it for it in container.get("managedAgents", []) if it.get("name") == AGENT), None)
    status = agent.get("lastStatus", "unknown") if agent else "absent"
    if status == RUNNING:
        return
    what = f"container {container['name']}"
    if status == "PENDING":
        why = f"its agent is still starting in task {task_id(task)}"
        raise UserError(what, why, "Repeat the command in some seconds.", code=Code.STATE)
    said = f": {agent['reason']}" if agent and agent.get("reason") else ""
    definition = next((it for it in source.containers if it["name"] == container["name"]), {})
    then = _remedies(settings)
    if definition.get("readonlyRootFilesystem"):
        then = f"Its root file system is read-only, where the agent may not be able to write.\n{then}"
    raise UserError(what, f"its agent is {status} in task {task_id(task)}{said}", then, code=Code.STATE)


def _remedies(settings: Settings) -> str:
    """Return what the agent needs, in the order in which it is most often missing."""
    region = settings.aws.region
    return (
        "The agent needs the rights ssmmessages:CreateControlChannel, CreateDataChannel, OpenControlChannel and "
        f"OpenDataChannel of the task role, which [ecs] exec gives it; and a way to ssmmessages.{region}, over the "
        "internet or by a VPC endpoint for ssmmessages."
    )


def _refusal(error: ClientError, settings: Settings, place: Place) -> UserError:
    """Return why ECS opens no session, in its own words, and what to do."""
    name, said = f"task {place.task}", error_message(error)
    if is_denied(error):
        lists = f"`{PROGRAM} permissions {settings.environment} --for exec --missing` says which right is lacking."
        return UserError("exec", said, lists, code=Code.DENIED)
    if error_code(error) == "TargetNotConnectedException":
        then = (
            f"An agent that has just started connects within some seconds: repeat the command.\n{_remedies(settings)}"
        )
        return UserError(name, f"its agent has no connection to Session Manager: {said}", then, code=Code.STATE)
    return UserError(name, said, "Repeat the command, or choose another task with --task.", code=Code.STATE)
