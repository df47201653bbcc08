"""AWS::Scheduler::Schedule with all its properties, and schedules whose time a test says has come.

`PUT /_sandbox/schedules` with `{"account": "123456789012", "name": "preto-2-prod-nightly"}` starts the target of the
schedule of this name, as at its time; nothing is started by the clock. What cannot be started is a message in the
dead-letter queue at once, without further attempts.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import ecs, eventbridge, iam, scheduler
from ministack.services.cloudformation import provisioners

from sandbox.extension.errors import handler_error
from sandbox.extension.resources import ecs_tasks_alone
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record

PATH = "/_sandbox/schedules"
_TYPE = "AWS::Scheduler::Schedule"
_PRINCIPAL = "scheduler.amazonaws.com"
_UNTRUSTED = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
_PASSED = "The StartDate you specify cannot be earlier than 5 minutes ago."
"""As AWS says it: https://github.com/getmoto/moto/pull/8178. Here of updates as well, which is not documented."""
_LATEST = dt.timedelta(minutes=5)
_READ_ONLY = frozenset({"Arn", "CreationDate", "LastModificationDate"})


def install() -> None:
    """Register the type."""
    register(_TYPE, create=_create, update=_update, delete=_delete)


def _create(_: str, props: Properties, __: str) -> Made:
    key = _key(props)
    if props["GroupName"] not in scheduler._schedule_groups:
        raise handler_error(f"Schedule group {props['GroupName']} does not exist.", "NotFound", service="Scheduler")
    if key in scheduler._schedules:
        raise handler_error(f"Schedule {props['Name']} already exists.", "AlreadyExists", service="Scheduler")
    return _write(key, props, {"CreationDate": scheduler._now()})


def _update(_: str, old: Properties, new: Properties, __: str) -> Made:
    found = scheduler._schedules.get(_key(old)) or {}
    return _write(_key(new), new, {"CreationDate": found.get("CreationDate", scheduler._now())})


def _delete(physical_id: str, props: Properties) -> None:
    scheduler._schedules.pop(f"{props.get('GroupName', 'default')}/{physical_id}", None)


def _key(props: Properties) -> str:
    return f"{props.get('GroupName', 'default')}/{props['Name']}"


def _write(key: str, props: Properties, dates: Record) -> Made:
    """Keep the schedule. UpdateSchedule replaces all of it, so that what is left out gets its default."""
    if not _trusts(props["Target"]["RoleArn"]):
        raise handler_error(_UNTRUSTED, "InvalidRequest", service="Scheduler")
    start = props.get("StartDate")
    if start and dt.datetime.fromisoformat(start) < dt.datetime.now(dt.UTC) - _LATEST:
        raise handler_error(_PASSED, "InvalidRequest", service="Scheduler")
    group, _, name = key.partition("/")
    arn = scheduler._schedule_arn(group, name)
    given = {name: value for name, value in props.items() if name not in _READ_ONLY}
    defaults = {"GroupName": group, "State": "ENABLED", "ScheduleExpressionTimezone": "UTC"}
    completed = {"ActionAfterCompletion": "NONE", "LastModificationDate": scheduler._now(), **dates}
    scheduler._schedules[key] = {**defaults, **given, "Arn": arn, **completed}
    return name, {"Arn": arn}


def _trusts(role_arn: str) -> bool:
    role = iam._roles.get(role_arn.rpartition("/")[2])
    return role is not None and _PRINCIPAL in json.dumps(role.get("AssumeRolePolicyDocument"))


def fire(order: Record) -> None:
    """Let the time of a schedule come. Raises ValueError for a name that no schedule of the account has."""
    for (account, region, key), found in list(scheduler._schedules._data.items()):
        if account == order["account"] and key.partition("/")[2] == order["name"]:
            with request_scope(account, region):
                if found["State"] == "ENABLED":
                    _start(found)
            return
    raise ValueError(order["name"])


def _start(schedule: Record) -> None:
    target = schedule["Target"]
    if parse_arn(target["Arn"]).service != "ecs":
        eventbridge._invoke_target(target, _event(schedule), schedule)
        return
    request = {"cluster": target["Arn"], **provisioners._pascal_to_camel(target["EcsParameters"])}
    request["taskDefinition"] = request.pop("taskDefinitionArn")
    request["count"] = int(request.pop("taskCount", 1))
    status, _, body = ecs._ACTION_MAP["RunTask"](request)
    answer = json.loads(body)
    if status >= 400 and (letters := target.get("DeadLetterConfig")):  # noqa: PLR2004 - HTTP's errors
        dead = json.dumps({"TaskDefinition": request["taskDefinition"], "Error": answer.get("message", "")})
        eventbridge._dispatch_to_sqs(parse_arn(letters["Arn"]), dead)
    ecs_tasks_alone.settle_all()


def _event(schedule: Record) -> Record:
    about = {"Source": "aws.scheduler", "DetailType": "Scheduled Event", "Detail": "{}", "Time": scheduler._now()}
    return {"EventId": schedule["Arn"], "Resources": [schedule["Arn"]], **about}
