"""`[[tasks]]` on the sandbox: from the settings to a failed task in the queue."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.cloudformation.drift import detect_drift
from stacks.errors import UserError
from stacks.status import read_status
from stacks.tasks.request import Changes, run_task_request
from stacks.tasks.source import read_source
from stacks.views.status import text
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

START = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
"""Midnight in UTC: 3 o'clock in Seoul comes next at 18 o'clock of that day."""
TASKS: tuple[dict[str, Any], ...] = (
    {
        "name": "nightly",
        "schedule": "cron(0 3 * * ? *)",
        "time_zone": "Asia/Seoul",
        "start": f"{START:%Y-%m-%dT%H:%M:%SZ}",
        "command": ("python", "report.py"),
        "environment": {"DEEP": "1"},
    },
    {"name": "off", "schedule": "rate(1 hour)", "command": ("python", "off.py"), "enabled": False, "spot": True},
)
ALARMS = {"alarms": True}
SCRIPT: list[dict[str, Any]] = [{"command": "python report.py", "log": ["no data"], "exit_code": 4}, {"command": "*"}]


def failures(world: World) -> list[Any]:
    """Return what is in the queue, and take it out."""
    sqs = world.aws.sqs
    url = sqs.get_queue_url(QueueName="preto-2-prod-task-failures")["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for it in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=it["ReceiptHandle"])
    return [json.loads(it["Body"]) for it in messages]


def test_a_scheduled_task_follows_the_image_and_its_failure_is_kept(world: World) -> None:
    """Without an image there is none; each image has a definition of its own; a bad end is an event in the queue."""
    world.deploy(tasks=TASKS)
    assert world.aws.scheduler.list_schedules()["Schedules"] == []
    for tag in ("v1", "v2"):
        place_image(world.account.address, "preto-2-prod", tag, script=SCRIPT)
    world.deploy(tasks=TASKS, image_tag="v1", monitoring=ALARMS)
    world.deploy(tasks=TASKS, image_tag="v2", monitoring=ALARMS)
    assert world.plan(tasks=TASKS, image_tag="v2", monitoring=ALARMS).change_set is None

    schedule = world.aws.scheduler.get_schedule(GroupName="preto-2-prod", Name="preto-2-prod-nightly")
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Seoul"
    assert schedule["StartDate"] == START
    started = schedule["Target"]["EcsParameters"]["TaskDefinitionArn"]
    defined = world.aws.ecs.describe_task_definition(taskDefinition=started)["taskDefinition"]
    (container,) = defined["containerDefinitions"]
    assert container["image"].endswith(":v2")
    assert {"name": "DEEP", "value": "1"} in container["environment"]
    assert "healthCheck" not in container

    world.account.fire_schedule("preto-2-prod-nightly")
    (event,) = failures(world)
    assert event["detail"]["group"] == "scheduled:nightly"
    assert [it["exitCode"] for it in event["detail"]["containers"]] == [4]
    world.account.fire_schedule("preto-2-prod-off")
    assert failures(world) == []

    status = read_status(world.aws, settings(tasks=TASKS))
    assert status.scheduled_tasks
    nightly, off = status.scheduled_tasks.tasks
    assert nightly.next == START.replace(hour=18)
    assert (off.enabled, off.next) == (False, None)
    assert f"nightly: cron(0 3 * * ? *) Asia/Seoul, next {START:%Y-%m-%d} 18:00 UTC" in text(status)
    source = read_source(world.aws, settings(tasks=TASKS), scheduled="nightly")
    assert run_task_request(source, Changes())["taskDefinition"] == started
    with pytest.raises(UserError, match=r"task weekly: .* has nightly, off"):
        read_source(world.aws, settings(tasks=TASKS), scheduled="weekly")

    world.aws.ecs.deregister_task_definition(taskDefinition=started)
    world.account.fire_schedule("preto-2-prod-nightly")
    (letter,) = failures(world)
    assert letter["Error"] == "TaskDefinition is inactive"
    alarms = {it["AlarmName"]: it for it in world.aws.cloudwatch.describe_alarms()["MetricAlarms"]}
    assert alarms["preto-2-prod-task-nightly"]["Dimensions"] == [{"Name": "RuleName", "Value": "preto-2-prod-nightly"}]
    topic = alarms["preto-2-prod-cpu"]["AlarmActions"]
    assert topic == alarms["preto-2-prod-tasks-not-started"]["AlarmActions"]

    drift = detect_drift(world.aws, "prod", "preto-2-prod", emit=lambda _: None)
    assert not [it.path for it in drift.drifted if "Schedule" in it.type]
    assert {"Tasks/NightlySchedule", "Tasks/OffSchedule"} <= set(drift.unchecked)

    world.deploy(image_tag="v2")
    assert world.aws.scheduler.list_schedules()["Schedules"] == []
    world.destroy()
    assert not [it for it in world.aws.scheduler.list_schedule_groups()["ScheduleGroups"] if it["Name"] != "default"]
