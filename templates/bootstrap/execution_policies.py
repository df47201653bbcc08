"""What CloudFormation may do with the execution role: everything that templates of this project can ask for.

Each service is limited to the project's names where its resources have names that are known before they are made.
Policies that are derived from the templates of an environment can stand in the place of these documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import (
    acm,
    application_autoscaling,
    cloudformation,
    cloudwatch,
    cognito_idp,
    ec2,
    ecr,
    ecs,
    elasticloadbalancing,
    iam,
    inspector2,
    kms,
    logs,
    route53,
    s3,
    secretsmanager,
    sns,
    wafv2,
)
from awacs.aws import Statement, StringEquals
from troposphere import Sub

from templates import policy_sizes
from templates.bootstrap.scope import CLOUDFORMATION, Scope, actions, allow, here
from templates.identity import arn

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = ("ecs.amazonaws.com", "ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com")
"""Services that the project's stacks hand roles to."""
LINKED = (
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "inspector2.amazonaws.com",
    "pullthroughcache.ecr.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "wafv2.amazonaws.com",
)
"""Services that need a role of their own in the account, which whoever uses one for the first time makes."""
NETWORK = (
    "AllocateAddress AssociateRouteTable AssociateSubnetCidrBlock AssociateVpcCidrBlock AttachInternetGateway "
    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateFlowLogs CreateInternetGateway "
    "CreateNatGateway CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet CreateTags CreateVpc "
    "CreateVpcEndpoint DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteRoute DeleteRouteTable "
    "DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DetachInternetGateway "
    "DisassociateAddress DisassociateRouteTable DisassociateSubnetCidrBlock DisassociateVpcCidrBlock "
    "GetSecurityGroupsForVpc ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint "
    "ReleaseAddress ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroupEgress "
    "RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress "
    "UpdateSecurityGroupRuleDescriptionsIngress"
)
LOAD_BALANCERS = (
    "AddTags CreateListener CreateLoadBalancer CreateRule CreateTargetGroup CreateWebACLAssociation DeleteListener "
    "DeleteLoadBalancer DeleteRule DeleteTargetGroup DeleteWebACLAssociation GetLoadBalancerWebACL ModifyListener "
    "ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes "
    "RemoveTags SetIpAddressType SetRulePriorities SetSecurityGroups SetSubnets"
)
REGISTRY = (
    "CreatePullThroughCacheRule DeletePullThroughCacheRule DescribePullThroughCacheRules "
    "GetRegistryScanningConfiguration PutRegistryScanningConfiguration"
)
CHANGE_ROLES = "AttachRolePolicy CreateRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy"
KEEP_ROLES = (
    "DeleteRole GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoleTags TagRole UntagRole "
    "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
)
TAKE_BOUNDARY_OFF = "DeleteRolePermissionsBoundary"
"""What takes back that a role was given a boundary; not where all roles have to have one."""


def documents(scope: Scope) -> Mapping[str, Any]:
    """Policy documents by the name of the policy that holds each, within what IAM takes for a managed one."""
    groups = {
        "Roles": [*_stacks(scope), *_roles(scope)],
        "Service": _service(scope),
        "Data": _data(scope),
        "Network": [*_network(scope), *_names()],
    }
    return {
        f"{name}{number if number > 1 else ''}": document
        for name, group in groups.items()
        for number, document in enumerate(policy_sizes.documents(group), start=1)
    }


def _stacks(scope: Scope) -> list[Statement]:
    """Nested stacks, whose templates are in the artifact bucket, and to each of which the role is handed on."""
    itself = StringEquals({"iam:PassedToService": CLOUDFORMATION})
    return [
        allow("NestStacks", [cloudformation.Action("*")], scope.stacks),
        allow("HandItselfToNestedStacks", [iam.PassRole], [scope.execution_role], itself),
        allow("ReadTemplates", [s3.GetObject], scope.objects("*")),
    ]


def _roles(scope: Scope) -> list[Statement]:
    """Roles of the stacks, which have the boundary where there is one, and are handed to these services only."""
    roles = [scope.role(scope.any)]
    bounded = [StringEquals({"iam:PermissionsBoundary": scope.permissions_boundary})]
    linked = [scope.role("aws-service-role/*")]
    return [
        allow("ChangeRoles", actions(iam, CHANGE_ROLES), roles, *(bounded if scope.permissions_boundary else [])),
        allow(
            "KeepRoles",
            actions(iam, KEEP_ROLES if scope.permissions_boundary else f"{KEEP_ROLES} {TAKE_BOUNDARY_OFF}"),
            roles,
        ),
        allow("HandRolesToServices", [iam.PassRole], roles, StringEquals({"iam:PassedToService": list(SERVICES)})),
        allow(
            "MakeServiceLinkedRoles",
            [iam.CreateServiceLinkedRole],
            linked,
            StringEquals({"iam:AWSServiceName": list(LINKED)}),
        ),
    ]


