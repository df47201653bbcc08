"""Scheduled tasks: commands of the application that EventBridge Scheduler starts."""

from templates.tasks.failures import failure_queue_name
from templates.tasks.inputs import Inputs
from templates.tasks.settings import MAX_NAME, ScheduledTask
from templates.tasks.stack import Outputs, build, family, schedule_group, schedule_name

__all__ = [
    "MAX_NAME",
    "Inputs",
    "Outputs",
    "ScheduledTask",
    "build",
    "failure_queue_name",
    "family",
    "schedule_group",
    "schedule_name",
]
