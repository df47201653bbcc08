"""Where the load balancer sends requests: the tasks by address, probed on Streamlit's health path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.elasticloadbalancingv2 import Matcher, TargetGroup, TargetGroupAttribute

from templates.network.load_balancer import scheme_suffix

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.network.settings import Settings


def target_group_name(identity: Identity, settings: Settings) -> str:
    """The target group's name.

    The port is in it, because another port replaces the target group, and CloudFormation creates the new one before it
    deletes the old one: two that have the same name cannot be. So is the load balancer's scheme, which replaces the
    load balancer: a target group cannot belong to two.
    """
    return f"{identity.name}-{settings.container_port}{scheme_suffix(settings)}"


def target_group(identity: Identity, settings: Settings, vpc: Any) -> TargetGroup:
    """Tasks by address, probed on Streamlit's health path, with a cookie that keeps a browser on its task."""
    attributes = {
        "deregistration_delay.timeout_seconds": str(settings.deregistration_delay),
        "stickiness.enabled": "true" if settings.sticky_sessions else "false",
    }
    if settings.sticky_sessions:
        attributes["stickiness.type"] = "lb_cookie"
        attributes["stickiness.lb_cookie.duration_seconds"] = str(settings.stickiness_duration)
    return TargetGroup(
        "TargetGroup",
        Name=target_group_name(identity, settings),
        TargetType="ip",
        Protocol="HTTP",
        Port=settings.container_port,
        VpcId=vpc,
        HealthCheckProtocol="HTTP",
        HealthCheckPath=settings.health_path,
        HealthCheckIntervalSeconds=15,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher=Matcher(HttpCode="200"),
        TargetGroupAttributes=[TargetGroupAttribute(Key=key, Value=value) for key, value in attributes.items()],
    )
