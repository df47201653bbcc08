"""Which actions of a resource type's handlers only some properties need: one reviewed line each.

A handler of a resource schema lists what it may call for any resource of its type. An action that has no line here is
needed always: broad is safe, and a new type works without a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stacks.iam.derive.resources.identifiers import values

if TYPE_CHECKING:
    from stacks.rendered.tree import Resource, Tree

TYPE_PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{}.html"


@dataclass(frozen=True, kw_only=True)
class Only:
    """Actions (patterns) that are needed only where one of the properties is there; with none, never.

    A property is a path into the resource, `PATH~TEXT` one whose value can contain the text.
    """

    type: str
    actions: tuple[str, ...]
    properties: tuple[str, ...] = ()
    why: str = ""

    @property
    def source(self) -> str:
        """AWS's page about the type, which says what the property does."""
        _, service, name = self.type.lower().split("::")
        return TYPE_PAGE.format(f"{service}-{name}")


def _only(type_: str, actions: str, properties: str = "", why: str = "") -> Only:
    return Only(type=f"AWS::{type_}", actions=tuple(actions.split()), properties=tuple(properties.split()), why=why)


_ACL = "WAFv2::WebACLAssociation"
TABLE: tuple[Only, ...] = (
    _only("ApplicationAutoScaling::ScalableTarget", "*:PutScheduledAction *:DeleteScheduledAction", "ScheduledActions"),
    _only("ApplicationAutoScaling::ScalableTarget", "lambda:*", "ServiceNamespace~lambda"),
    _only("ApplicationAutoScaling::ScalingPolicy", "cloudwatch:*", "PredictiveScalingPolicyConfiguration"),
    _only("CertificateManager::Certificate", "acm-pca:*", "CertificateAuthorityArn"),
    _only("CertificateManager::Certificate", "route53:*", "DomainValidationOptions.HostedZoneId"),
    _only(
        "CertificateManager::Certificate",
        "acm:UpdateCertificateOptions",
        "CertificateTransparencyLoggingPreference CertificateExport",
    ),
    _only(
        "CloudFormation::Stack",
        "*:UpdateTerminationProtection *:SetStackPolicy",
        why="a nested stack's template says nothing of either; `deploy` sets them itself",
    ),
    _only("EC2::EIP", "ec2:AcceptAddressTransfer", "TransferAddress"),
    _only("EC2::EIP", "ec2:AssociateAddress ec2:DisassociateAddress", "InstanceId"),
    _only("EC2::FlowLog", "s3:*", "LogDestinationType~s3"),
    _only("EC2::FlowLog", "autoscaling:*", why="nothing of a flow log is in an Auto Scaling group"),
    _only("EC2::NatGateway", "ec2:*NatGatewayAddress", "SecondaryAllocationIds"),
    _only(
        "EC2::NatGateway",
        "ec2:*PrivateNatGatewayAddress",
        "SecondaryPrivateIpAddresses SecondaryPrivateIpAddressCount",
    ),
    _only("EC2::SecurityGroup", "ec2:AuthorizeSecurityGroupIngress", "SecurityGroupIngress"),
    _only("EC2::SecurityGroup", "ec2:RevokeSecurityGroupIngress", "SecurityGroupIngress"),
    _only("EC2::SecurityGroup", "ec2:UpdateSecurityGroupRuleDescriptionsIngress", "SecurityGroupIngress"),
    _only("EC2::SecurityGroup", "ec2:AuthorizeSecurityGroupEgress", "SecurityGroupEgress"),
    _only("EC2::SecurityGroup", "ec2:RevokeSecurityGroupEgress", "SecurityGroupEgress"),
    _only("EC2::SecurityGroup", "ec2:UpdateSecurityGroupRuleDescriptionsEgress", "SecurityGroupEgress"),
    _only("EC2::Subnet", "ec2:*SubnetCidrBlock", "Ipv6CidrBlock Ipv6CidrBlocks Ipv6IpamPoolId"),
    _only(
        "EC2::Subnet",
        "ec2:ModifySubnetAttribute",
        "MapPublicIpOnLaunch AssignIpv6AddressOnCreation EnableDns64 EnableLniAtDeviceIndex "
        "PrivateDnsNameOptionsOnLaunch",
    ),
    _only("EC2::VPC", "ec2:CreateVpcEncryptionControl", "VpcEncryptionControl"),
    _only("EC2::VPC", "ec2:ModifyVpcAttribute", "EnableDnsHostnames EnableDnsSupport"),
    _only("EC2::VPC", "ec2:ModifyVpcTenancy", "InstanceTenancy"),
    _only("EC2::VPCCidrBlock", "ec2:AllocateIpamPoolCidr", "Ipv4IpamPoolId Ipv6IpamPoolId"),
    _only("EC2::VPCEndpoint", "vpc-lattice:*", "ServiceNetworkArn"),
    _only("EC2::VPCEndpoint", "vpce:AllowMultiRegion", "ServiceRegion"),
    _only("EC2::VPCGatewayAttachment", "ec2:AttachInternetGateway ec2:DetachInternetGateway", "InternetGatewayId"),
    _only("EC2::VPCGatewayAttachment", "ec2:AttachVpnGateway ec2:DetachVpnGateway", "VpnGatewayId"),
    _only("ECR::PullThroughCacheRule", "secretsmanager:*", "CredentialArn"),
    _only("ECR::RegistryScanningConfiguration", "inspector2:Enable", "ScanType~ENHANCED"),
    _only("ECR::RegistryScanningConfiguration", "inspector2:Disable", "ScanType~BASIC"),
    _only("ECR::RegistryScanningConfiguration", "inspector2:ListAccountPermissions", "ScanType~BASIC"),
    _only("ECR::Repository", "ecr:PutLifecyclePolicy ecr:DeleteLifecyclePolicy", "LifecyclePolicy"),
    _only("ECR::Repository", "ecr:SetRepositoryPolicy ecr:DeleteRepositoryPolicy", "RepositoryPolicyText"),
    _only("ECR::Repository", "ecr:PutImageScanningConfiguration", "ImageScanningConfiguration"),
    _only("ECR::Repository", "ecr:PutImageTagMutability", "ImageTagMutability"),
    _only("ECR::Repository", "kms:*", "EncryptionConfiguration.EncryptionType~KMS"),
    _only("ECS::Cluster", "ecs:PutClusterCapacityProviders", "CapacityProviders DefaultCapacityProviderStrategy"),
    _only("ECS::Cluster", "ecs:UpdateClusterSettings", "ClusterSettings"),
    _only(
        "ECS::Cluster",
        "kms:*",
        "Configuration.ExecuteCommandConfiguration.KmsKeyId Configuration.ManagedStorageConfiguration",
    ),
    _only("ECS::Cluster", "ecs:PutAccountSetting*", why="no property of a cluster sets an account's settings"),
    _only("ElasticLoadBalancingV2::Listener", "cognito-idp:*", "DefaultActions.AuthenticateCognitoConfig"),
    _only("ElasticLoadBalancingV2::Listener", "*:ModifyListenerAttributes", "ListenerAttributes"),
    _only("ElasticLoadBalancingV2::ListenerRule", "cognito-idp:*", "Actions.AuthenticateCognitoConfig"),
    _only("ElasticLoadBalancingV2::ListenerRule", "*:SetRulePriorities", "Priority"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "*:ModifyLoadBalancerAttributes", "LoadBalancerAttributes"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "*:ModifyCapacityReservation", "MinimumLoadBalancerCapacity"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "*:SetSecurityGroups", "SecurityGroups"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "*:SetSubnets", "Subnets SubnetMappings"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "*:SetIpAddressType", "IpAddressType"),
    _only("ElasticLoadBalancingV2::LoadBalancer", "ec2:DescribeIpamPools *:ModifyIpPools", "Ipv4IpamPoolId"),
    _only("ElasticLoadBalancingV2::TargetGroup", "*:RegisterTargets *:DeregisterTargets", "Targets"),
    _only("ElasticLoadBalancingV2::TargetGroup", "*:ModifyTargetGroupAttributes", "TargetGroupAttributes"),
    _only("IAM::Role", "iam:AttachRolePolicy iam:DetachRolePolicy", "ManagedPolicyArns"),
    _only("IAM::Role", "iam:PutRolePolicy iam:DeleteRolePolicy", "Policies"),
    _only("IAM::Role", "iam:*RolePermissionsBoundary", "PermissionsBoundary"),
    _only("KMS::Key", "kms:EnableKey kms:DisableKey", "Enabled"),
    _only("KMS::Key", "kms:EnableKeyRotation kms:DisableKeyRotation", "EnableKeyRotation"),
    _only("KMS::Key", "kms:UpdateKeyDescription", "Description"),
    _only("Logs::LogGroup", "logs:PutRetentionPolicy logs:DeleteRetentionPolicy", "RetentionInDays"),
    _only("Logs::LogGroup", "logs:AssociateKmsKey logs:DisassociateKmsKey", "KmsKeyId"),
    _only("Logs::LogGroup", "logs:PutDataProtectionPolicy logs:DeleteDataProtectionPolicy", "DataProtectionPolicy"),
    _only("Logs::LogGroup", "logs:CreateLogDelivery firehose:TagDeliveryStream", "DataProtectionPolicy"),
    _only("Logs::LogGroup", "logs:PutResourcePolicy logs:DeleteResourcePolicy", "ResourcePolicyDocument"),
    _only("Logs::LogGroup", "logs:PutIndexPolicy logs:DeleteIndexPolicy", "FieldIndexPolicies"),
    _only("Logs::LogGroup", "logs:PutLogGroupDeletionProtection", "DeletionProtectionEnabled"),
    _only("Logs::LogGroup", "logs:PutBearerTokenAuthentication", "BearerTokenAuthenticationEnabled"),
    _only("S3::Bucket", "s3:PutBucketAbac", "AbacStatus"),
    _only("S3::Bucket", "s3:PutAnalyticsConfiguration", "AnalyticsConfigurations"),
    _only("S3::Bucket", "s3:PutEncryptionConfiguration", "BucketEncryption"),
    _only("S3::Bucket", "s3:PutBucketCORS", "CorsConfiguration"),
    _only("S3::Bucket", "s3:PutInventoryConfiguration", "InventoryConfigurations"),
    _only("S3::Bucket", "s3:PutLifecycleConfiguration", "LifecycleConfiguration"),
    _only("S3::Bucket", "s3:PutMetricsConfiguration", "MetricsConfigurations"),
    _only("S3::Bucket", "s3:PutBucketNotification", "NotificationConfiguration"),
    _only("S3::Bucket", "s3:PutReplicationConfiguration", "ReplicationConfiguration"),
    _only("S3::Bucket", "s3:PutBucketWebsite s3:DeleteBucketWebsite", "WebsiteConfiguration"),
    _only("S3::Bucket", "s3:PutAccelerateConfiguration", "AccelerateConfiguration"),
    _only("S3::Bucket", "s3:PutBucketPublicAccessBlock", "PublicAccessBlockConfiguration"),
    _only("S3::Bucket", "s3:PutBucketAcl s3:PutObjectAcl s3:GetBucketAcl", "AccessControl"),
    _only("S3::Bucket", "s3:PutBucketObjectLockConfiguration", "ObjectLockEnabled ObjectLockConfiguration"),
    _only("S3::Bucket", "s3:PutBucketLogging", "LoggingConfiguration"),
    _only("S3::Bucket", "s3:PutBucketVersioning", "VersioningConfiguration"),
    _only("S3::Bucket", "s3:PutBucketOwnershipControls", "OwnershipControls"),
    _only("S3::Bucket", "s3:PutIntelligentTieringConfiguration", "IntelligentTieringConfigurations"),
    _only("S3::Bucket", "s3tables:*", "MetadataTableConfiguration MetadataConfiguration"),
    _only("S3::Bucket", "s3:CreateBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
    _only("S3::Bucket", "s3:DeleteBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
    _only("S3::Bucket", "s3:UpdateBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
    _only("S3::Bucket", "s3:DeleteObject", why="CloudFormation deletes only empty buckets, and no object in them"),
    _only("SNS::Topic", "sns:Subscribe sns:Unsubscribe", "Subscription"),
    _only("SNS::Topic", "sns:PutDataProtectionPolicy", "DataProtectionPolicy"),
    _only("SecretsManager::Secret", "*:GetRandomPassword", "GenerateSecretString"),
    _only("SecretsManager::Secret", "*:ReplicateSecretToRegions *:RemoveRegionsFromReplication", "ReplicaRegions"),
    _only("WAFv2::LoggingConfiguration", "firehose:*", "LogDestinationConfigs~:firehose:"),
    _only("WAFv2::LoggingConfiguration", "s3:*", "LogDestinationConfigs~:s3:"),
    _only(
        "WAFv2::LoggingConfiguration",
        "logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups",
        "LogDestinationConfigs~:logs:",
    ),
    _only(_ACL, "elasticloadbalancing:*", "ResourceArn~:elasticloadbalancing:"),
    _only(_ACL, "amplify:*", "ResourceArn~:amplify:"),
    _only(_ACL, "apigateway:*", "ResourceArn~:apigateway:"),
    _only(_ACL, "apprunner:*", "ResourceArn~:apprunner:"),
    _only(_ACL, "appsync:*", "ResourceArn~:appsync:"),
    _only(_ACL, "bedrock-agentcore:*", "ResourceArn~:bedrock-agentcore:"),
    _only(_ACL, "cognito-idp:*", "ResourceArn~:cognito-idp:"),
    _only(_ACL, "ec2:*", "ResourceArn~:ec2:"),
)


def lines(type_: str, action: str) -> tuple[Only, ...]:
    """The lines about an action of a type's handlers."""
    return tuple(it for it in TABLE if it.type == type_ and any(fnmatchcase(action, pattern) for pattern in it.actions))


def used(tree: Tree, resource: Resource, properties: tuple[str, ...]) -> str | None:
    """The first of these properties that the resource has; None: none of them."""
    for path in properties:
        name, _, text = path.partition("~")
        found = tree.texts(list(values(resource.properties, name)), resource.module)
        if text and any(text in it or it == "*" for it in found):
            return name
        if not text and any(True for _ in values(resource.properties, name)):
            return name
    return None
