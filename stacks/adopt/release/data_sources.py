"""Data sources, by which what stays in Terraform refers to what was taken over."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.adopt.release.removed_blocks import configured_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.execution.journal import Owned

ARGUMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "aws_alb": {"arn": "LoadBalancerArn"},
    "aws_alb_listener": {"arn": "ListenerArn"},
    "aws_alb_target_group": {"arn": "TargetGroupArn"},
    "aws_cloudwatch_log_group": {"name": "LogGroupName"},
    "aws_ecr_repository": {"name": "RepositoryName"},
    "aws_ecs_cluster": {"cluster_name": "ClusterName"},
    "aws_iam_role": {"name": "RoleName"},
    "aws_lb": {"arn": "LoadBalancerArn"},
    "aws_lb_listener": {"arn": "ListenerArn"},
    "aws_lb_target_group": {"arn": "TargetGroupArn"},
    "aws_security_group": {"id": "Id"},
    "aws_subnet": {"id": "SubnetId"},
    "aws_vpc": {"id": "VpcId"},
})  # fmt: skip
"""Arguments of the data source of the same name, by the key of the identifier
(https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs). Other types have none."""


def data_source(owned: Owned) -> str:
    """Return the block that finds the resource again under its type and name; "" where its type has none.

    It belongs to the module in which the resource was.
    """
    kind, name = configured_address(owned.addresses[0]).split(".")[-2:]
    values = _service(owned.identifier) if kind == "aws_ecs_service" else _found_by(kind, owned.identifier)
    width = max(map(len, values), default=0)
    lines = [f"  {argument:<{width}} = {json.dumps(value)}" for argument, value in values.items()]
    return "\n".join([f'data "{kind}" "{name}" {{', *lines, "}"]) if lines else ""


def _found_by(kind: str, identifier: Mapping[str, str]) -> Mapping[str, str]:
    return {argument: identifier[key] for argument, key in ARGUMENTS.get(kind, {}).items()}


def _service(identifier: Mapping[str, str]) -> Mapping[str, str]:
    """Return the name and the cluster's ARN, both of which are in the ARN of a service, but for the oldest ones.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
    """
    found = re.fullmatch(r"(arn:.*):service/([^/]+)/([^/]+)", identifier["ServiceArn"])
    return {"service_name": found[3], "cluster_arn": f"{found[1]}:cluster/{found[2]}"} if found else {}
