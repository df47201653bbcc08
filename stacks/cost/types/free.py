"""Types that cost nothing by themselves."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost.billed import Free

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLOUDFORMATION = Free(source="https://aws.amazon.com/cloudformation/pricing/")
_IAM = Free(source="https://aws.amazon.com/iam/faqs/")
_VPC = Free(source="https://aws.amazon.com/vpc/pricing/")
_ELB = Free(source="https://aws.amazon.com/elasticloadbalancing/pricing/")
_WAF = Free(source="https://aws.amazon.com/waf/pricing/")
_S3 = Free(source="https://aws.amazon.com/s3/pricing/")

TYPES: Mapping[str, Free] = MappingProxyType({
    "AWS::CloudFormation::Stack": _CLOUDFORMATION,
    "AWS::CloudFormation::WaitConditionHandle": _CLOUDFORMATION,
    "AWS::CertificateManager::Certificate": Free(source="https://aws.amazon.com/certificate-manager/pricing/"),
    "AWS::IAM::ManagedPolicy": _IAM,
    "AWS::IAM::OIDCProvider": _IAM,
    "AWS::IAM::Role": _IAM,
    "AWS::IAM::RolePolicy": _IAM,
    "AWS::ApplicationAutoScaling::ScalableTarget": Free(source="https://aws.amazon.com/autoscaling/pricing/"),
    "AWS::Events::Rule": Free(source="https://aws.amazon.com/eventbridge/pricing/: events of AWS services are free"),
    "AWS::Scheduler::ScheduleGroup": Free(source="https://aws.amazon.com/eventbridge/pricing/"),
    "AWS::SNS::Subscription": Free(source="https://aws.amazon.com/sns/pricing/"),
    "AWS::SNS::TopicPolicy": Free(source="https://aws.amazon.com/sns/pricing/"),
    "AWS::SQS::QueuePolicy": Free(source="https://aws.amazon.com/sqs/pricing/"),
    "AWS::EC2::InternetGateway": _VPC,
    "AWS::EC2::Route": _VPC,
    "AWS::EC2::RouteTable": _VPC,
    "AWS::EC2::SecurityGroup": _VPC,
    "AWS::EC2::SecurityGroupIngress": _VPC,
    "AWS::EC2::Subnet": _VPC,
    "AWS::EC2::SubnetCidrBlock": _VPC,
    "AWS::EC2::SubnetRouteTableAssociation": _VPC,
    "AWS::EC2::VPC": _VPC,
    "AWS::EC2::VPCCidrBlock": _VPC,
    "AWS::EC2::VPCGatewayAttachment": _VPC,
    "AWS::KMS::Alias": Free(source="https://aws.amazon.com/kms/pricing/"),
    "AWS::S3::BucketPolicy": _S3,
    "AWS::ElasticLoadBalancingV2::Listener": _ELB,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _ELB,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _ELB,
    "AWS::WAFv2::WebACLAssociation": _WAF,
    "AWS::Logs::QueryDefinition": Free(source="https://aws.amazon.com/cloudwatch/pricing/: what a query reads is paid"),
})  # fmt: skip
