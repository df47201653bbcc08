"""Which changed property replaces a resource, for types of which ministack does not know it.

Source: `createOnlyProperties` and `conditionalCreateOnlyProperties` of the resource provider schemas in cfn-lint 1.58.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from stacks.sandbox.server import Options

HOOKS = (
    "services.cloudformation.provisioners:_REPLACING_PROPERTIES",
    "services.cloudformation.provisioners:_CONDITIONALLY_REPLACING_PROPERTIES",
)

_ALWAYS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "ResourceId ScalableDimension ServiceNamespace",
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        "PolicyName ResourceId ScalableDimension ScalingTargetId ServiceNamespace"
    ),
    "AWS::CloudFormation::Stack": "",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::EC2::EIP": "Address IpamPoolId NetworkBorderGroup TransferAddress",
    "AWS::EC2::FlowLog": (
        "DeliverCrossAccountRole DeliverLogsPermissionArn DestinationOptions LogDestination LogDestinationType "
        "LogFormat LogGroupName MaxAggregationInterval ResourceId ResourceType TagFieldSpecifications TrafficType"
    ),
    "AWS::EC2::InternetGateway": "",
    "AWS::EC2::NatGateway": "AllocationId AvailabilityMode ConnectivityType PrivateIpAddress SubnetId VpcId",
    "AWS::EC2::Route": "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId RouteTableId",
    "AWS::EC2::RouteTable": "VpcId",
    "AWS::EC2::SecurityGroup": "GroupDescription GroupName VpcId",
    "AWS::EC2::SecurityGroupEgress": (
        "CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort"
    ),
    "AWS::EC2::SecurityGroupIngress": (
        "CidrIp CidrIpv6 FromPort GroupId GroupName IpProtocol SourcePrefixListId SourceSecurityGroupId "
        "SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort"
    ),
    "AWS::EC2::Subnet": (
        "AvailabilityZone AvailabilityZoneId CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6Native "
        "Ipv6NetmaskLength OutpostArn VpcId"
    ),
    "AWS::EC2::SubnetCidrBlock": "Ipv6CidrBlock Ipv6IpamPoolId Ipv6NetmaskLength SubnetId",
    "AWS::EC2::SubnetRouteTableAssociation": "RouteTableId SubnetId",
    "AWS::EC2::VPC": "CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength VpcEncryptionControl",
    "AWS::EC2::VPCCidrBlock": (
        "AmazonProvidedIpv6CidrBlock CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock "
        "Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcId"
    ),
    "AWS::EC2::VPCEndpoint": (
        "DnsOptions ResourceConfigurationArn ServiceName ServiceNetworkArn ServiceRegion VpcEndpointType VpcId"
    ),
    "AWS::EC2::VPCGatewayAttachment": "VpcId",
    "AWS::ECR::PullThroughCacheRule": (
        "CredentialArn CustomRoleArn EcrRepositoryPrefix UpstreamRegistry UpstreamRegistryUrl UpstreamRepositoryPrefix"
    ),
    "AWS::ECR::RegistryScanningConfiguration": "",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::Service": "Cluster Role SchedulingStrategy ServiceName",
    "AWS::ECS::TaskDefinition": (
        "ContainerDefinitions Cpu EnableFaultInjection EphemeralStorage ExecutionRoleArn Family InferenceAccelerators "
        "IpcMode Memory NetworkMode PidMode PlacementConstraints ProxyConfiguration RequiresCompatibilities "
        "RuntimePlatform TaskRoleArn Volumes"
    ),
    "AWS::ElasticLoadBalancingV2::Listener": "LoadBalancerArn",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "ListenerArn",
    "AWS::IAM::OIDCProvider": "Url",
    "AWS::IAM::RolePolicy": "PolicyName RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::KMS::Key": "",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::QueryDefinition": "",
    "AWS::Route53::RecordSet": "HostedZoneId HostedZoneName",
    "AWS::S3::Bucket": "BucketName BucketNamePrefix BucketNamespace",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SNS::Subscription": "Endpoint Protocol TopicArn",
    "AWS::SNS::TopicPolicy": "",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::WAFv2::LoggingConfiguration": "ResourceArn",
    "AWS::WAFv2::WebACLAssociation": "ResourceArn WebACLArn",
}
_SOMETIMES = {
    "AWS::EC2::Subnet": "Ipv6CidrBlock",
    "AWS::EC2::VPC": "InstanceTenancy",
    "AWS::ECS::Service": "LaunchType",
}


def install(_: Options) -> None:
    """Add to what ministack knows."""
    for resource_type, names in _ALWAYS.items():
        provisioners._REPLACING_PROPERTIES[resource_type] = tuple(names.split())
    for resource_type, names in _SOMETIMES.items():
        provisioners._CONDITIONALLY_REPLACING_PROPERTIES[resource_type] = tuple(names.split())
