"""Load balancer, NAT gateways, endpoints, addresses and the web ACL."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost import meters
from stacks.cost.amounts import Amount
from stacks.cost.billed import Billing, Item, NoFixedPrice, Resource, Use, hourly, monthly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECTIONS_OF_LCU = 25
"""New connections a second of one LCU (https://aws.amazon.com/elasticloadbalancing/pricing/)."""
GB_OF_LCU = 1
"""GB an hour of one LCU."""
SECONDS = 3600
WITHOUT_IPV4 = "dualstack-without-public-ipv4"
NOT_KNOWN = "how many subnets there are is looked up when a plan is made"


def load_balancer(it: Resource) -> Iterator[Item]:
    """Yield its hours, its capacity units, and a public address in each zone.

    Capacity units by the larger of two of their four dimensions: data, and new connections, as if each request were
    one. The other two, open connections and rule evaluations, are not assumed.
    """
    yield hourly(meters.LOAD_BALANCER, it)
    if hours := it.given.hours:
        connections = it.given.requests / (hours * SECONDS) / CONNECTIONS_OF_LCU
        units = max(connections, it.given.gb_out / hours / GB_OF_LCU)
        yield Use(meter=meters.LCU, amount=Amount.of(units * hours))
    if it.at("Scheme") != "internal" and it.at("IpAddressType") != WITHOUT_IPV4:
        subnets = it.length("Subnets")
        note = "each zone"
        if subnets is None:
            yield Use(meter=meters.ADDRESS, amount=None, why=NOT_KNOWN, note=note)
        else:
            yield hourly(meters.ADDRESS, it, subnets, note)


def nat_gateway(it: Resource) -> Iterator[Item]:
    """Yield its hours, and its part of the data through all of them."""
    yield hourly(meters.NAT, it)
    yield monthly(meters.NAT_DATA, it.given.gb_nat / len(list(it.others(it.type))))


def endpoint(it: Resource) -> Iterator[Item]:
    """Yield the hours of an interface endpoint in each zone, and its part of the data; gateway endpoints are free."""
    if it.at("VpcEndpointType") != "Interface":
        return
    zones = it.length("SubnetIds")
    if zones is None:
        yield Use(meter=meters.ENDPOINT, amount=None, why=NOT_KNOWN)
    else:
        yield hourly(meters.ENDPOINT, it, zones)
    interfaces = [other for other in it.others(it.type) if other.at("VpcEndpointType") == "Interface"]
    yield monthly(meters.ENDPOINT_DATA, it.given.gb_endpoints / len(interfaces))


def address(it: Resource) -> Iterator[Item]:
    """Yield an address that is kept."""
    yield hourly(meters.ADDRESS, it)


def web_acl(it: Resource) -> Iterator[Item]:
    """Yield the web ACL, its rules and groups, and the requests that it inspects.

    The templates have groups of AWS without a fee of their own, and fewer than 1,500 capacity units, above which
    requests cost more (https://aws.amazon.com/waf/pricing/).
    """
    yield monthly(meters.WEB_ACL)
    yield monthly(meters.WEB_ACL_RULE, it.length("Rules") or 0)
    yield monthly(meters.WEB_ACL_REQUEST, it.given.requests)


def web_acl_logging(_: Resource) -> Iterator[Item]:
    """Yield the log of the web ACL: as much as there are requests that it keeps."""
    yield NoFixedPrice(name="the web ACL's log", unit="GB written, and GB-month kept")


def flow_log(it: Resource) -> Iterator[Item]:
    """Yield the flow logs that are delivered."""
    to_s3 = it.at("LogDestinationType") == "s3"
    meter = meters.LOGS_TO_S3 if to_s3 else meters.VENDED_LOGS_IN
    yield Use(meter=meter, amount=Amount.of(Decimal(it.given.flow_log_gb)))


def record_set(it: Resource) -> Iterator[Item]:
    """Yield the queries of a record; those of an alias to a load balancer are free."""
    if it.at("AliasTarget") is None:
        yield NoFixedPrice(name="DNS queries", unit="million queries")


TYPES: Mapping[str, Billing] = MappingProxyType({
    "AWS::ElasticLoadBalancingV2::LoadBalancer": load_balancer,
    "AWS::EC2::NatGateway": nat_gateway,
    "AWS::EC2::VPCEndpoint": endpoint,
    "AWS::EC2::EIP": address,
    "AWS::EC2::FlowLog": flow_log,
    "AWS::WAFv2::WebACL": web_acl,
    "AWS::WAFv2::LoggingConfiguration": web_acl_logging,
    "AWS::Route53::RecordSet": record_set,
})  # fmt: skip
