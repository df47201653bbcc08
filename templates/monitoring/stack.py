"""Monitoring: alarms, a dashboard, and saved queries of the logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.model import Builder, Stack
from templates.monitoring.alarms import add_alarms
from templates.monitoring.dashboard import add_dashboard
from templates.monitoring.queries import add_queries
from templates.monitoring.topic import add_topic

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.monitoring.inputs import Inputs
    from templates.monitoring.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """None: no other stack depends on monitoring."""


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """Build the stack: alarms with their topic, dashboard and saved queries, each if the settings ask for it."""
    stack = Builder(identity, f"{identity.name}: alarms and dashboard", inputs)
    if settings.alarms:
        add_alarms(stack, identity, settings, add_topic(stack, identity, settings))
    if settings.dashboard:
        add_dashboard(stack, identity)
    if settings.log_insights:
        add_queries(stack, identity)
    return stack.finish(Outputs())
