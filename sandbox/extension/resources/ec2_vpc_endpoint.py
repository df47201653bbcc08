"""AWS::EC2::VPCEndpoint: its private DNS and security groups, the filter by VPC, and services for all APIs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import botocore
from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response

_OTHER_SERVICES = (
    "codedeploy-commands-secure",
    "execute-api",
    "iot.data",
    "s3-outposts",
    "sagemaker.api",
    "sagemaker.runtime",
)
"""Endpoint services that are not named after an API."""


def install() -> None:
    """Complete the answers of EC2, and the list of services."""
    ec2._VPCE_INTERFACE_SERVICES = (*ec2._VPCE_INTERFACE_SERVICES, *_apis(), *_OTHER_SERVICES)
    creating: Action = ec2._ACTION_MAP["CreateVpcEndpoint"]
    stock: Callable[[Record, str], str] = ec2._vpce_fields_xml

    def describe(endpoint: Record, tag: str = "item") -> str:
        groups = "".join(f"<item><groupId>{it}</groupId></item>" for it in endpoint.get("SecurityGroupIds", []))
        named = "true" if endpoint.get("PrivateDnsEnabled") else "false"
        added = f"<privateDnsEnabled>{named}</privateDnsEnabled><groupSet>{groups}</groupSet>"
        head, _, _ = stock(endpoint, tag).rpartition(f"</{tag}>")
        return f"{head}{added}</{tag}>"

    ec2._vpce_fields_xml = describe

    def create(params: Record) -> Response:
        before = set(ec2._vpc_endpoints)
        creating(params)
        (made,) = (ec2._vpc_endpoints[name] for name in ec2._vpc_endpoints if name not in before)
        interface = made["VpcEndpointType"] == "Interface"
        made["PrivateDnsEnabled"] = interface and ec2._p(params, "PrivateDnsEnabled", "true") == "true"
        answer: Response = ec2._xml(200, "CreateVpcEndpointResponse", describe(made, "vpcEndpoint"))
        return answer

    ec2._ACTION_MAP |= {"CreateVpcEndpoint": create, "DescribeVpcEndpoints": _describe_all}


def _describe_all(params: Record) -> Response:
    wanted = ec2._parse_member_list(params, "VpcEndpointId")
    vpcs = ec2._parse_filters(params).get("vpc-id")
    found = [
        endpoint
        for endpoint in ec2._vpc_endpoints.values()
        if (not wanted or endpoint["VpcEndpointId"] in wanted) and (vpcs is None or endpoint["VpcId"] in vpcs)
    ]
    items = "".join(ec2._vpce_fields_xml(endpoint) for endpoint in found)
    answer: Response = ec2._xml(200, "DescribeVpcEndpointsResponse", f"<vpcEndpointSet>{items}</vpcEndpointSet>")
    return answer


@cache
def _apis() -> tuple[str, ...]:
    """Return the names of APIs that ministack does not list; most endpoint services are named after their API."""
    known = set(ec2._VPCE_INTERFACE_SERVICES)
    folder = Path(botocore.__file__).parent / "data"
    return tuple(sorted(it.name for it in folder.iterdir() if it.is_dir() and it.name not in known))
