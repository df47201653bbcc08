"""The scheduled tasks: when each is started next, and how many failures are kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from stacks.cost.calendar import occurrences
from templates import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.settings import Settings

GONE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException"})
AHEAD = dt.timedelta(days=366)
"""How far ahead the next start is looked for."""
RATE = "rate("
"""Counts from a time that Scheduler does not say."""


@dataclass(frozen=True, kw_only=True)
class ScheduledTask:
    """A scheduled task; `next` is its next start, None where it is off, is over, or counts from an unknown time."""

    name: str
    schedule: str
    time_zone: str
    enabled: bool
    next: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class ScheduledTasks:
    """All of them; `failures` is about how many messages the queue of failures has, `queue` its name."""

    tasks: tuple[ScheduledTask, ...]
    queue: str
    failures: int


def read_scheduled_tasks(aws: Aws, settings: Settings) -> ScheduledTasks | None:
    """Return the scheduled tasks of the settings that are deployed; None where there are none."""
    found = tuple(_schedules(aws, settings, dt.datetime.now(dt.UTC)))
    if not found:
        return None
    queue = tasks.failure_queue_name(settings.identity)
    return ScheduledTasks(tasks=found, queue=queue, failures=_failures(aws, queue))


def _schedules(aws: Aws, settings: Settings, now: dt.datetime) -> Iterator[ScheduledTask]:
    group = tasks.schedule_group(settings.identity)
    for it in settings.tasks:
        try:
            found = aws.scheduler.get_schedule(GroupName=group, Name=tasks.schedule_name(settings.identity, it.name))
        except ClientError as error:
            if error_code(error) in GONE:
                continue
            raise
        zone, expression = found.get("ScheduleExpressionTimezone", "UTC"), found["ScheduleExpression"]
        enabled = found["State"] == "ENABLED"
        begin, end = max(now, found.get("StartDate", now)), min(now + AHEAD, found.get("EndDate", now + AHEAD))
        known = enabled and not expression.startswith(RATE)
        yield ScheduledTask(
            name=it.name,
            schedule=expression,
            time_zone=zone,
            enabled=enabled,
            next=next(occurrences(expression, zone, begin, end), None) if known else None,
        )


def _failures(aws: Aws, name: str) -> int:
    try:
        url = aws.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    except ClientError as error:
        if error_code(error) in GONE:
            return 0
        raise
    return int(found["Attributes"]["ApproximateNumberOfMessages"])
