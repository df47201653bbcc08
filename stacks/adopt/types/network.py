"""What stays with Terraform, and why: the network, names in the DNS, certificates, and what Terraform has for itself.

A template's layout of a network never fits one that is there already: descriptions and ranges are fixed when a resource
is created. So settings name what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

_VPC = "the network stays with Terraform; network.vpc_id names it"
_SUBNET = "the network stays with Terraform; network.public_subnet_ids and network.private_subnet_ids name its subnets"
_GROUP = (
    "security groups stay with Terraform; network.load_balancer_security_group_ids and "
    "network.task_security_group_ids name them"
)
_RULE = "a rule of a security group, which stays with Terraform"
_NETWORK = "a part of the network, which stays with Terraform"
_CERTIFICATE = "a certificate stays with Terraform; network.https.certificate_arn names it"
_DNS = "names in the DNS stay with Terraform; the load balancer keeps its host name"
_DEFAULT = "AWS makes it with the account or the VPC, and Terraform deletes none"
_DATA = allowed("id arn name tags")

TYPES: Mapping[str, TerraformType] = {
    "aws_vpc": Stays(why=_VPC, allowed=allowed("id arn cidr_block ipv6_cidr_block tags tags_all")),
    "aws_subnet": Stays(
        why=_SUBNET,
        allowed=allowed(
            "id arn vpc_id cidr_block availability_zone map_public_ip_on_launch assign_ipv6_address_on_creation tags "
            "tags_all"
        ),
    ),
    "aws_subnets": Stays(why="", allowed=allowed("id ids")),
    "aws_subnet_ids": Stays(why="", allowed=allowed("id ids vpc_id")),
    "aws_security_group": Stays(why=_GROUP, allowed=allowed("id arn name vpc_id tags tags_all")),
    "aws_security_groups": Stays(why="", allowed=allowed("id ids vpc_ids")),
    **dict.fromkeys(
        (
            "aws_security_group_rule",
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
            "aws_network_interface_sg_attachment",
        ),
        Stays(why=_RULE, allowed=allowed("id security_group_id security_group_rule_id type")),
    ),
    **dict.fromkeys(
        (
            "aws_internet_gateway",
            "aws_egress_only_internet_gateway",
            "aws_nat_gateway",
            "aws_eip",
            "aws_route",
            "aws_route_table",
            "aws_route_table_association",
            "aws_main_route_table_association",
            "aws_vpc_endpoint",
            "aws_vpc_endpoint_route_table_association",
            "aws_vpc_endpoint_subnet_association",
            "aws_vpc_dhcp_options",
            "aws_vpc_dhcp_options_association",
            "aws_vpc_ipv4_cidr_block_association",
            "aws_vpc_peering_connection",
            "aws_network_acl",
            "aws_network_acl_rule",
            "aws_network_interface",
            "aws_flow_log",
        ),
        Stays(why=_NETWORK, allowed=allowed("id vpc_id tags tags_all")),
    ),
    **dict.fromkeys(
        (
            "aws_default_vpc",
            "aws_default_subnet",
            "aws_default_security_group",
            "aws_default_route_table",
            "aws_default_network_acl",
            "aws_default_vpc_dhcp_options",
        ),
        Stays(why=_DEFAULT, allowed=allowed("id")),
    ),
    "aws_acm_certificate": Stays(why=_CERTIFICATE, allowed=allowed("id arn domain_name subject_alternative_names")),
    "aws_acm_certificate_validation": Stays(
        why="Terraform's own: it waits for a certificate", allowed=allowed("certificate_arn")
    ),
    "aws_iam_server_certificate": Stays(why=_CERTIFICATE, allowed=allowed("id arn name")),
    "aws_route53_record": Stays(
        why=_DNS,
        allowed=allowed("id name fqdn type zone_id", alias=allowed("name zone_id")),
    ),
    "aws_route53_zone": Stays(why=_DNS, allowed=allowed("id arn name zone_id")),
    "aws_service_discovery_private_dns_namespace": Stays(why=_DNS, allowed=_DATA),
    "aws_service_discovery_service": Stays(why=_DNS, allowed=_DATA),
    "aws_caller_identity": Stays(why="", allowed=allowed("account_id")),
    "aws_region": Stays(why="", allowed=allowed("id name region")),
    "aws_lb_hosted_zone_id": Stays(why="", allowed=allowed("id")),
}
