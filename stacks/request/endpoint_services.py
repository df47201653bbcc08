"""AWS's services as a new VPC has them by interface endpoints: whether they are there, and in which zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from stacks.aws.errors import ClientError, is_denied
from stacks.errors import UserError
from templates.network import endpoint_services, endpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.aws.session import Aws
    from stacks.settings import Settings

KEY = "[network] interface_endpoints"
OWN_NAMES = frozenset({"PrivateDnsName", "PrivateDnsNames"})
"""What EC2 tells of a service whose endpoints can have its own name."""
Offers: TypeAlias = Mapping[str, frozenset[str]]
"""The zones in which a service has endpoints, by its name."""


def find_offers(aws: Aws, settings: Settings) -> tuple[Offers, str]:
    """Return the zones of the services that are wanted, and what is not known of them, or "".

    Raises UserError where the region has no such service
    (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html).
    """
    wanted = endpoints.wanted_services(settings.network, settings.called_services)
    if not wanted:
        return {}, ""
    names = {endpoint_services.service_name(service, aws.region): service for service in wanted}
    filters = [{"Name": "service-name", "Values": sorted(names)}, {"Name": "service-type", "Values": ["Interface"]}]
    try:
        pages = aws.ec2.describe_vpc_endpoint_services(Filters=filters)["ServiceDetails"]  # type: ignore[arg-type]  # literals
    except ClientError as error:
        if not is_denied(error):
            raise
        return {}, "Whether the endpoints' zones fit is not known: ec2:DescribeVpcEndpointServices is not allowed."
    offered = {names[it["ServiceName"]]: it for it in pages if it["ServiceName"] in names}
    found = {service: frozenset(it["AvailabilityZones"]) for service, it in offered.items()}
    if absent := [service for service in wanted if service not in found]:
        why = f"{aws.region} has no interface endpoints for {', '.join(absent)}"
        then = f"Those that it has: aws ec2 describe-vpc-endpoint-services --region {aws.region} --query ServiceNames"
        named = set(absent) <= set(settings.network.interface_endpoints)
        raise UserError(KEY if named else "[network] egress", why, then)
    if nameless := [service for service, it in offered.items() if not it.keys() & OWN_NAMES]:
        why = f"the endpoints of {', '.join(nameless)} cannot have the service's own name, under which it is called"
        raise UserError(KEY, why, "Take it out, and make that endpoint yourself: this tool's have private DNS.")
    return found, ""


def refuse_elsewhere(zones: Sequence[str], offers: Offers, *, deployed: bool) -> None:
    """Raise UserError where a service has no endpoints in one of these zones, `deployed` or named."""
    for service, places in offers.items():
        if lacking := [zone for zone in zones if zone not in places]:
            why = f"{service} has no endpoint in {' and '.join(lacking)}, but in {', '.join(sorted(places))}"
            then = "Take it out" if deployed else "Take it out, or name others: availability_zones"
            raise UserError(KEY, why, f"{then}.")
