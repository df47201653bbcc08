"""Attributes of load balancers, target groups and listeners: all that ELB returns, with its defaults.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.extension.untyped import Record, Untyped

_BALANCER = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
"""Of an application load balancer."""
_GROUP = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
"""Of a target group of an application load balancer, whose targets are addresses or instances."""
_LISTENER = {"routing.http.response.server.enabled": "true"}


def install() -> None:
    """Let the three descriptions of attributes return all."""
    for action, argument, complete in (
        ("DescribeLoadBalancerAttributes", "LoadBalancerArn", of_balancer),
        ("DescribeTargetGroupAttributes", "TargetGroupArn", of_group),
        ("DescribeListenerAttributes", "ListenerArn", of_listener),
    ):
        alb._ACTION_MAP[action] = _described(alb._ACTION_MAP[action], action, argument, complete)


def of_balancer(arn: str) -> list[Record]:
    """Return all attributes of a load balancer."""
    return _complete(_BALANCER, alb._lb_attrs.get(arn))


def of_group(arn: str) -> list[Record]:
    """Return all attributes of a target group."""
    return _complete(_GROUP, alb._tg_attrs.get(arn))


def of_listener(arn: str) -> list[Record]:
    """Return all attributes of a listener."""
    return _complete(_LISTENER, alb._listener_attrs.get(arn))


def _complete(defaults: Mapping[str, str], stored: list[Record] | None) -> list[Record]:
    found = {**defaults, **{it["Key"]: str(it["Value"]) for it in stored or ()}}
    return [{"Key": key, "Value": value} for key, value in sorted(found.items())]


def _described(
    stock: Callable[[Record], Untyped], action: str, argument: str, complete: Callable[[str], list[Record]]
) -> Callable[[Record], Untyped]:
    stores = {"LoadBalancerArn": alb._lbs, "TargetGroupArn": alb._tgs, "ListenerArn": alb._listeners}

    def describe(params: Record) -> Untyped:
        arn = alb._p(params, argument)
        if arn not in stores[argument]:
            return stock(params)
        return alb._xml(200, action, f"<Attributes>{alb._attrs_xml(complete(arn))}</Attributes>")

    return describe
