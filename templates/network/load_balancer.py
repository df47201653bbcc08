"""The application load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.elasticloadbalancingv2 import LoadBalancer, LoadBalancerAttributes

from templates.network.naming import load_balancer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.network.settings import Settings
    from templates.network.subnets import Subnets


def load_balancer(identity: Identity, settings: Settings, subnets: Subnets, groups: Sequence[Any]) -> LoadBalancer:
    """Return an application load balancer with these security groups, internet-facing or internal."""
    return LoadBalancer(
        "LoadBalancer",
        Name=load_balancer_name(identity, settings),
        Type="application",
        Scheme="internal" if settings.internal else "internet-facing",
        IpAddressType="dualstack" if settings.ipv6 else "ipv4",
        Subnets=subnets.balancer,
        SecurityGroups=list(groups),
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
        "routing.http.drop_invalid_header_fields.enabled": "true" if settings.drop_invalid_header_fields else "false",
    }
