"""IPv6 for a VPC of this tool: EC2 no longer lists an old IPv6 range before the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation.stack import nested_stack_resources
from stacks.errors import UserError
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

VPC = "Vpc"
"""The VPC's logical id."""


def check_ipv6(aws: Aws, settings: Settings, existing: Stack | None) -> None:
    """Raise UserError if CloudFormation would use an IPv6 range that the VPC no longer has.

    CloudFormation reads a VPC's ranges from `Ipv6CidrBlocks`, which lists disassociated ranges first for half an hour
    (https://github.com/aws/aws-cdk/issues/894,
    https://github.com/hashicorp/terraform-provider-aws/issues/32967).
    """
    if existing is None or existing.under_review or not (settings.network.ipv6 and settings.network.makes_vpc):
        return
    there = nested_stack_resources(aws, existing.stack_id, NETWORK_STACK)
    vpc_id = next((it.physical_id for it in there if it.logical_id == VPC), "")
    if not vpc_id:
        return
    (vpc,) = aws.ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    listed = vpc.get("Ipv6CidrBlockAssociationSet", [])
    if listed and (state := listed[0]["Ipv6CidrBlockState"]["State"]) not in {"associated", "associating"}:
        given_back = f"{listed[0]['Ipv6CidrBlock']}, which it gave back ({state})"
        why = f"{vpc_id} still lists {given_back}, and CloudFormation would take the subnets' ranges from it"
        raise UserError("[network] ipv6", why, "EC2 forgets it after about half an hour: repeat the command then.")
