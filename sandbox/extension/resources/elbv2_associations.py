"""Associations in Elastic Load Balancing: one load balancer for a target group, one listener for a port.

A target group that is in use cannot be deleted.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record, Untyped

_ELB = "AWS::ElasticLoadBalancingV2::"


def install() -> None:
    """Check each create, update and delete, and record afterwards which load balancers the target groups have."""
    extend(
        f"{_ELB}Listener",
        before_create=lambda props: _check_listener("", props),
        before_update=lambda arn, _, props: _check_listener(arn, props),
        after_change=_record_balancers,
        after_delete=_record_balancers,
    )
    extend(
        f"{_ELB}ListenerRule",
        before_create=_check_rule,
        before_update=lambda _, __, props: _check_rule(props),
        after_change=_record_balancers,
        after_delete=_record_balancers,
    )
    extend(f"{_ELB}LoadBalancer", after_delete=_record_balancers)
    extend(f"{_ELB}TargetGroup", before_delete=_refuse_used)


def refusal(text: str, code: str = "InvalidRequest") -> ValueError:
    """Return the error for what Elastic Load Balancing refuses."""
    return handler_error(text, code, service="ElasticLoadBalancingV2")


def _check_listener(own: str, props: Properties) -> None:
    balancer, port = props.get("LoadBalancerArn", ""), str(props.get("Port", ""))
    for arn, listener in alb._listeners.items():
        if arn != own and listener["LoadBalancerArn"] == balancer and str(listener["Port"]) == port:
            raise refusal(
                f"A listener already exists on this port for this load balancer '{balancer}'", "AlreadyExists"
            )
    _refuse_second_balancer(balancer, props.get("DefaultActions") or [])


def _check_rule(props: Properties) -> None:
    listener = alb._listeners.get(props.get("ListenerArn", ""))
    if listener is not None:
        _refuse_second_balancer(listener["LoadBalancerArn"], props.get("Actions") or [])


def _refuse_second_balancer(balancer: str, actions: list[Record]) -> None:
    if elsewhere := [group for group in _groups(actions) if _balancers(group) - {balancer}]:
        raise refusal(
            "The following target groups cannot be associated with more than one load balancer: "
            f"{', '.join(dict.fromkeys(elsewhere))}"
        )


def _refuse_used(target_group: str) -> None:
    if _balancers(target_group):
        raise refusal(f"Target group '{target_group}' is currently in use by a listener or a rule")


def _groups(actions: list[Record]) -> Iterator[str]:
    """Yield the target groups to which these actions lead."""
    for action in actions:
        if arn := action.get("TargetGroupArn"):
            yield arn
        for weighted in action.get("ForwardConfig", {}).get("TargetGroups", []):
            yield weighted["TargetGroupArn"]


def _balancers(group: str) -> set[str]:
    """Return the load balancers that have a listener whose rules or default actions lead to this target group."""
    listeners = {rule["ListenerArn"] for rule in alb._rules.values() if group in _groups(rule["Actions"])}
    return {alb._listeners[arn]["LoadBalancerArn"] for arn in listeners if arn in alb._listeners}


def _record_balancers(*_: Untyped) -> None:
    """Write to each target group, where the API reads it, which load balancers it has now."""
    for arn, group in alb._tgs.items():
        group["LoadBalancerArns"] = sorted(_balancers(arn))
