"""Inputs of the stack of scheduled tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.ecs import TaskInputs
from templates.values import ClusterName, LogGroupName, TopicArn


@dataclass(frozen=True, kw_only=True)
class Inputs(TaskInputs):
    """What a task needs, where it runs, and who is told when one fails."""

    cluster_name: Annotated[ClusterName, "ECS cluster of the service"]
    log_group_name: Annotated[LogGroupName, "Log group of the containers"]
    alarm_topic_arn: Annotated[TopicArn | None, "Topic of the alarms"]
