"""What CloudFormation calls for a resource: a reviewed list, made from the handlers of AWS's resource schemas by hand.

It shares no code with `stacks.permissions`, but both rest on the same schemas and the same authorization reference, so
that what these have wrong both have wrong. A call is `[service:]Action[@ON][?P]`:
made where property `P` is there, decided on `ON`, which is `*`, an ARN, or what follows the account in one; without
`ON` on the resource itself. `{P}` is a property's value, `{id}` the physical id or, before there is one, the name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls for resources of a type, by step; `read` follows a create and an update, and precedes a delete."""

    service: str
    on: str = "*"
    """The resource's own ARN, as what follows the account in it."""
    name: str = ""
    """The property with the name."""
    longest: int = 128
    lower: bool = False
    create: str = ""
    update: str = ""
    delete: str = ""
    read: str = ""


def _ec2(noun: str, kind: str, plural: str = "", **more: str) -> Calls:
    tags = "CreateTags?Tags"
    return Calls(
        service="ec2",
        on=f"{kind}/{{id}}",
        create=f"Create{noun} {tags} {more.get('create', '')}",
        update=f"{tags} {more.get('update', '')}",
        delete=f"Delete{noun} {more.get('delete', '')}",
        read=f"Describe{plural or noun + 's'}@* {more.get('read', '')}",
    )


_ROUTE = "route-table/{RouteTableId}"
_SCALED = "ecs:DescribeServices@{ResourceId} ecs:UpdateService@{ResourceId}"
_ALARMS = "cloudwatch:{}@alarm:TargetTracking-{{scaled}}-AlarmHigh-0a1b"
_PASSES = "iam:PassRole@{ExecutionRoleArn}?ExecutionRoleArn iam:PassRole@{TaskRoleArn}?TaskRoleArn"
_BALANCER_LOOKS = "ec2:DescribeSubnets@* ec2:DescribeSecurityGroups@* ec2:DescribeVpcs@* ec2:DescribeInternetGateways@*"

