"""`[[tasks]]`: what is refused, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from stacks.build.render import render
from stacks.settings import Settings

TASK: dict[str, Any] = {"name": "nightly-report", "schedule": "cron(0 3 * * ? *)", "command": ("python", "report.py")}


def settings(*tasks: dict[str, Any], **more: Any) -> Settings:
    """Return the settings of a project with these tasks, each like `TASK`."""
    base: dict[str, Any] = {"project": "preto-2", "environment": "prod", "aws": {"region": "ap-northeast-2"}}
    return Settings.model_validate(base | {"tasks": tuple(TASK | it for it in tasks)} | more)


def resources(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the properties of the resources of the stack of scheduled tasks."""
    found = json.loads(render(settings(*tasks, **more)).templates["tasks.template.json"])["Resources"]
    return {name: it["Properties"] for name, it in found.items()}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"schedule": "cron(0 3 * * *)"}, "cron has six fields"),
        ({"schedule": "cron(0 3 * * * *)"}, "must be ?, and neither is"),
        ({"schedule": "cron(0 3 ? * ? *)"}, "must be ?, and both are"),
        ({"schedule": "cron(0 24 * * ? *)"}, "the hour '24' is not in 0 to 23"),
        ({"schedule": "cron(0 3 ? * MONDAY *)"}, "the day of the week 'MONDAY' is not in 1 to 7 or SUN to SAT"),
        ({"schedule": "rate(1 hours)"}, "'1 hours' must be '1 hour'"),
        ({"schedule": "at(2027-02-30T00:00:00)"}, "there is no time '2027-02-30T00:00:00'"),
        ({"time_zone": "US/Pacific"}, 'another name of "America/Los_Angeles"'),
        ({"time_zone": "Asia/Atlantis"}, "no time zone of this name"),
        ({"schedule": "rate(1 hour)", "time_zone": "Asia/Seoul"}, "a rate counts from its beginning"),
        ({"schedule": "at(2027-01-01T00:00:00)", "end": "2028-01-01T00:00:00Z"}, "started once, at its time"),
        ({"start": "2028-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}, "it must be later than start"),
        ({"start": "2027-13-01T00:00:00Z"}, "there is no such time"),
        ({"cpu": 512}, "cpu alone is no size: memory goes with it"),
        ({"cpu": 300, "memory": 512}, "must be one of 256, 512"),
        ({"cpu": 256, "memory": 4096}, "Fargate has no task with 256 CPU units and 4096 MiB"),
        ({"command": ()}, "at least 1 item"),
        ({"environment": {"STREAMLIT_SERVER_PORT": "1"}}, "STREAMLIT_SERVER_PORT"),
    ],
)
def test_each_mistake_is_said_in_words(given: dict[str, Any], why: str) -> None:
    """Before anything is rendered, as EventBridge Scheduler and Fargate would refuse it later."""
    with pytest.raises(ValidationError) as error:
        settings(given)
    assert why in str(error.value)


def test_what_contradicts_the_service_is_refused() -> None:
    """Names that are taken or too long, secrets, sidecars that leave no room, Spot without the cluster's providers."""
    for tasks, more, why in (
        (({}, {}), {}, "another task has the name nightly-report"),
        (
            ({"name": "a" * 24},),
            {"project": "p" * 20, "environment": "e" * 20, "names": {"target_group": "t", "load_balancer": "l"}},
            "66 characters, and 64 are allowed",
        ),
        (
            ({"environment": {"TOKEN": "1"}},),
            {"ecs": {"secrets": {"TOKEN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:t-AbCdEf"}}},
            "TOKEN is in secrets as well",
        ),
        (
            ({"cpu": 256, "memory": 512},),
            {"ecs": {"sidecars": ({"name": "proxy", "image": "nginx:1", "memory": 512},)}},
            "the sidecars take 512 of the task's 512",
        ),
        (({"spot": True},), {"ecs": {"capacity_providers": False, "launch_type": "FARGATE"}}, "a capacity provider"),
    ):
        with pytest.raises(ValidationError) as error:
            settings(*tasks, **more)
        assert why in str(error.value)


def test_without_tasks_there_is_no_stack_and_without_alarms_no_alarm() -> None:
    """Existing environments stay as they are; failures are in the queue in any case."""
    assert "tasks.template.json" not in render(settings()).templates
    made = resources({})
    assert not [name for name in made if name in {"NotStarted", "NightlyReportFailed"}]
    assert made["NightlyReportEndedBadly"]["Targets"] == [
        {"Id": "Failures", "Arn": {"Fn::GetAtt": ["Failures", "Arn"]}}
    ]
    given = resources({}, monitoring={"alarms": True, "topic_arn": "arn:aws:sns:ap-northeast-2:111122223333:ops"})
    assert (
        given["NotStarted"]["AlarmActions"]
        == given["NightlyReportFailed"]["AlarmActions"]
        == [{"Ref": "AlarmTopicArn"}]
    )


def test_the_role_of_the_scheduler_starts_these_tasks_and_no_others() -> None:
    """Families, cluster, the two roles to ECS alone, the one queue; tagging only where tasks are tagged."""
    role = resources({}, {"name": "hourly"}, ecs={"managed_tags": False, "propagate_tags": "NONE"})["SchedulerRole"]
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]
    source = trust["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(":schedule-group/preto-2-prod")
    assert trust["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    statements = {it["Sid"]: it for it in role["Policies"][0]["PolicyDocument"]["Statement"]}
    assert [it["Fn::Sub"].partition(":task-definition/")[2] for it in statements["StartTasks"]["Resource"]] == [
        "preto-2-prod-task-nightly-report:*",
        "preto-2-prod-task-hourly:*",
    ]
    assert statements["StartTasks"]["Condition"]["ArnEquals"]["ecs:cluster"]
    assert statements["HandRolesToTasks"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }
    assert "TagNewTasks" not in statements
    assert "TagNewTasks" in str(resources({}, ecs={"managed_tags": True})["SchedulerRole"])


def test_a_task_has_the_service_s_definition_with_its_differences() -> None:
    """Command, entry point, size and variables are its own; no health check; the rest is the service's."""
    made = resources(
        {"entry_point": ("sh", "-c"), "cpu": 512, "memory": 1024, "environment": {"A": "task"}},
        ecs={"environment": {"A": "service", "B": "service"}},
    )
    definition = made["NightlyReportTaskDefinition"]
    (container,) = definition["ContainerDefinitions"]
    assert (container["EntryPoint"], container["Command"]) == (["sh", "-c"], ["python", "report.py"])
    assert (definition["Cpu"], definition["Memory"]) == ("512", "1024")
    variables = {it["Name"]: it["Value"] for it in container["Environment"]}
    assert (variables["A"], variables["B"]) == ("task", "service")
    assert "HealthCheck" not in container
    assert container["Image"] == {"Ref": "ContainerImage"}


def test_a_bad_end_is_that_of_the_application_s_container() -> None:
    """Sidecars end by a signal when the application has ended, which is no failure."""
    detail = resources({})["NightlyReportEndedBadly"]["EventPattern"]["detail"]
    assert detail["$or"][0] == {"containers": {"name": ["web"], "exitCode": [{"anything-but": [0]}]}}
    assert "TaskFailedToStart" in detail["$or"][1]["stopCode"]
    assert detail["group"] == ["scheduled:nightly-report"]
