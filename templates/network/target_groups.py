"""Target groups: the tasks by IP address, with health checks of the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere.elasticloadbalancingv2 import Matcher, TargetGroup, TargetGroupAttribute

from templates.network.naming import target_group_name

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.settings import Settings


@dataclass(frozen=True, kw_only=True)
class TargetGroups:
    """The target group of the tasks, and the second one if deployments shift traffic."""

    primary: TargetGroup
    alternate: TargetGroup | None


def add_target_groups(
    stack: Builder[Any], identity: Identity, settings: Settings, vpc: Any, *, blue_green: bool
) -> TargetGroups:
    """Add the target group of the tasks, or two alike between which deployments shift traffic."""
    return TargetGroups(
        primary=stack.add(_target_group("TargetGroup", target_group_name(identity, settings), settings, vpc)),
        alternate=stack.add(
            _target_group("AlternateTargetGroup", target_group_name(identity, settings, alternate=True), settings, vpc)
        )
        if blue_green
        else None,
    )


def _target_group(title: str, name: str, settings: Settings, vpc: Any) -> TargetGroup:
    """Return a target group with health checks, and a cookie for sticky sessions."""
    attributes = {
        "deregistration_delay.timeout_seconds": str(settings.deregistration_delay),
        "stickiness.enabled": "true" if settings.sticky_sessions else "false",
    }
    if settings.sticky_sessions:
        attributes["stickiness.type"] = "lb_cookie"
        attributes["stickiness.lb_cookie.duration_seconds"] = str(settings.stickiness_duration)
    protocol = "HTTPS" if settings.tls_port else "HTTP"
    return TargetGroup(
        title,
        Name=name,
        TargetType="ip",
        Protocol=protocol,
        Port=settings.target_group_port or settings.target_port,
        VpcId=vpc,
        HealthCheckProtocol=protocol,
        **({"HealthCheckPort": str(settings.health_check_port)} if settings.health_check_port else {}),
        HealthCheckPath=settings.health_path,
        HealthCheckIntervalSeconds=settings.health_check_interval,
        HealthCheckTimeoutSeconds=settings.health_check_timeout,
        HealthyThresholdCount=settings.healthy_threshold,
        UnhealthyThresholdCount=settings.unhealthy_threshold,
        Matcher=Matcher(HttpCode=settings.health_check_matcher),
        TargetGroupAttributes=[TargetGroupAttribute(Key=key, Value=value) for key, value in attributes.items()],
    )
