"""Load balancers, listeners, rules and target groups."""

from __future__ import annotations

from templates.resource_types.record import (
    HERE,
    Grant,
    Lacking,
    Lookup,
    ResourceType,
    Service,
    ServiceLinkedRole,
    arn,
    only,
)

_PERMISSIONS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html"
_LINKED = ServiceLinkedRole(
    service="elasticloadbalancing.amazonaws.com",
    role="AWSServiceRoleForElasticLoadBalancing",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html",
)

TYPES = (
    ResourceType(
        type="AWS::ElasticLoadBalancingV2::Listener",
        noun="listener on port",
        ref="arn",
        arns={"elasticloadbalancing:listener/app": "{LoadBalancerArn}/*"},
        rewritten=(":loadbalancer/", ":listener/"),
        place=("LoadBalancerArn", "Port"),
        shown=("Protocol", "Port"),
        replaced="the new one is on another load balancer; the old one goes at the end",
        fixed=("ListenerArn",),
        seconds=(2, 1),
        only=(
            only("cognito-idp:*", "DefaultActions.AuthenticateCognitoConfig"),
            only("*:ModifyListenerAttributes", "ListenerAttributes"),
        ),
    ),
    ResourceType(
        type="AWS::ElasticLoadBalancingV2::ListenerRule",
        noun="rule with priority",
        ref="arn",
        arns={"elasticloadbalancing:listener-rule/app": "{ListenerArn}/*"},
        rewritten=(":listener/", ":listener-rule/"),
        place=("ListenerArn", "Priority"),
        remedy="Set a priority that none of the rules has now, or change one of them in a deployment of its own.",
        only=(
            only("cognito-idp:*", "Actions.AuthenticateCognitoConfig"),
            only("*:SetRulePriorities", "Priority"),
        ),
    ),
    ResourceType(
        type="AWS::ElasticLoadBalancingV2::LoadBalancer",
        noun="load balancer",
        name="Name",
        longest=32,
        ref="arn",
        arns={
            f"elasticloadbalancing:{kind}": arn("elasticloadbalancing", "loadbalancer/app/{name}/*")
            for kind in ("loadbalancer/app/", "loadbalancer")
        },
        lookup=Lookup(
            properties=("Name",),
            client="elbv2",
            action="elasticloadbalancing:DescribeLoadBalancers",
            operation="describe_load_balancers",
            parameters={"Names": ["{Name}"]},
            items=("LoadBalancers",),
            absent=("LoadBalancerNotFound",),
        ),
        shown=("Name", "Scheme"),
        replaced="its address changes: downtime until DNS and clients follow",
        removed="the application is not reached any more",
        fixed=("CanonicalHostedZoneID", "DNSName", "LoadBalancerArn", "LoadBalancerFullName", "LoadBalancerName"),
        seconds=(116, 2),
        only=(
            only("*:ModifyLoadBalancerAttributes", "LoadBalancerAttributes"),
            only("*:ModifyCapacityReservation", "MinimumLoadBalancerCapacity"),
            only("*:SetSecurityGroups", "SecurityGroups"),
            only("*:SetSubnets", "Subnets SubnetMappings"),
            only("*:SetIpAddressType", "IpAddressType"),
            only("ec2:DescribeIpamPools *:ModifyIpPools", "Ipv4IpamPoolId"),
        ),
        lacking=(
            Lacking(
                actions=(
                    "ec2:DescribeAccountAttributes",
                    "ec2:DescribeAddresses",
                    "ec2:DescribeInternetGateways",
                    "ec2:DescribeSecurityGroups",
                    "ec2:DescribeSubnets",
                    "ec2:DescribeVpcs",
                ),
                steps=("create", "update"),
                why="the load balancer reads its subnets and security groups as the caller",
                source=_PERMISSIONS,
            ),
            Lacking(
                actions=("ec2:GetSecurityGroupsForVpc",),
                steps=("create", "update"),
                property="SecurityGroups",
                why="the load balancer checks as the caller that its security groups may be used in its VPC",
                source="https://github.com/kubernetes-sigs/cluster-api-provider-aws/pull/5535",
            ),
        ),
        service_linked=(_LINKED,),
    ),
    ResourceType(
        type="AWS::ElasticLoadBalancingV2::TargetGroup",
        noun="target group",
        name="Name",
        longest=32,
        ref="arn",
        arns={"elasticloadbalancing:targetgroup": arn("elasticloadbalancing", "targetgroup/{name}/*")},
        lookup=Lookup(
            properties=("Name",),
            client="elbv2",
            action="elasticloadbalancing:DescribeTargetGroups",
            operation="describe_target_groups",
            parameters={"Names": ["{Name}"]},
            items=("TargetGroups",),
            absent=("TargetGroupNotFound",),
        ),
        shown=("Name", "Protocol", "Port", "HealthCheckPath"),
        replaced="empty until the service has moved: 503; sessions lose their task",
        fixed=("TargetGroupArn", "TargetGroupFullName", "TargetGroupName"),
        seconds=(18, 6),
        only=(
            only("*:RegisterTargets *:DeregisterTargets", "Targets"),
            only("*:ModifyTargetGroupAttributes", "TargetGroupAttributes"),
        ),
        lacking=(
            Lacking(
                actions=("ec2:DescribeInternetGateways",),
                steps=("create",),
                why="the target group reads its VPC as the caller",
                source=_PERMISSIONS,
            ),
        ),
        service_linked=(_LINKED,),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Network": (
            Grant(
                "LoadBalancers",
                "elasticloadbalancing",
                "AddTags CreateListener CreateLoadBalancer CreateRule CreateTargetGroup CreateWebACLAssociation "
                "DeleteListener DeleteLoadBalancer DeleteRule DeleteTargetGroup DeleteWebACLAssociation "
                "GetLoadBalancerWebACL ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes "
                "ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags SetIpAddressType "
                "SetRulePriorities SetSecurityGroups SetSubnets",
                on=tuple(
                    arn("elasticloadbalancing", f"{kind}/{names}")
                    for names in ("{any}", "{given}/*")
                    for kind in ("loadbalancer/app", "targetgroup", "listener/app", "listener-rule/app")
                ),
            ),
            Grant("ReadLoadBalancers", "elasticloadbalancing", "Describe* SetWebAcl", when=HERE),
        ),
        "Names": (Grant("SignIn", "cognito-idp", "DescribeUserPoolClient", on=(arn("cognito-idp", "userpool/*"),)),),
    },
    drift=(
        Grant(
            "ReadForDrift",
            "elasticloadbalancing",
            "DescribeCapacityReservation DescribeListenerAttributes DescribeTargetGroupAttributes",
            when=HERE,
        ),
    ),
)
