"""`scale ENV`: from the service's own metrics, a file or a made-up curve to what the settings do with it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.derive.commands.scale import CALLS
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

MINUTE = dt.timedelta(minutes=1)
SERVICE = [{"Name": "ClusterName", "Value": "preto-2-prod"}, {"Name": "ServiceName", "Value": "preto-2-prod"}]
HOURS = 6
SETTINGS = """
[[autoscaling.schedules]]
name = "night"
schedule = "cron(0 3 ? * SUN *)"
timezone = "Asia/Seoul"
min_capacity = 1
max_capacity = 4

[[autoscaling.steps]]
name = "queue"
namespace = "App"
metric = "Waiting"
dimensions = { Service = "preto" }
threshold = 100
steps = [{ distance = 0, change = 1 }]
"""


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project that nobody has deployed."""
    return project(tmp_path, account.env)


def put_metrics(account: Account) -> None:
    """Let CloudWatch have six hours of two tasks: idle, three hours at 90 % CPU, and idle again; memory stays.

    Ten minutes in the middle are missing.
    """
    cloudwatch = account.client("cloudwatch")
    end = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    data: list[dict[str, Any]] = []
    for minute in range(HOURS * 60):
        if 200 <= minute < 210:
            continue
        time = end - (HOURS * 60 - minute) * MINUTE
        cpu, requests = (90.0, 900.0) if 60 <= minute < 240 else (10.0, 100.0)
        for name, value in (("CPUUtilization", cpu), ("MemoryUtilization", 50.0)):
            statistics = {"SampleCount": 2.0, "Sum": 2 * value, "Minimum": value, "Maximum": value}
            data.append({"MetricName": name, "Dimensions": SERVICE, "Timestamp": time, "StatisticValues": statistics})
        data.append({"MetricName": "Requests", "Timestamp": time, "Value": requests})
    own = [it for it in data if it["MetricName"] != "Requests"]
    for start in range(0, len(own), 500):
        cloudwatch.put_metric_data(Namespace="AWS/ECS", MetricData=own[start : start + 500])
    groups = account.client("elbv2").describe_target_groups()["TargetGroups"]
    dimensions = [{"Name": "TargetGroup", "Value": groups[0]["TargetGroupArn"].rpartition(":")[2]}]
    asked = [
        {**it, "MetricName": "RequestCountPerTarget", "Dimensions": dimensions}
        for it in data
        if it["MetricName"] == "Requests"
    ]
    cloudwatch.put_metric_data(Namespace="AWS/ApplicationELB", MetricData=asked)


def test_the_services_own_metrics_through_what_is_deployed_and_what_would_be(here: Project, account: Account) -> None:
    """Both sides, with task-hours, cost by the price list, and what stands out; the measured hours beside them."""
    with (here.folder / "environments" / "prod.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    tracking = ("--var", "autoscaling_memory_scale_in=true")
    here.succeed("deploy", "prod", "--image", "v1", "--yes", "--quiet", "--var", "ecs_image=nginx", *tracking)
    before = len(account.calls())
    assert "CloudWatch has none of the last 14 days" in here.fail("scale", "prod")
    put_metrics(account)
    words = ("scale", "prod", "--days", "1", "--var", "autoscaling_memory_scale_in=false")
    found = json.loads(here.succeed(*words, "--json"))
    called = {it["operation"] for it in account.calls()[before:]} - {"GetCallerIdentity", "PutMetricData"}
    assert called - {"DescribeTargetGroups"} == {call.action.partition(":")[2] for call in CALLS}
    # The service has run for six hours; before that, there is no load.
    assert (found["load"]["minutes"], found["load"]["measured_task_hours"]) == (HOURS * 60, HOURS * 2)
    deployed, changed = found["sides"]
    assert (deployed["name"], changed["name"]) == ("deployed", "changed")
    for of_side in (deployed["target"], changed["target"]):
        assert [it["metric"] for it in of_side["tracking"]] == ["cpu", "memory"]
        assert of_side["schedules"][0]["schedule"] == "cron(0 3 ? * SUN *)"
        assert (of_side["steps"][0]["name"], of_side["steps"][0]["alarm"]["threshold"]) == ("queue", 100)
    # 180 % of one task's CPU for three hours: in the last of them three tasks at 60 %, and one before and after.
    assert changed["hours"]["tasks_largest"][:4:3] == [2, 3]
    assert changed["hours"]["cpu_largest"][3] == 60
    assert changed["activities"][-1]["to"] == 1
    assert changed["summary"]["task_hours"] < deployed["summary"]["task_hours"]
    assert changed["summary"]["cost"] < deployed["summary"]["cost"]
    assert "held" in {it["code"] for it in deployed["findings"]}
    assert "missing-data" in {it["code"] for it in changed["findings"]}
    text = here.succeed(*words, "--html", "scale.html")
    assert "<h1>Autoscaling of preto-2-prod</h1>" in (here.folder / "scale.html").read_text(encoding="utf-8")
    assert "Memory keeps tasks" in text or "Memory never lets it scale in" in text
    assert "changed: environments/prod.toml with --var autoscaling_memory_scale_in=false" in text
    assert "12 task-hours really ran" in text
    same = here.succeed("scale", "prod", "--days", "1", *tracking)
    assert "as deployed; environments/prod.toml with --var autoscaling_memory_scale_in=true says the same" in same


def test_without_a_deployment_the_file_is_compared_with_its_changes(here: Project) -> None:
    """A made-up load says so; in ASCII and without colour, too. Without AWS there is no cost, with the reason."""
    assert here.fail("scale", "prod").startswith("load: prod has no service yet, and so no metrics\n")
    words = (
        "scale",
        "prod",
        "--curve",
        "office-day",
        "--peak",
        "400",
        "--var",
        "autoscaling_max_capacity=8",
        "--offline",
    )
    done = replace(here, fresh=True).run(
        *words, env={"PYTHONIOENCODING": "ascii", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    )
    assert done.returncode == 0, done.stderr
    assert "Load: the made-up curve office-day" in done.stdout
    assert "?" not in done.stdout.partition("The busiest day")[0]
    assert "#" in done.stdout
    assert "The maximum of 4 is reached on 10 of 14 days" in done.stdout
    assert "No cost: " in done.stdout
    assert "\x1b" not in done.stdout


def test_a_file_with_mistakes_is_refused_line_by_line(here: Project) -> None:
    """All of them at once, before anything is asked of AWS for metrics."""
    (here.folder / "load.csv").write_text(
        "time,cpu,memory\n2026-11-30T09:00Z,50,40\n2026-11-30T08:00Z,60,40\nnoon,70,140\n2026-11-30T10:00Z,much\n"
    )
    error = here.fail("scale", "prod", "--csv", "load.csv", "--offline")
    assert error.startswith("load.csv: 4 mistakes\n")
    for words in (
        "line 3: the time 2026-11-30T08:00Z is not after the line before",
        "line 4: the time 'noon' is not in a form like",
        "line 4: the memory 140 is not a number from 0 to 100",
        "line 5: 2 values for 3 columns",
    ):
        assert words in error
    (here.folder / "load.csv").write_text("time;requests\n2026-11-30T09:00Z;600\n2026-11-30T09:05Z;600\n")
    assert "none of the metrics that anything scales by: cpu, memory" in here.fail(
        "scale", "prod", "--csv", "load.csv", "--offline"
    )
    done = here.succeed("scale", "prod", "--csv", "load.csv", "--offline", "--requests-per-task", "200", "--json")
    assert json.loads(done)["sides"][0]["summary"]["largest"] == 4
