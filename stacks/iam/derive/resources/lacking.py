"""What the resource schemas are known to lack: one reviewed line each, with its source."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.iam.derive.needs import Phase

CREATE, UPDATE, DELETE = Phase.CREATE, Phase.UPDATE, Phase.DELETE


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Actions that a resource of the type needs beyond what its handlers list.

    `property` as in `usage.Only`; empty: always.
    """

    type: str
    actions: tuple[str, ...]
    phases: tuple[Phase, ...]
    why: str
    source: str
    property: str = ""


_LOAD_BALANCING = "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html"
TABLE: tuple[Lacking, ...] = (
    Lacking(
        type="AWS::ElasticLoadBalancingV2::LoadBalancer",
        actions=(
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAddresses",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ),
        phases=(CREATE, UPDATE),
        why="the load balancer looks at its subnets and security groups as the caller",
        source=_LOAD_BALANCING,
    ),
    Lacking(
        type="AWS::ElasticLoadBalancingV2::LoadBalancer",
        actions=("ec2:GetSecurityGroupsForVpc",),
        phases=(CREATE, UPDATE),
        property="SecurityGroups",
        why="the load balancer looks as the caller whether its security groups may be used in its VPC",
        source="https://github.com/kubernetes-sigs/cluster-api-provider-aws/pull/5535",
    ),
    Lacking(
        type="AWS::ElasticLoadBalancingV2::TargetGroup",
        actions=("ec2:DescribeInternetGateways",),
        phases=(CREATE,),
        why="the target group looks at its VPC as the caller",
        source=_LOAD_BALANCING,
    ),
    Lacking(
        type="AWS::CloudFormation::Stack",
        actions=("ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones"),
        phases=(CREATE, UPDATE),
        property="Parameters.AvailabilityZones.Fn::Join.Fn::GetAZs",
        why="Fn::GetAZs, where the zones come from if nobody names them, looks at those of the caller",
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "intrinsic-function-reference-getavailabilityzones.html",
    ),
    Lacking(
        type="AWS::EC2::VPCEndpoint",
        actions=("route53:AssociateVPCWithHostedZone",),
        phases=(CREATE, UPDATE),
        property="PrivateDnsEnabled",
        why="private DNS associates a hosted zone of AWS's with the VPC",
        source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html",
    ),
    Lacking(
        type="AWS::ApplicationAutoScaling::ScalableTarget",
        actions=("ecs:DescribeServices", "ecs:UpdateService"),
        phases=(CREATE, UPDATE),
        property="ServiceNamespace~ecs",
        why="who registers a service as a scalable target has to be allowed to scale it",
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html",
    ),
    Lacking(
        type="AWS::ApplicationAutoScaling::ScalingPolicy",
        actions=("cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"),
        phases=(CREATE, UPDATE, DELETE),
        property="TargetTrackingScalingPolicyConfiguration",
        why="target tracking makes its own alarms, and the caller has to be allowed to",
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html",
    ),
    Lacking(
        type="AWS::SecretsManager::Secret",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        phases=(CREATE, UPDATE),
        property="KmsKeyId",
        why="Secrets Manager uses the key as the caller",
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
    ),
    Lacking(
        type="AWS::CloudFormation::Stack",
        actions=(
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
        ),
        phases=(CREATE, UPDATE),
        why="a change set of the root makes one for each nested stack",
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html",
    ),
    Lacking(
        type="AWS::CloudFormation::Stack",
        actions=("cloudformation:TagResource", "cloudformation:UntagResource"),
        phases=(CREATE, UPDATE),
        property="Tags",
        why="a nested stack is tagged like its parent",
        source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html",
    ),
    Lacking(
        type="AWS::CloudFormation::Stack",
        actions=("s3:GetObject",),
        phases=(CREATE, UPDATE),
        property="TemplateURL",
        why="CloudFormation reads the nested template from the artifact bucket",
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html",
    ),
)
