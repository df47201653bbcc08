"""Tasks without a service, which end.

No container runs. What a command writes and how it ends is said by the image (`python -m sandbox.image --script`); a
command of which it says nothing writes one line that says so, and ends with 0. A container without a command of its own
runs what its image is for, which is a server, until the task is stopped.
"""

from __future__ import annotations

import json
import shlex
import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import ecs, eventbridge

from sandbox.extension.errors import RefusedError
from sandbox.extension.json_services import keep_stores
from sandbox.extension.operations import OPERATIONS
from sandbox.extension.resources import ecs_tasks
from sandbox.extension.resources.ecr_images import find_manifest
from sandbox.extension.resources.ecs_run_task import checked_definition
from sandbox.image import EXIT_CODE, LOG, SCRIPT

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response, Untyped

_PROVISIONING, _PENDING, _DEPROVISIONING = 12.0, 18.0, 8.0
"""Seconds that a Fargate task takes until it is pulled, until it runs, and after it has run. An assumption."""
_TOKENS = AccountRegionScopedDict()
"""The request and the answer of each `clientToken`."""
_PLAN = "_alone"
"""The key of a task's record with what becomes of it; ministack leaves keys with an underscore out of its answers."""

_REASONS = {"SpotInterruption": "Your Spot Task was interrupted."}
"""ECS's words where a task does not stop by itself
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
_NOTHING: Record = {
    "container": "",
    "log": [],
    "code": None,
    "seconds": 0.0,
    "fails": "",
    "reason": "",
    "stop_code": "",
}
"""A task that writes nothing and runs on."""


def install() -> None:
    """Check requests, and let tasks go through their states whenever somebody looks at them."""
    stock_run: Action = ecs._run_task
    stock_stop: Action = ecs._stop_task
    stock_describe: Action = ecs._describe_tasks
    stock_list: Action = ecs._list_tasks

    def run(data: Record) -> Response:
        if str(data.get("group", "")).startswith("service:") and "_deploymentId" in data:
            return stock_run(data)
        try:
            return _run(stock_run, data)
        except RefusedError as error:
            return _answer(error_response_json(error.code, error.message, 400))

    def stop(data: Record) -> Response:
        settle_all()
        task = ecs._resolve_task(data.get("task", ""), ecs._resolve_cluster_name(data.get("cluster", "default")))
        if task and _PLAN in task and task["lastStatus"] != "STOPPED":
            _interrupt(task, data.get("reason", "Task stopped by user"))
            return _answer(json_response({"task": ecs._sanitize(task)}))
        return stock_stop(data)

    ecs._run_task, ecs._ACTION_MAP["RunTask"] = run, run
    ecs._ACTION_MAP["StopTask"] = stop
    ecs._ACTION_MAP["DescribeTasks"] = _after_settling(stock_describe)
    ecs._ACTION_MAP["ListTasks"] = _after_settling(stock_list)
    keep_stores("ecs-run-task", tokens=_TOKENS)


def _answer(made: Untyped) -> Response:
    answer: Response = made
    return answer


def _after_settling(stock: Action) -> Action:
    def answer(data: Record) -> Response:
        settle_all()
        return stock(data)

    return answer


def _run(stock: Action, data: Record) -> Response:
    token = data.get("clientToken", "")
    asked = json.dumps({key: value for key, value in data.items() if key != "clientToken"}, sort_keys=True)
    if token and (known := _TOKENS.get(token)):
        if known["asked"] != asked:
            raise RefusedError("ConflictException", f"The clientToken {token} is in use with another request.")
        tasks = [ecs._sanitize(ecs._tasks[arn]) for arn in known["tasks"]]
        return _answer(json_response({"tasks": tasks, "failures": []}))
    definition = checked_definition(data)
    before = set(ecs._tasks.keys())
    answer = stock({**data, "group": data.get("group") or f"family:{definition['family']}"})
    if answer[0] >= 400:  # noqa: PLR2004 - HTTP's errors
        return answer
    made = sorted(set(ecs._tasks.keys()) - before)
    for arn in made:
        _begin(ecs._tasks[arn], definition)
    if token:
        _TOKENS[token] = {"asked": asked, "tasks": made}
    return _answer(json_response({"tasks": [ecs._sanitize(ecs._tasks[arn]) for arn in made], "failures": []}))


def _begin(task: Record, definition: Record) -> None:
    """Let a new task wait for its network interface, and note what will become of it."""
    overrides = task.get("overrides") or {}
    task |= {key: overrides[key] for key in ("cpu", "memory") if key in overrides}
    task |= {"lastStatus": "PROVISIONING", "startedAt": None, "pullStartedAt": None, "pullStoppedAt": None}
    for container in task["containers"]:
        container["lastStatus"] = "PENDING"
    task[_PLAN] = {"begun": time.time(), "written": False, **_plan(task, definition)}


def _plan(task: Record, definition: Record) -> Record:
    """Return what becomes of a task: `container`, `log`, `code` (None: it runs on), `seconds`, `fails` (to start)."""
    overrides = {it["name"]: it for it in (task.get("overrides") or {}).get("containerOverrides", [])}
    plans = []
    for it in definition["containerDefinitions"]:
        manifest = find_manifest(it.get("image", ""))
        if manifest is None:
            return {
                "container": it["name"],
                "log": [],
                "code": None,
                "seconds": 0.0,
                "fails": ecs_tasks._not_found(it["image"]),
            }
        command = overrides.get(it["name"], {}).get("command") or it.get("command") or []
        plans.append((it, command, manifest))
    for it, command, manifest in plans:
        if it.get("essential", True) and (found := _scripted(it["name"], command, manifest)):
            return found
    return dict(_NOTHING)


def _scripted(container: str, command: list[str], manifest: Record) -> Record | None:
    """Return what the image says of the command; None where the container has none, so that it runs on."""
    said = shlex.join(command)
    for entry in json.loads((manifest.get("annotations") or {}).get(SCRIPT, "[]")):
        if fnmatchcase(said, entry["command"]):
            return {
                "container": container,
                "log": entry.get("log", []),
                "code": entry.get("exit_code", 0),
                "seconds": float(entry.get("seconds", 0)),
                "fails": entry.get("fails", ""),
                "reason": entry.get("reason", ""),
                "stop_code": entry.get("stop_code", ""),
            }
    marks = manifest.get("annotations") or {}
    if EXIT_CODE in marks:
        log = marks.get(LOG, "").splitlines()
        return {
            "container": container,
            "log": log,
            "code": int(marks[EXIT_CODE]),
            "seconds": 0.0,
            "fails": "",
        }
    if not command:
        return None
    line = f"sandbox: no container runs here, and the image's script has no command {said!r}"
    return {**_NOTHING, "container": container, "log": [line], "code": 0}


def settle_all() -> None:
    """Bring all tasks of the account and region into the states that they have by now."""
    for arn in list(ecs._tasks.keys()):
        task = ecs._tasks[arn]
        if _PLAN in task and task["lastStatus"] != "STOPPED":
            _settle(task)


def _settle(task: Record) -> None:
    """Bring a task into the state that it has by now."""
    plan, scale = task[_PLAN], OPERATIONS.time_scale
    passed = time.time() - plan["begun"]
    if passed < _PROVISIONING * scale:
        return
    if plan["fails"]:
        _end(task, "TaskFailedToStart", plan["fails"])
        return
    if passed < (_PROVISIONING + _PENDING) * scale:
        task["lastStatus"] = "PENDING"
        return
    _show_running(task)
    running_until = (_PROVISIONING + _PENDING + plan["seconds"]) * scale
    if plan["code"] is None or passed < running_until:
        return
    if passed < running_until + _DEPROVISIONING * scale:
        task |= {"lastStatus": "DEPROVISIONING", "desiredStatus": "STOPPED"}
        return
    stop_code = plan.get("stop_code") or "EssentialContainerExited"
    _end(task, stop_code, _REASONS.get(stop_code, "Essential container in task exited"), plan["code"])


def _show_running(task: Record) -> None:
    plan = task[_PLAN]
    if not plan["written"]:
        plan["written"] = True
        task |= {"lastStatus": "RUNNING", "startedAt": ecs._iso()}
        for container in task["containers"]:
            container["lastStatus"] = "RUNNING"
        if plan["container"]:
            ending = ecs_tasks.Ending(stop_code="", reason="", container=plan["container"], log=tuple(plan["log"]))
            ecs_tasks._write_log(task, ending)


def _end(task: Record, stop_code: str, reason: str, code: int | None = None) -> None:
    plan = task[_PLAN]
    ending = ecs_tasks.Ending(stop_code=stop_code, reason=reason, container=plan["container"], exit_code=code)
    ecs_tasks._stop(task, ending)
    for container in task["containers"]:
        if code is None:
            continue
        if container["name"] == plan["container"]:
            if plan.get("reason"):
                container["reason"] = plan["reason"]
        else:
            container["exitCode"] = 143  # SIGTERM, which ECS sends to the others
    _tell(task)


def _tell(task: Record) -> None:
    """Send the event of a task that has stopped, as ECS does for each change of a task's state.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    detail = json.dumps(ecs._sanitize(task))
    entry = {"Source": "aws.ecs", "DetailType": "ECS Task State Change", "Detail": detail}
    eventbridge._put_events({"Entries": [{**entry, "Resources": [task["taskArn"]]}]}, allow_aws_source=True)


def _interrupt(task: Record, reason: str) -> None:
    """Stop a task as StopTask does: its containers, where they ran, end by SIGTERM."""
    started = task["lastStatus"] == "RUNNING"
    ecs_tasks._stop(task, ecs_tasks.Ending(stop_code="UserInitiated", reason=reason, container=""))
    for container in task["containers"]:
        container.pop("reason", None)
        if started:
            container["exitCode"] = 143
    _tell(task)