CALLS: dict[str, Calls] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Calls(
        service="application-autoscaling",
        on="scalable-target/0a1b",
        create=f"RegisterScalableTarget TagResource?Tags PutScheduledAction?ScheduledActions {_SCALED}",
        update="RegisterScalableTarget TagResource?Tags PutScheduledAction?ScheduledActions",
        delete="DeregisterScalableTarget",
        read="DescribeScalableTargets@* DescribeScheduledActions@* ListTagsForResource",
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Calls(
        service="application-autoscaling",
        on="scalable-target/0a1b",
        create=" ".join(["PutScalingPolicy", *(_ALARMS.format(it) for it in ("PutMetricAlarm", "DescribeAlarms"))]),
        update=f"PutScalingPolicy {_ALARMS.format('PutMetricAlarm')}",
        delete=f"DeleteScalingPolicy {_ALARMS.format('DeleteAlarms')}",
        read="DescribeScalingPolicies@*",
    ),
    "AWS::CloudFormation::Stack": Calls(
        service="cloudformation",
        on="stack/{id}/0a1b",
        create="CreateStack",
        update="UpdateStack",
        delete="DeleteStack",
        read="DescribeStacks",
    ),
    "AWS::EC2::EIP": Calls(
        service="ec2",
        on="elastic-ip/{AllocationId}",
        create="AllocateAddress CreateTags?Tags",
        update="CreateTags?Tags",
        delete="ReleaseAddress",
        read="DescribeAddresses@*",
    ),
    "AWS::EC2::InternetGateway": _ec2("InternetGateway", "internet-gateway"),
    "AWS::EC2::NatGateway": _ec2("NatGateway", "natgateway", create="CreateNatGateway@subnet/{SubnetId}"),
    "AWS::EC2::Route": Calls(
        service="ec2",
        create=f"CreateRoute@{_ROUTE}",
        update=f"ReplaceRoute@{_ROUTE}",
        delete=f"DeleteRoute@{_ROUTE}",
        read="DescribeRouteTables@*",
    ),
    "AWS::EC2::RouteTable": _ec2("RouteTable", "route-table", create="CreateRouteTable@vpc/{VpcId}"),
    "AWS::EC2::SecurityGroup": _ec2(
        "SecurityGroup",
        "security-group",
        create="CreateSecurityGroup@vpc/{VpcId} AuthorizeSecurityGroupIngress?SecurityGroupIngress "
        "AuthorizeSecurityGroupEgress?SecurityGroupEgress RevokeSecurityGroupEgress?SecurityGroupEgress",
    ),
    "AWS::EC2::SecurityGroupIngress": Calls(
        service="ec2",
        create="AuthorizeSecurityGroupIngress@security-group/{GroupId}",
        delete="RevokeSecurityGroupIngress@security-group/{GroupId}",
        read="DescribeSecurityGroupRules@*",
    ),
    "AWS::EC2::Subnet": _ec2("Subnet", "subnet", create="CreateSubnet@vpc/{VpcId}"),
    "AWS::EC2::SubnetRouteTableAssociation": Calls(
        service="ec2",
        create=f"AssociateRouteTable@{_ROUTE} AssociateRouteTable@subnet/{{SubnetId}}",
        delete=f"DisassociateRouteTable@{_ROUTE} DisassociateRouteTable@subnet/{{SubnetId}}",
        read="DescribeRouteTables@*",
    ),
    "AWS::EC2::VPC": _ec2(
        "Vpc",
        "vpc",
        create="ModifyVpcAttribute?EnableDnsHostnames",
        update="ModifyVpcAttribute?EnableDnsHostnames",
        read="DescribeVpcAttribute",
    ),
    "AWS::EC2::VPCEndpoint": Calls(
        service="ec2",
        on="vpc-endpoint/{id}",
        create="CreateVpcEndpoint CreateVpcEndpoint@vpc/{VpcId} CreateTags?Tags",
        update="ModifyVpcEndpoint CreateTags?Tags",
        delete="DeleteVpcEndpoints",
        read="DescribeVpcEndpoints@*",
    ),
    "AWS::EC2::VPCGatewayAttachment": Calls(
        service="ec2",
        create="AttachInternetGateway@internet-gateway/{InternetGatewayId} AttachInternetGateway@vpc/{VpcId}",
        delete="DetachInternetGateway@internet-gateway/{InternetGatewayId} DetachInternetGateway@vpc/{VpcId}",
        read="DescribeInternetGateways@*",
    ),
    "AWS::ECR::Repository": Calls(
        service="ecr",
        on="repository/{id}",
        name="RepositoryName",
        lower=True,
        create="CreateRepository TagResource?Tags PutLifecyclePolicy?LifecyclePolicy",
        update="PutLifecyclePolicy?LifecyclePolicy TagResource?Tags PutImageTagMutability?ImageTagMutability "
        "PutImageScanningConfiguration?ImageScanningConfiguration",
        delete="DeleteRepository",
        read="DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource",
    ),
    "AWS::ECS::Cluster": Calls(
        service="ecs",
        on="cluster/{id}",
        name="ClusterName",
        create="CreateCluster TagResource?Tags",
        update="UpdateClusterSettings?ClusterSettings PutClusterCapacityProviders?CapacityProviders TagResource?Tags",
        delete="DeleteCluster",
        read="DescribeClusters",
    ),
    "AWS::ECS::Service": Calls(
        service="ecs",
        on="service/{Cluster}/{id}",
        name="ServiceName",
        create="CreateService TagResource?Tags",
        update="UpdateService TagResource?Tags",
        delete="DeleteService",
        read="DescribeServices",
    ),
    "AWS::ECS::TaskDefinition": Calls(
        service="ecs",
        on="task-definition/{id}:1",
        name="Family",
        create=f"RegisterTaskDefinition TagResource?Tags {_PASSES}",
        update=f"TagResource?Tags {_PASSES}",
        delete="DeregisterTaskDefinition@*",
        read="DescribeTaskDefinition@*",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Calls(
        service="elasticloadbalancing",
        on="{listener}",
        create="CreateListener@{LoadBalancerArn} AddTags?Tags",
        update="ModifyListener AddTags?Tags",
        delete="DeleteListener",
        read="DescribeListeners@* DescribeTags@*",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Calls(
        service="elasticloadbalancing",
        on="loadbalancer/app/{id}/0a1b",
        name="Name",
        longest=32,
        create="CreateLoadBalancer AddTags?Tags ModifyLoadBalancerAttributes?LoadBalancerAttributes "
        f"{_BALANCER_LOOKS} ec2:DescribeAccountAttributes@*",
        update="ModifyLoadBalancerAttributes?LoadBalancerAttributes SetSubnets?Subnets "
        "SetSecurityGroups?SecurityGroups AddTags?Tags",
        delete="DeleteLoadBalancer",
        read="DescribeLoadBalancers@* DescribeLoadBalancerAttributes@* DescribeTags@*",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Calls(
        service="elasticloadbalancing",
        on="targetgroup/{id}/0a1b",
        name="Name",
        longest=32,
        create="CreateTargetGroup AddTags?Tags ModifyTargetGroupAttributes?TargetGroupAttributes ec2:DescribeVpcs@*",
        update="ModifyTargetGroup ModifyTargetGroupAttributes?TargetGroupAttributes AddTags?Tags",
        delete="DeleteTargetGroup",
        read="DescribeTargetGroups@* DescribeTargetGroupAttributes@* DescribeTags@*",
    ),
    "AWS::IAM::Role": Calls(
        service="iam",
        on="role/{id}",
        name="RoleName",
        longest=64,
        create="CreateRole TagRole?Tags PutRolePolicy?Policies AttachRolePolicy?ManagedPolicyArns",
        update="UpdateAssumeRolePolicy PutRolePolicy?Policies TagRole?Tags",
        delete="DeleteRole DeleteRolePolicy?Policies DetachRolePolicy?ManagedPolicyArns",
        read="GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy?Policies",
    ),
    "AWS::IAM::RolePolicy": Calls(
        service="iam",
        on="role/{RoleName}",
        create="PutRolePolicy",
        update="PutRolePolicy",
        delete="DeleteRolePolicy",
        read="GetRolePolicy",
    ),
    "AWS::Logs::LogGroup": Calls(
        service="logs",
        on="log-group:{id}",
        name="LogGroupName",
        create="CreateLogGroup@log-group:{id}:* TagResource?Tags PutRetentionPolicy@log-group:{id}:*?RetentionInDays",
        update="PutRetentionPolicy@log-group:{id}:*?RetentionInDays TagResource?Tags",
        delete="DeleteLogGroup@log-group:{id}:*",
        read="DescribeLogGroups@* ListTagsForResource",
    ),
    "AWS::SecretsManager::Secret": Calls(
        service="secretsmanager",
        on="secret:{id}-0a1b2c",
        name="Name",
        create="CreateSecret TagResource?Tags GetRandomPassword@*?GenerateSecretString",
        update="UpdateSecret TagResource?Tags",
        delete="DeleteSecret",
        read="DescribeSecret",
    ),
}
