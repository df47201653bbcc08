"""The application load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import LoadBalancer, LoadBalancerAttributes

from templates.network.naming import load_balancer_name

if TYPE_CHECKING:
    from troposphere.ec2 import SecurityGroup

    from templates.identity import Identity
    from templates.network.settings import Settings
    from templates.network.subnets import Subnets


def load_balancer(identity: Identity, settings: Settings, subnets: Subnets, group: SecurityGroup) -> LoadBalancer:
    """Return an application load balancer, internet-facing or internal."""
    return LoadBalancer(
        "LoadBalancer",
        Name=load_balancer_name(identity, settings),
        Type="application",
        Scheme="internal" if settings.internal else "internet-facing",
        IpAddressType="dualstack" if settings.ipv6 else "ipv4",
        Subnets=subnets.balancer,
        SecurityGroups=[Ref(group)],
        LoadBalancerAttributes=[
            LoadBalancerAttributes(Key=key, Value=value) for key, value in _attributes(settings).items()
        ],
        **({"DependsOn": list(subnets.awaited)} if subnets.awaited else {}),
    )


def _attributes(settings: Settings) -> dict[str, str]:
    return {
        # Also set when it is off: an attribute that is left out keeps its value.
        "deletion_protection.enabled": "true" if settings.deletion_protection else "false",
        "idle_timeout.timeout_seconds": str(settings.idle_timeout),
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
