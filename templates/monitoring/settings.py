"""The settings `[monitoring]`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.section import Allowed, Section, refuse_idle

Email = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$", max_length=254),
    Allowed('an address in quotes, such as "team@example.com"'),
]
Percent = Annotated[int, Field(ge=1, le=100)]


class Settings(Section):
    """`[monitoring]`: who is told when something is wrong, and where it is seen."""

    alarms: bool = False
    """Alarms for errors, unhealthy tasks, latency, CPU, memory, no running task, and for running at the maximum."""
    topic_arn: Annotated[
        str | None,
        Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$"),
        Allowed("the ARN of an SNS topic in quotes"),
    ] = None
    """An existing SNS topic for the alarms; left out, a new one is made."""
    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()
    """Addresses that the new topic writes to; each gets a mail first that asks for a confirmation."""
    target_5xx_count: Annotated[int, Field(ge=1, le=1000000)] = 10
    """Answers 500 to 599 of the tasks in five minutes from which on there is an alarm."""
    latency_p95_seconds: Annotated[float, Field(ge=0.01, le=300, allow_inf_nan=False)] = 3.0
    """Seconds in which 95 % of the requests must be answered; WebSocket messages do not count."""
    cpu_percent: Percent = 90
    """Average CPU use (percent) of 15 minutes from which on there is an alarm."""
    memory_percent: Percent = 90
    """Average memory use (percent) of 15 minutes from which on there is an alarm."""
    dashboard: bool = False
    """A dashboard: requests, errors, latency, CPU, memory, tasks against minimum and maximum, logged errors."""
    log_insights: bool = False
    """Saved CloudWatch Logs Insights queries: the latest errors, errors by time and by kind; with `web` also answers by
    status and failed paths, from an access log."""

    @property
    def any(self) -> bool:
        """Whether there is anything to deploy."""
        return self.alarms or self.dashboard or self.log_insights

    @model_validator(mode="after")
    def _one_way_to_tell(self) -> Self:
        if self.topic_arn is not None and self.emails:
            raise PydanticCustomError(
                "emails",
                "addresses are for a new topic, and topic_arn names an existing one: subscribe them there",
                {"key": "emails", "with": ("topic_arn",)},
            )
        return self

    @model_validator(mode="after")
    def _there_are_alarms(self) -> Self:
        if not self.alarms:
            thresholds = ("target_5xx_count", "latency_p95_seconds", "cpu_percent", "memory_percent")
            refuse_idle(self, thresholds, "alarms are off", "alarms")
        return self

    @model_validator(mode="after")
    def _addresses_differ(self) -> Self:
        known: set[str] = set()
        for index, address in enumerate(self.emails):
            if address.casefold() in known:
                key = f"emails[{index}]"
                raise PydanticCustomError("emails", "{address} is there twice", {"key": key, "address": address})
            known.add(address.casefold())
        return self

    @model_validator(mode="after")
    def _something_to_tell(self) -> Self:
        for key in ("topic_arn", "emails"):
            if getattr(self, key) and not self.alarms:
                raise PydanticCustomError(
                    "alarms", "there is nothing to tell: alarms are off", {"key": key, "with": ("alarms",)}
                )
        return self
