"""ECS's own health check of the application's container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from troposphere.ecs import HealthCheck

from templates.ecs.environment import VariableValue
from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERVAL = 30
"""Seconds between two health checks of the container (ECS, `HealthCheck.Interval`)."""
TIMEOUT = 5
"""Seconds that a health check may take (ECS, `HealthCheck.Timeout`)."""
RETRIES = 3
"""Failed checks after which ECS replaces the task."""
MAX_START_PERIOD = 300
"""Seconds in which failed checks do not count, at most (ECS, `HealthCheck.StartPeriod`)."""
SHELL, DIRECT = FORMS = ("CMD-SHELL", "CMD")
"""First words of a command: one line for the shell follows, or a program with its arguments."""


def _has_a_form(command: tuple[str, ...]) -> tuple[str, ...]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html, `command`."""
    if command and not ((command[0] == SHELL and len(command) == 2) or (command[0] == DIRECT and len(command) > 1)):  # noqa: PLR2004 - the form and one command line
        raise PydanticCustomError(
            "health_check_command",
            'must be ["CMD-SHELL", "one command line"] or ["CMD", "program", "argument", ...]',
        )
    return command


HealthCheckCommand = Annotated[
    tuple[VariableValue, ...],
    AfterValidator(_has_a_form),
    Allowed('["CMD-SHELL", "one command line"] or ["CMD", "program", "argument", ...]'),
]


def health_check(command: Sequence[str], *, grace_period: int) -> HealthCheck:
    """Return ECS's own health check by a command: a task is replaced also while no load balancer probes it."""
    return HealthCheck(
        Command=list(command),
        Interval=INTERVAL,
        Timeout=TIMEOUT,
        Retries=RETRIES,
        StartPeriod=min(grace_period, MAX_START_PERIOD),
    )
