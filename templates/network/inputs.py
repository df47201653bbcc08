"""Inputs of the network's stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.values import DnsName, KeyArn, SecurityGroupId, SubnetIds, Text, Url, ZoneNames


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is looked up when planning, and the key of the logs; each is None where it is not used."""

    vpc_id: Annotated[Text | None, "The default VPC"] = None
    public_subnet_ids: Annotated[SubnetIds | None, "Subnets of the default VPC"] = None
    availability_zones: Annotated[ZoneNames | None, "Zones of the new VPC's subnets"] = None
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the logs"] = None
    shared_load_balancer_dns_name: Annotated[DnsName | None, "Host name of the shared load balancer"] = None
    shared_load_balancer_security_group_id: Annotated[
        SecurityGroupId | None, "Security group of the shared load balancer"
    ] = None
    shared_listener_url: Annotated[Url | None, "Address of the shared listener"] = None
