"""The load balancer itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import LoadBalancer, LoadBalancerAttributes

if TYPE_CHECKING:
    from troposphere.ec2 import SecurityGroup

    from templates.identity import Identity
    from templates.network.settings import Settings
    from templates.network.vpc import Subnets


def load_balancer(identity: Identity, settings: Settings, subnets: Subnets, group: SecurityGroup) -> LoadBalancer:
    """An application load balancer in the public subnets."""
    return LoadBalancer(
        "LoadBalancer",
        Name=identity.name,
        Type="application",
        Scheme="internet-facing",
        IpAddressType="ipv4",
        Subnets=subnets.public,
        SecurityGroups=[Ref(group)],
        LoadBalancerAttributes=[
            LoadBalancerAttributes(Key=key, Value=value) for key, value in _attributes(settings).items()
        ],
        **({"DependsOn": subnets.internet_route} if subnets.internet_route else {}),
    )


def _attributes(settings: Settings) -> dict[str, str]:
    return {
        "idle_timeout.timeout_seconds": str(settings.idle_timeout),
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
