"""Attributes that stay what they are as long as their resource is not replaced.

A reference (Ref) always does; of attributes only those that name or address the resource, by its type's documentation:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Mapping[str, frozenset[str]] = {
    "AWS::EC2::EIP": frozenset({"AllocationId", "PublicIp"}),
    "AWS::EC2::NatGateway": frozenset({"NatGatewayId"}),
    "AWS::EC2::SecurityGroup": frozenset({"GroupId", "VpcId"}),
    "AWS::EC2::Subnet": frozenset({"AvailabilityZone", "SubnetId", "VpcId"}),
    "AWS::EC2::VPC": frozenset({"CidrBlock", "DefaultSecurityGroup", "VpcId"}),
    "AWS::ECR::Repository": frozenset({"Arn", "RepositoryUri"}),
    "AWS::ECS::Cluster": frozenset({"Arn"}),
    "AWS::ECS::Service": frozenset({"Name", "ServiceArn"}),
    "AWS::ElasticLoadBalancingV2::Listener": frozenset({"ListenerArn"}),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": frozenset({
        "CanonicalHostedZoneID",
        "DNSName",
        "LoadBalancerArn",
        "LoadBalancerFullName",
        "LoadBalancerName",
    }),
    "AWS::ElasticLoadBalancingV2::TargetGroup": frozenset({"TargetGroupArn", "TargetGroupFullName", "TargetGroupName"}),
    "AWS::IAM::Role": frozenset({"Arn", "RoleId"}),
    "AWS::Logs::LogGroup": frozenset({"Arn"}),
    "AWS::S3::Bucket": frozenset({"Arn", "DomainName", "RegionalDomainName"}),
}  # fmt: skip
