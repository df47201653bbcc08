"""Where loads and targets come from: pages of CloudWatch, made-up curves, settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stacks.scale.adjustments import adjusted_capacity
from stacks.scale.configured import configured_target
from stacks.scale.curves import SHAPES, Size, made_up
from stacks.scale.metrics import on_the_grid
from stacks.scale.policies import REQUESTS
from stacks.scale.sides import Sources, sides
from tests.support.world import settings
from tests.unit.stacks.scale.loads import MONDAY

MINUTE = dt.timedelta(minutes=1)


def page(**results: dict[int, float]) -> Any:
    """Return a page of GetMetricData: values by their minutes, for each query."""
    return {
        "MetricDataResults": [
            {"Id": name, "Timestamps": [MONDAY + it * MINUTE for it in values], "Values": list(values.values())}
            for name, values in results.items()
        ]
    }


def test_pages_of_metrics_come_together() -> None:
    """A metric on several pages, in any order; minutes without data are missing, what is outside is left out."""
    pages = [page(cpu={2: 20.0, 0: 10.0}, memory={}), page(cpu={4: 40.0, 9: 90.0}, requests={1: 7.0})]
    assert on_the_grid(pages, MONDAY, 5) == {
        "cpu": [10.0, None, 20.0, None, 40.0],
        "requests": [None, 7.0, None, None, None],
    }


@pytest.mark.parametrize("name", SHAPES)
def test_curves_go_from_trough_to_peak_by_the_local_clock(name: str) -> None:
    """Each says that it is made up; the same arguments give the same load."""
    made = made_up(name, Size(peak=300, trough=20), start=MONDAY, days=7, timezone="Asia/Seoul")
    assert made.start.isoformat() == "2026-11-15T15:00:00+00:00"
    assert made.minutes == 7 * 1440
    assert made.is_made_up
    assert made.source.startswith(f"the made-up curve {name}: ")
    demand = [it or 0 for it in made.cpu]
    assert 20 <= min(demand) <= max(demand) <= 300
    assert max(demand) > 280
    if name == "spike":
        assert demand[10 * 60 - 1] < 40
        assert demand[10 * 60 + 10] == 300


def test_settings_become_the_policies_that_their_templates_have() -> None:
    """Targets, cooldowns of a metric's own, scale-in that is off, steps on either side, schedules."""
    steps = {
        "name": "queue",
        "namespace": "App",
        "metric": "Waiting",
        "side": "below",
        "threshold": 10,
        "period": 300,
        "steps": [{"distance": 0, "change": -1}, {"distance": 5, "change": -2}],
    }
    night = {"name": "night", "schedule": "cron(0 22 * * ? *)", "min_capacity": 0, "max_capacity": 1}
    wanted = settings(
        autoscaling={
            "memory_tracking": False,
            "cpu_scale_in": False,
            "cpu_scale_out_cooldown": 10,
            "request_count_target": 500,
            "steps": [steps],
            "schedules": [night],
        }
    )
    found = configured_target(wanted)
    cpu, requests = found.tracking
    assert (cpu.target, cpu.scale_out_cooldown, cpu.scale_in_cooldown, cpu.disable_scale_in) == (70, 10, 300, True)
    assert (requests.metric, requests.target, requests.scale_out_cooldown) == (REQUESTS, 500, 60)
    (queue,) = found.steps
    assert (queue.period, queue.metric, queue.alarm.missing) == (5, "queue", "notBreaching")
    assert [adjusted_capacity(6, it, queue) for it in (10, 6, 5, 0)] == [5, 5, 4, 4]
    assert found.schedules[0].maximum == 1
    off = configured_target(settings(autoscaling={"enabled": False}))
    assert (off.minimum, off.maximum, off.tracking) == (2, 2, ())


def test_a_larger_task_has_the_same_work_in_fewer_percent() -> None:
    """Where the size of a task changes, CPU and memory of the load change with it."""
    small, large = settings(), settings(ecs={"cpu": 512, "memory": 2048, "desired_count": 2})
    now, then = sides(Sources(settings=large, file=small, overrides="--var ecs_cpu=512"))
    assert (now.cpu_factor, now.memory_factor) == (1, 1)
    assert (then.cpu_factor, then.memory_factor) == (0.5, 0.25)
    (same,) = sides(Sources(settings=small, file=small, overrides="--var ecs_cpu=256"))
    assert same.words == "environments/prod.toml; --var ecs_cpu=256 changes nothing"