def _service(scope: Scope) -> list[Statement]:
    """Images, cluster, service and its scaling."""
    clusters = [arn("ecs", f"{kind}/{scope.any}") for kind in ("cluster", "service", "service-deployment", "task")]
    of_ecs = StringEquals({"application-autoscaling:service-namespace": "ecs"})
    return [
        allow("ImageRepositories", [ecr.Action("*")], scope.repository_arns),
        allow("ImageRegistry", [*actions(ecr, REGISTRY), inspector2.Enable], ["*"], here()),
        allow("Containers", [ecs.Action("*")], [*clusters, arn("ecs", f"task-definition/{scope.any}:*")]),
        allow("TaskDefinitions", actions(ecs, "DeregisterTaskDefinition DescribeTaskDefinition"), ["*"], here()),
        allow(
            "ScaleService",
            [application_autoscaling.Action(it) for it in ("*ScalableTarget", "*ScalingPolicy", "*ScheduledAction")],
            [arn("application-autoscaling", "scalable-target/*")],
            of_ecs,
        ),
        allow(
            "TagScalableTargets",
            actions(application_autoscaling, "ListTagsForResource TagResource UntagResource"),
            [arn("application-autoscaling", "scalable-target/*")],
        ),
        allow("ReadScaling", [application_autoscaling.Action("Describe*")], ["*"], here()),
        allow(
            "Alarms",
            actions(
                cloudwatch, "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource"
            ),
            [arn("cloudwatch", f"alarm:{name}") for name in (scope.any, f"TargetTracking-service/{scope.any}")],
        ),
        allow(
            "Dashboards",
            actions(
                cloudwatch, "DeleteDashboards GetDashboard ListTagsForResource PutDashboard TagResource UntagResource"
            ),
            [Sub(f"arn:${{AWS::Partition}}:cloudwatch::${{AWS::AccountId}}:dashboard/{scope.any}")],
        ),
        allow("AlarmTopic", [sns.Action("*")], [arn("sns", scope.any)]),
    ]


def _data(scope: Scope) -> list[Statement]:
    """Logs, secrets, keys and buckets. CloudFormation itself names a secret after its place in the template."""
    tagged = StringEquals({"aws:ResourceTag/Project": scope.project})
    groups = [f"log-group:{it}{scope.any}" for it in ("/ecs/", "/vpc/", "aws-waf-logs-")]
    return [
        allow("LogGroups", [logs.Action("*")], [arn("logs", it) for it in groups]),
        allow(
            "LogsWithoutResource",
            actions(
                logs,
                "CreateLogDelivery DeleteLogDelivery DeleteQueryDefinition DescribeIndexPolicies DescribeLogGroups "
                "DescribeQueryDefinitions DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutQueryDefinition "
                "PutResourcePolicy UpdateLogDelivery",
            ),
            ["*"],
            here(),
        ),
        allow("CookieSecret", [secretsmanager.Action("*")], [arn("secretsmanager", "secret:CookieSecret-*")]),
        allow("RandomSecret", [secretsmanager.GetRandomPassword], ["*"], here()),
        allow(
            "MakeKey",
            [kms.CreateKey, kms.TagResource],
            ["*"],
            StringEquals({"aws:RequestTag/Project": scope.project}),
        ),
        allow("UseKey", [kms.Action("*")], [arn("kms", "key/*")], tagged),
        *_new_key(),
        allow("FindKeyNames", [kms.ListAliases], ["*"], here()),
        allow("NameKey", actions(kms, "CreateAlias DeleteAlias UpdateAlias"), [arn("kms", f"alias/{scope.any}")]),
        allow("Buckets", [s3.Action("*")], [Sub(f"arn:${{AWS::Partition}}:s3:::{scope.any}")]),
    ]


def _new_key() -> list[Statement]:
    """What is done to a key as soon as it is made: its tags count up to five minutes later.

    https://docs.aws.amazon.com/kms/latest/developerguide/abac.html. Nothing of it changes who may use a key, but for
    repositories and secrets.
    """
    keys = [arn("kms", "key/*")]
    services = [Sub(f"{name}.${{AWS::Region}}.${{AWS::URLSuffix}}") for name in ("ecr", "secretsmanager")]
    return [
        allow(
            "StartKey",
            actions(
                kms, "CreateAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags"
            ),
            keys,
        ),
        allow(
            "EncryptWithNewKey",
            actions(kms, "CreateGrant Decrypt GenerateDataKey RetireGrant"),
            keys,
            StringEquals({"kms:ViaService": services}),
        ),
    ]


def _network(scope: Scope) -> list[Statement]:
    """VPC, load balancer and filter. What is in EC2 has ids and no names."""
    kinds = ("loadbalancer/app", "targetgroup", "listener/app", "listener-rule/app")
    balanced = [arn("elasticloadbalancing", f"{kind}/{scope.any}") for kind in kinds]
    return [
        allow("Network", actions(ec2, NETWORK), [arn("ec2", "*")]),
        allow("ReadNetwork", [ec2.Action("Describe*")], ["*"], here()),
        allow("LoadBalancers", actions(elasticloadbalancing, LOAD_BALANCERS), balanced),
        allow(
            "ReadLoadBalancers",
            [elasticloadbalancing.Action("Describe*"), elasticloadbalancing.SetWebAcl],
            ["*"],
            here(),
        ),
        allow(
            "Filter",
            [wafv2.Action("*")],
            [
                arn("wafv2", f"regional/webacl/{scope.any}"),
                arn("wafv2", "regional/managedruleset/*"),
                arn("elasticloadbalancing", f"loadbalancer/app/{scope.any}"),
            ],
        ),
    ]


def _names() -> list[Statement]:
    """Certificate, domain name and sign-in, whose ids are AWS's own."""
    zones = [Sub(f"arn:${{AWS::Partition}}:route53:::{kind}/*") for kind in ("hostedzone", "change")]
    return [
        allow("AskForCertificate", [acm.RequestCertificate], ["*"], here()),
        allow(
            "KeepCertificate",
            actions(
                acm,
                "AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate "
                "RemoveTagsFromCertificate UpdateCertificateOptions",
            ),
            [arn("acm", "certificate/*")],
        ),
        allow(
            "DomainName",
            actions(
                route53,
                "AssociateVPCWithHostedZone ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets",
            ),
            zones,
        ),
        allow("FindDomainName", [route53.ListHostedZones], ["*"]),
        allow("SignIn", [cognito_idp.DescribeUserPoolClient], [arn("cognito-idp", "userpool/*")]),
    ]
