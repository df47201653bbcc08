"""Health checks of the target group: their times, and the answers that count as healthy."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed

_CODE = "[2-4][0-9]{2}"


def _ordered(matcher: str) -> str:
    for low, high in code_ranges(matcher):
        if low > high:
            raise PydanticCustomError(
                "matcher", "{low}-{high} starts above its end", {"low": str(low), "high": str(high)}
            )
    return matcher


def code_ranges(matcher: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a matcher: `((200, 200), (300, 399))` for "200,300-399"."""
    found = (re.findall(_CODE, part) for part in matcher.split(","))
    return tuple((int(codes[0]), int(codes[-1])) for codes in found)


Interval = Annotated[int, Field(ge=5, le=300)]
Timeout = Annotated[int, Field(ge=2, le=120)]
Threshold = Annotated[int, Field(ge=2, le=10)]
Matcher = Annotated[
    str,
    Field(max_length=100, pattern=rf"^{_CODE}(?:-{_CODE})?(?:,{_CODE}(?:-{_CODE})?)*$"),
    AfterValidator(_ordered),
    Allowed('HTTP codes from 200 to 499 in quotes, such as "200", "200,202" or "200-399"'),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html,
API_Matcher.html: from 200 to 499 for application load balancers."""


def refuse_late_answers(*, interval: int, timeout: int) -> None:
    """Raise PydanticCustomError if a check would last until the next one, or longer, which ELB refuses.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if timeout >= interval:
        raise PydanticCustomError(
            "health_check",
            "{timeout} s must be less than health_check_interval, {interval} s",
            {
                "key": "health_check_timeout",
                "with": ("health_check_interval",),
                "timeout": timeout,
                "interval": interval,
            },
        )
