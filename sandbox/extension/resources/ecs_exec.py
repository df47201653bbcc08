"""ECS Exec: the agent in each container of a task that was started with it, and ExecuteCommand, as strict as ECS.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html. The refusals of a task without an agent, and
of an agent without a connection, have ECS's words (https://github.com/fabfuel/ecs-deploy/issues/193,
https://github.com/aws/aws-cli/issues/8080); those of a wrong request are our own. That an agent stops in a container
with a read-only root file system is an assumption: AWS says only that it is not supported. There are no containers, so
nothing listens at the address of a session.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from ministack.core.responses import get_region, new_uuid
from ministack.services import ecs

from sandbox.extension.authorisation import principal
from sandbox.extension.errors import RefusedError
from sandbox.extension.json_services import add_actions

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response

AGENT = "ExecuteCommandAgent"
CHANNELS = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
"""What the agent calls as the task role."""
WRITTEN = frozenset({"/var/lib/amazon/ssm", "/var/log/amazon/ssm"})
"""Where the agent writes."""
_DISABLED = (
    "The execute command failed because execute command was not enabled when the task was run or the execute command "
    "agent isn’t running. Wait and try again or run a new task with execute command enabled and try again."  # noqa: RUF001 - AWS's own sign
)
_UNCONNECTED = "The execute command failed due to an internal error. Try again later."


def install() -> None:
    """Answer ExecuteCommand, and describe the agents of tasks."""
    ecs._describe_tasks = ecs._ACTION_MAP["DescribeTasks"] = _describing(ecs._describe_tasks)
    add_actions("ecs", {"ExecuteCommand": _execute})


def _describing(stock: Action) -> Action:
    def describe(data: Record) -> Response:
        status, headers, body = stock(data)
        answer = json.loads(body)
        for task in answer.get("tasks", []):
            for container in task["containers"] if task.get("enableExecuteCommand") else ():
                container["managedAgents"] = [_agent(task, container["name"])]
        return status, headers, json.dumps(answer).encode()

    return describe


def _agent(task: Record, container: str) -> Record:
    """Return the state of the agent in a container."""
    if task["lastStatus"] != "RUNNING":
        return {"name": AGENT, "lastStatus": "STOPPED" if task["lastStatus"] == "STOPPED" else "PENDING"}
    definition = _definition(task, container)
    mounted = {it["containerPath"] for it in definition.get("mountPoints", []) if not it.get("readOnly")}
    if definition.get("readonlyRootFilesystem") and not mounted >= WRITTEN:
        return {"name": AGENT, "lastStatus": "STOPPED", "reason": f"{AGENT} failed to start"}
    return {"name": AGENT, "lastStatus": "RUNNING", "lastStartedAt": task["startedAt"]}


def _definition(task: Record, container: str) -> Record:
    found = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    declared: list[Record] = found.get("containerDefinitions", [])
    return next((it for it in declared if it["name"] == container), {})


def _execute(data: Record) -> Record:
    """Open a session. Raises RefusedError."""
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    if cluster not in ecs._clusters:
        raise RefusedError("ClusterNotFoundException", "Cluster not found.")
    task = ecs._resolve_task(data.get("task", ""), cluster)
    if task is None:
        raise RefusedError("InvalidParameterException", "The task provided in the request was not found.")
    container = _container(task, data)
    if not task.get("enableExecuteCommand") or _agent(task, container["name"])["lastStatus"] != "RUNNING":
        raise RefusedError("InvalidParameterException", _DISABLED)
    _require_channels(task)
    stream = f"wss://ssmmessages.{get_region()}.amazonaws.com/v1/data-channel/ecs-execute-command-{new_uuid()}"
    session = stream.rpartition("/")[2]
    return {
        "clusterArn": task["clusterArn"],
        "taskArn": task["taskArn"],
        "containerArn": container["containerArn"],
        "containerName": container["name"],
        "interactive": True,
        "session": {
            "sessionId": session,
            "streamUrl": f"{stream}?role=publish_subscribe",
            "tokenValue": secrets.token_urlsafe(48),
        },
    }


def _container(task: Record, data: Record) -> Record:
    """Return the container that a request names, or the only one. Raises RefusedError for a wrong request."""
    if data.get("interactive") is not True:
        raise RefusedError("InvalidParameterException", "Interactive is the only mode supported currently.")
    if not str(data.get("command") or "").strip():
        raise RefusedError("InvalidParameterException", "Command cannot be empty.")
    containers: list[Record] = task["containers"]
    if "container" not in data and len(containers) > 1:
        text = "A container name must be specified for tasks that have multiple containers."
        raise RefusedError("InvalidParameterException", text)
    name = data.get("container", containers[0]["name"])
    found = next((it for it in containers if it["name"] == name), None)
    if found is None:
        raise RefusedError("InvalidParameterException", f"The container {name} was not found in the task.")
    return found


def _require_channels(task: Record) -> None:
    """Raise RefusedError where the task role does not let the agent connect."""
    definition = ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}
    role = str(definition.get("taskRoleArn") or "")
    if not role:
        raise RefusedError("TargetNotConnectedException", _UNCONNECTED)
    try:
        for name in CHANNELS:
            principal.role_session(role).require(f"ssmmessages:{name}", "*")
    except ValueError as error:
        raise RefusedError("TargetNotConnectedException", _UNCONNECTED) from error
