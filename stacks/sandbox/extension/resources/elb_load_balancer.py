"""AWS::ElasticLoadBalancingV2::LoadBalancer: it is in the VPC of its subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.sandbox.extension.untyped import Made, Properties
    from stacks.sandbox.server import Options

HOOKS = (
    "services.alb:_lbs",
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.ec2:_subnets",
)

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def install(_: Options) -> None:
    """Look the VPC up after each create."""
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    stock: Callable[[str, Properties, str], Made] = handlers["create"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        made = stock(logical_id, props, stack_name)
        balancer = alb._lbs[made[0]]
        known = (ec2._subnets.get(subnet) for subnet in balancer["Subnets"])
        balancer["VpcId"] = next((subnet["VpcId"] for subnet in known if subnet), balancer["VpcId"])
        return made

    handlers["create"] = create
