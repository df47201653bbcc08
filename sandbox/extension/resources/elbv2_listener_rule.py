"""AWS::ElasticLoadBalancingV2::ListenerRule: unique priorities, valid hosts, and tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.services import alb
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.elbv2_associations import refusal
from sandbox.extension.resources.provisioners import add_stack_tags, extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties

_TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def install() -> None:
    """Check and complete each rule that is made or changed."""
    add_stack_tags(_TYPE)
    extend(
        _TYPE,
        before_create=lambda props: _check("", props),
        before_update=lambda arn, _, props: _check(arn, props),
        after_change=_set_tags,
        after_delete=lambda arn: alb._tags.pop(arn, None),
    )


def _check(own: str, props: Properties) -> None:
    """Refuse an invalid host, and a priority that another rule of the listener has.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
    """
    for condition in props.get("Conditions", []):
        for host in (condition.get("HostHeaderConfig") or {}).get("Values", []):
            if not re.fullmatch(r"[A-Za-z0-9.*?-]*\.[A-Za-z]+", host):
                raise refusal(f"Host name '{host}' is not valid")
    priority = str(props.get("Priority"))
    for arn, rule in alb._rules.items():
        if arn != own and rule["ListenerArn"] == props.get("ListenerArn") and rule["Priority"] == priority:
            raise refusal(f"Priority '{priority}' is currently in use")


def _set_tags(made: Made, props: Properties) -> None:
    alb._tags[made[0]] = provisioners._elbv2_tags(props.get("Tags"))
