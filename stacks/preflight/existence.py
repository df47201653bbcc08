"""How to ask AWS whether something has a name already, for each type to which the templates give names.

One look-up for each type, and not Cloud Control's GetResource for all: that takes primary identifiers, which are ARNs
with random parts for load balancers, target groups and web ACLs, and wants the rights of each type's read handler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from types_boto3_route53.literals import RRTypeType

    from stacks.aws.session import Aws

Ask = Callable[..., bool]
"""Gets the session and the values of the properties; an error with one of the codes of absence means no."""
IDENTITY = "project or environment"
"""The settings from which most names are made."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """One type: what people call it, the properties that make up its name (the last one is what is told), how to ask.

    `client` is the one of `Aws` that is used, `action` what the caller has to be allowed. `absent` are AWS's codes for
    "there is none"; `setting` is where another name is set.
    """

    noun: str
    properties: tuple[str, ...]
    client: str
    action: str
    ask: Ask
    absent: frozenset[str] = frozenset()
    setting: str = IDENTITY


def _cache_rule(aws: Aws, prefix: str) -> bool:
    return bool(aws.ecr.describe_pull_through_cache_rules(ecrRepositoryPrefixes=[prefix])["pullThroughCacheRules"])


def _cluster(aws: Aws, name: str) -> bool:
    """One that was deleted is still described for a while, and gives its name free."""
    return any(it["status"] != "INACTIVE" for it in aws.ecs.describe_clusters(clusters=[name])["clusters"])


def _service(aws: Aws, cluster: str, name: str) -> bool:
    found = aws.ecs.describe_services(cluster=cluster, services=[name])["services"]
    return any(it["status"] != "INACTIVE" for it in found)


def _load_balancer(aws: Aws, name: str) -> bool:
    return bool(aws.elbv2.describe_load_balancers(Names=[name])["LoadBalancers"])


def _target_group(aws: Aws, name: str) -> bool:
    return bool(aws.elbv2.describe_target_groups(Names=[name])["TargetGroups"])


def _scalable_target(aws: Aws, namespace: str, dimension: str, resource_id: str) -> bool:
    found = aws.scaling.describe_scalable_targets(
        ServiceNamespace=namespace,  # type: ignore[arg-type]  # the template's
        ResourceIds=[resource_id],
        ScalableDimension=dimension,  # type: ignore[arg-type]  # the template's
    )
    return bool(found["ScalableTargets"])


def _alarm(aws: Aws, name: str) -> bool:
    """Of either kind: a composite alarm has its name from the same set."""
    found = aws.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return bool(found["MetricAlarms"] or found.get("CompositeAlarms"))


def _dashboard(aws: Aws, name: str) -> bool:
    return bool(aws.cloudwatch.get_dashboard(DashboardName=name)["DashboardName"])


def _topic(aws: Aws, name: str) -> bool:
    arn = f"arn:{aws.partition}:sns:{aws.region}:{aws.account_id}:{name}"
    return bool(aws.sns.get_topic_attributes(TopicArn=arn))


def _key_alias(aws: Aws, name: str) -> bool:
    pages = aws.kms.get_paginator("list_aliases").paginate()
    return any(it["AliasName"] == name for page in pages for it in page["Aliases"])


def _web_acl(aws: Aws, name: str) -> bool:
    """WAF pages by a marker, and botocore knows no paginator for it."""
    marker = ""
    while True:
        found = aws.wafv2.list_web_acls(Scope="REGIONAL", Limit=100, **({"NextMarker": marker} if marker else {}))
        if any(it["Name"] == name for it in found["WebACLs"]):
            return True
        marker = found.get("NextMarker") or ""
        if not marker or not found["WebACLs"]:
            return False


def _record(aws: Aws, zone: str, kind: str, name: str) -> bool:
    r"""A CNAME takes the whole name. Route 53 lists from a name on, by name and type, with a dot at the end of each.

    A wildcard's star is written `\052`
    (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html).
    """
    found = aws.route53.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=name, StartRecordType=cast("RRTypeType", kind), MaxItems="10"
    )["ResourceRecordSets"]
    same = [it["Type"] for it in found if it["Name"].rstrip(".").replace(r"\052", "*") == name.rstrip(".").lower()]
    return kind in same or "CNAME" in same


TYPES: dict[str, Named] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Named(
        noun="scalable target",
        properties=("ServiceNamespace", "ScalableDimension", "ResourceId"),
        client="scaling",
        action="application-autoscaling:DescribeScalableTargets",
        ask=_scalable_target,
    ),
    "AWS::CloudWatch::Alarm": Named(
        noun="alarm", properties=("AlarmName",), client="cloudwatch", action="cloudwatch:DescribeAlarms", ask=_alarm
    ),
    "AWS::CloudWatch::Dashboard": Named(
        noun="dashboard",
        properties=("DashboardName",),
        client="cloudwatch",
        action="cloudwatch:GetDashboard",
        ask=_dashboard,
        absent=frozenset({"ResourceNotFound", "DashboardNotFoundError"}),
    ),
    "AWS::ECR::PullThroughCacheRule": Named(
        noun="pull-through cache rule",
        properties=("EcrRepositoryPrefix",),
        client="ecr",
        action="ecr:DescribePullThroughCacheRules",
        ask=_cache_rule,
        absent=frozenset({"PullThroughCacheRuleNotFoundException"}),
        setting="[ecr.pull_through_cache] prefix",
    ),
    "AWS::ECS::Cluster": Named(
        noun="ECS cluster", properties=("ClusterName",), client="ecs", action="ecs:DescribeClusters", ask=_cluster
    ),
    "AWS::ECS::Service": Named(
        noun="ECS service",
        properties=("Cluster", "ServiceName"),
        client="ecs",
        action="ecs:DescribeServices",
        ask=_service,
        absent=frozenset({"ClusterNotFoundException"}),
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Named(
        noun="load balancer",
        properties=("Name",),
        client="elbv2",
        action="elasticloadbalancing:DescribeLoadBalancers",
        ask=_load_balancer,
        absent=frozenset({"LoadBalancerNotFound"}),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Named(
        noun="target group",
        properties=("Name",),
        client="elbv2",
        action="elasticloadbalancing:DescribeTargetGroups",
        ask=_target_group,
        absent=frozenset({"TargetGroupNotFound"}),
    ),
    "AWS::KMS::Alias": Named(
        noun="key alias", properties=("AliasName",), client="kms", action="kms:ListAliases", ask=_key_alias
    ),
    "AWS::Route53::RecordSet": Named(
        noun="DNS record",
        properties=("HostedZoneId", "Type", "Name"),
        client="route53",
        action="route53:ListResourceRecordSets",
        ask=_record,
        setting="[network.https] domain_name",
    ),
    "AWS::SNS::Topic": Named(
        noun="topic",
        properties=("TopicName",),
        client="sns",
        action="sns:GetTopicAttributes",
        ask=_topic,
        absent=frozenset({"NotFound", "NotFoundException"}),
    ),
    "AWS::WAFv2::WebACL": Named(
        noun="web ACL", properties=("Name",), client="wafv2", action="wafv2:ListWebACLs", ask=_web_acl
    ),
}
"""Creating one of these under a name that is taken fails; a test holds the templates against this table."""

ADOPTED = frozenset({"AWS::ECR::Repository", "AWS::Logs::LogGroup"})
"""Types of which CloudFormation takes one of this name over, because the templates have all of them retained: see
docs/decisions/0004-retained-and-adopted.md. Where another stack has it, it refuses the change set."""

FREE: dict[str, str] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "PutScalingPolicy takes one of this name on the same target over",
    "AWS::CertificateManager::Certificate": "a domain can have several certificates",
    "AWS::EC2::FlowLog": "it names the log group to which it writes, which is looked up itself",
    "AWS::EC2::VPCEndpoint": "it names a service of AWS",
    "AWS::ECS::TaskDefinition": "a family that exists gets another revision",
    "AWS::IAM::RolePolicy": "it adds the policy to a role, or updates the one of this name",
    "AWS::Logs::QueryDefinition": "two of one name can exist",
}
"""Types with a name in the templates that cannot be taken, and why."""
