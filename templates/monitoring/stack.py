"""Monitoring: alarms, a dashboard, and saved queries of the logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from templates.model import Builder, Stack
from templates.monitoring.alarms import add_alarms
from templates.monitoring.dashboard import add_dashboard
from templates.monitoring.queries import add_queries
from templates.monitoring.topic import add_topic
from templates.values import TopicArn

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.monitoring.inputs import Inputs
    from templates.monitoring.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The topic, where another stack has alarms, too."""

    alarm_topic_arn: Annotated[TopicArn | None, "Topic of the alarms"] = None


def build(identity: Identity, settings: Settings, inputs: Inputs, *, lends_topic: bool = False) -> Stack[Outputs]:
    """Build the stack: alarms with their topic, dashboard and saved queries, each if the settings ask for it.

    `lends_topic`: another stack has alarms for the topic.
    """
    stack = Builder(identity, f"{identity.name}: alarms and dashboard", inputs)
    topic = None
    if settings.alarms:
        topic = TopicArn(add_topic(stack, identity, settings))
        add_alarms(stack, identity, settings, topic.expression)
    if settings.dashboard:
        add_dashboard(stack, identity)
    if settings.log_insights:
        add_queries(stack, identity)
    return stack.finish(Outputs(alarm_topic_arn=topic if lends_topic else None))
