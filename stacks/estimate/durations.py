"""How long resources typically take on AWS, in seconds.

Source: the estimator of the rain CLI, `internal/cmd/forecast/estimate.go` ("historical averages"). It knows no
deletions and no imports: half of creating and 1 s stand for them, assumptions. A nested stack takes what its resources
take.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Action = Literal["create", "update", "replace", "delete", "import"]


class _Seconds(NamedTuple):
    create: float
    update: float


_OTHERS = _Seconds(2, 1)
_IMPORT = AT_ONCE = 1.0
_TABLE = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _Seconds(2, 0),
    "AWS::ApplicationAutoScaling::ScalingPolicy": _Seconds(1, 0),
    "AWS::CertificateManager::Certificate": _Seconds(239, 0),
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


def expected(resource_type: str, action: Action) -> float | None:
    """Typical seconds, or None for a type that is not in the table. A replacement takes what creating takes."""
    found = _TABLE.get(resource_type)
    return None if found is None else _seconds(found, action)


def assumed(resource_type: str, action: Action) -> float:
    """The same, with an assumption for other types: 2 s to create, 1 s to update or delete."""
    return _seconds(_TABLE.get(resource_type, _OTHERS), action)


def _seconds(found: _Seconds, action: Action) -> float:
    match action:
        case "create" | "replace":
            return found.create
        case "update":
            return found.update
        case "import":
            return _IMPORT
        case "delete":
            return found.create / 2
