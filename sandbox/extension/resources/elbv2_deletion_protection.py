"""A load balancer with deletion protection is not deleted, by CloudFormation neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties


def install() -> None:
    """Ask before it is deleted."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ElasticLoadBalancingV2::LoadBalancer"]
    stock: Callable[[str, Properties], None] = handlers["delete"]

    def delete(physical_id: str, props: Properties) -> None:
        attributes = {it["Key"]: it["Value"] for it in alb._lb_attrs.get(physical_id, [])}
        if attributes.get("deletion_protection.enabled") == "true":
            raise ValueError(f"Load balancer '{physical_id}' cannot be deleted because deletion protection is enabled")
        stock(physical_id, props)

    handlers["delete"] = delete
