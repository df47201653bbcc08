"""What the load balancer listens to, and where it sends what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import Action, Listener, LoadBalancer, TargetGroup

if TYPE_CHECKING:
    from templates.model import Builder


def listeners(stack: Builder[Any], balancer: LoadBalancer, target_group: TargetGroup) -> None:
    """HTTP on port 80, to the tasks."""
    stack.add(
        Listener(
            "Listener",
            LoadBalancerArn=Ref(balancer),
            Port=80,
            Protocol="HTTP",
            DefaultActions=[Action(Type="forward", TargetGroupArn=Ref(target_group))],
        )
    )
