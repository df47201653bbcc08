"""AWS::ElasticLoadBalancingV2::ListenerRule: a priority is another rule's, target groups are told, tags are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.services import alb
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources import elb_actions
from sandbox.extension.resources.registry import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties

_TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def install() -> None:
    """Complete ministack's handlers."""
    register(_TYPE, create=_create, update=_update, delete=_delete, tags="Tags")


def _create(logical_id: str, props: Properties, stack_name: str) -> Made:
    _refuse_hosts(props)
    _refuse_taken(props, "")
    made: Made = provisioners._elbv2_listener_rule_create(logical_id, props, stack_name)
    return _complete(made, props)


def _update(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Made:
    _refuse_hosts(new)
    _refuse_taken(new, physical_id)
    made: Made = provisioners._elbv2_listener_rule_update(physical_id, old, new, stack_name)
    return _complete(made, new)


def _delete(physical_id: str, props: Properties) -> None:
    provisioners._elbv2_listener_rule_delete(physical_id, props)
    alb._tags.pop(physical_id, None)


def _complete(made: Made, props: Properties) -> Made:
    rule = alb._rules[made[0]]
    elb_actions.attach(rule["Actions"], alb._listeners[rule["ListenerArn"]]["LoadBalancerArn"])
    alb._tags[made[0]] = provisioners._elbv2_tags(props.get("Tags"))
    return made


def _refuse_hosts(props: Properties) -> None:
    """Raise ValueError for a host that no rule takes.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
    """
    for condition in props.get("Conditions", []):
        for host in (condition.get("HostHeaderConfig") or {}).get("Values", []):
            if not re.fullmatch(r"[A-Za-z0-9.*?-]*\.[A-Za-z]+", host):
                text = f"Host name '{host}' is not valid (Service: ElasticLoadBalancingV2, Status Code: 400)"
                raise ValueError(f'Resource handler returned message: "{text}" (HandlerErrorCode: InvalidRequest)')


def _refuse_taken(props: Properties, own: str) -> None:
    priority = str(props.get("Priority"))
    for arn, rule in alb._rules.items():
        if arn != own and rule["ListenerArn"] == props.get("ListenerArn") and rule["Priority"] == priority:
            text = f"Priority '{priority}' is currently in use (Service: ElasticLoadBalancingV2, Status Code: 400)"
            raise ValueError(f'Resource handler returned message: "{text}" (HandlerErrorCode: InvalidRequest)')
