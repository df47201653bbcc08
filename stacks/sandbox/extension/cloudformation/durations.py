"""How long resources take on AWS, in seconds.

Source: the estimator of the rain CLI, `internal/cmd/forecast/estimate.go` ("historical averages"). Types that are not
in its table take `_OTHERS`, an assumption. A nested stack takes what its resources take.
"""

from __future__ import annotations

from typing import NamedTuple


class _Seconds(NamedTuple):
    create: float
    update: float


_OTHERS = _Seconds(2, 1)
_TABLE = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _Seconds(2, 0),
    "AWS::ApplicationAutoScaling::ScalingPolicy": _Seconds(1, 0),
    "AWS::CertificateManager::Certificate": _Seconds(239, 0),
    "AWS::CloudFormation::Stack": _Seconds(0, 0),
    "AWS::EC2::EIP": _Seconds(17, 2),
    "AWS::EC2::InternetGateway": _Seconds(17, 16),
    "AWS::EC2::NatGateway": _Seconds(106, 5),
    "AWS::EC2::Route": _Seconds(2, 0),
    "AWS::EC2::RouteTable": _Seconds(12, 11),
    "AWS::EC2::SecurityGroup": _Seconds(6, 2),
    "AWS::EC2::Subnet": _Seconds(4, 10),
    "AWS::EC2::VPC": _Seconds(12, 2),
    "AWS::EC2::VPCEndpoint": _Seconds(47, 11),
    "AWS::EC2::VPCGatewayAttachment": _Seconds(12, 11),
    "AWS::ECR::Repository": _Seconds(1, 2),
    "AWS::ECS::Cluster": _Seconds(5, 2),
    "AWS::ECS::ClusterCapacityProviderAssociations": _Seconds(13, 31),
    "AWS::ECS::Service": _Seconds(119, 71),
    "AWS::ECS::TaskDefinition": _Seconds(4, 2),
    "AWS::ElasticLoadBalancingV2::Listener": _Seconds(2, 1),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _Seconds(116, 2),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _Seconds(18, 6),
    "AWS::IAM::ManagedPolicy": _Seconds(16, 1),
    "AWS::IAM::Policy": _Seconds(17, 3),
    "AWS::IAM::Role": _Seconds(12, 17),
    "AWS::IAM::RolePolicy": _Seconds(17, 3),
    "AWS::Logs::LogGroup": _Seconds(1, 1),
    "AWS::S3::Bucket": _Seconds(30, 31),
}


def to_create(resource_type: str) -> float:
    """Seconds until a new resource is there and stable."""
    return _TABLE.get(resource_type, _OTHERS).create


def to_update(resource_type: str) -> float:
    """Seconds that a change in place takes."""
    return _TABLE.get(resource_type, _OTHERS).update


def to_delete(resource_type: str) -> float:
    """Seconds that deleting takes: half of creating, an assumption."""
    return to_create(resource_type) / 2
