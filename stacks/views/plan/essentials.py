"""What identifies an added or removed resource, and what matters of it: a few of its many properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.cloudformation.changes import Change, PropertyChange

RULE = ("IpProtocol", "FromPort", "ToPort", "CidrIp")
TRACKING = "TargetTrackingScalingPolicyConfiguration"
ESSENTIALS: Mapping[str, tuple[str, ...]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ("MinCapacity", "MaxCapacity"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        f"{TRACKING}.PredefinedMetricSpecification.PredefinedMetricType",
        f"{TRACKING}.TargetValue",
    ),
    "AWS::EC2::Route": ("DestinationCidrBlock",),
    "AWS::EC2::SecurityGroup": ("GroupName", "GroupDescription"),
    "AWS::EC2::SecurityGroupEgress": RULE,
    "AWS::EC2::SecurityGroupIngress": RULE,
    "AWS::EC2::Subnet": ("CidrBlock", "AvailabilityZone"),
    "AWS::EC2::VPC": ("CidrBlock",),
    "AWS::ECR::Repository": ("RepositoryName", "ImageTagMutability"),
    "AWS::ECS::Cluster": ("ClusterName",),
    "AWS::ECS::Service": ("ServiceName", "DesiredCount", "LaunchType"),
    "AWS::ECS::TaskDefinition": ("Family", "Cpu", "Memory", "ContainerDefinitions[].Image"),
    "AWS::ElasticLoadBalancingV2::Listener": ("Protocol", "Port"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name", "Scheme"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Name", "Protocol", "Port", "HealthCheckPath"),
    "AWS::IAM::RolePolicy": ("RoleName", "PolicyName"),
    "AWS::Logs::LogGroup": ("LogGroupName", "RetentionInDays"),
}
"""Paths of properties, most telling first; `[]` is any element. Of other types the names count."""
NAMES = re.compile(r"(Name|Identifier|Alias|Engine|InstanceType|InstanceClass|CidrBlock)$")
"""Properties of other types that tell one resource from another."""
MOST = 4
"""Properties that are shown of one resource."""
ELEMENT = re.compile(r"\[[^\]]*\]")


def essential_properties(change: Change) -> Iterator[PropertyChange]:
    """The properties that are worth a reader's time, a few at most; none whose value depends on what is not there."""
    known = [item for item in change.properties if not item.causes]
    wanted = ESSENTIALS.get(change.type)
    if wanted is None:
        yield from [item for item in known if "." not in item.path and NAMES.search(item.path)][:MOST]
        return
    by_path: dict[str, list[PropertyChange]] = {}
    for item in known:
        by_path.setdefault(ELEMENT.sub("[]", item.path), []).append(item)
    yield from [item for path in wanted for item in by_path.get(path, [])][:MOST]
