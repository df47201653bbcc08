"""Numbers of tasks, and names, in the settings of autoscaling."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MAX_TASKS = 5000
"""Tasks of a service; ECS's quota (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html)."""

Capacity = Annotated[int, Field(ge=0, le=MAX_TASKS)]
Name = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$")]
"""Name of a schedule or of steps: part of the names of actions, policies and alarms."""
