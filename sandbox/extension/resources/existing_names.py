"""A name that another resource has: creating a second one fails, as on AWS; ministack overwrites the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import (
    alb,
    cloudwatch,
    cloudwatch_logs,
    ecr,
    ecs,
    eventbridge,
    iam,
    kms,
    scheduler,
    sns,
    sqs,
    waf,
)

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.extension.untyped import Properties

_COMMON = "Resource of type '{type}' with identifier '{name}' already exists."
_LOG_GROUP = """Resource of type '{type}' with identifier '{{"/properties/LogGroupName":"{name}"}}' already exists."""
_BALANCING = "A {} with the same name '{{name}}' exists, but with different settings"
_DUPLICATE = (
    "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an existing "
    "one. (Service: Wafv2, Status Code: 400)"
)
_TYPES: Mapping[str, tuple[str, Callable[[str], bool], str]] = {
    "AWS::CloudWatch::Alarm": ("AlarmName", lambda name: name in cloudwatch._alarms, _COMMON),
    "AWS::CloudWatch::Dashboard": ("DashboardName", lambda name: name in cloudwatch._dashboards, _COMMON),
    "AWS::ECR::Repository": ("RepositoryName", lambda name: name in ecr._repositories, _COMMON),
    "AWS::ECS::Cluster": (
        "ClusterName",
        lambda name: name in ecs._clusters and ecs._clusters[name]["status"] == "ACTIVE",
        _COMMON,
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "Name",
        lambda name: any(balancer["LoadBalancerName"] == name for balancer in alb._lbs.values()),
        _BALANCING.format("load balancer"),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "Name",
        lambda name: any(group["TargetGroupName"] == name for group in alb._tgs.values()),
        _BALANCING.format("target group"),
    ),
    "AWS::IAM::Role": (
        "RoleName",
        lambda name: name in iam._roles,
        "Role with name {name} already exists. (Service: Iam, Status Code: 409)",
    ),
    "AWS::KMS::Alias": (
        "AliasName",
        lambda name: kms._alias_arn(name) in kms._aliases,
        "An alias with the name {alias_arn} already exists (Service: Kms, Status Code: 400)",
    ),
    "AWS::Logs::LogGroup": ("LogGroupName", lambda name: name in cloudwatch_logs._log_groups, _LOG_GROUP),
    "AWS::SNS::Topic": (
        "TopicName",
        lambda name: any(topic["name"] == name for topic in sns._topics.values()),
        "Topic already exists",
    ),
    "AWS::Events::Rule": (
        "Name",
        lambda name: eventbridge._rule_key(name, "default") in eventbridge._rules,
        _COMMON,
    ),
    "AWS::SQS::Queue": ("QueueName", lambda name: name in sqs._queue_name_to_url, _COMMON),
    "AWS::Scheduler::ScheduleGroup": ("Name", lambda name: name in scheduler._schedule_groups, _COMMON),
    "AWS::WAFv2::WebACL": (
        "Name",
        lambda name: any(acl["Name"] == name and acl.get("Scope") == "REGIONAL" for acl in waf._web_acls.values()),
        _DUPLICATE,
    ),
}
"""By type: the property with the name, whether there is one of that name, and AWS's words."""


def install() -> None:
    """Check the name before each create."""
    for resource_type in _TYPES:
        extend(resource_type, before_create=_check_of(resource_type))


def _check_of(resource_type: str) -> Callable[[Properties], None]:
    name_property, exists, words = _TYPES[resource_type]

    def check(props: Properties) -> None:
        name = props.get(name_property)
        if name and exists(name):
            why = words.format(type=resource_type, name=name, alias_arn=kms._alias_arn(name))
            raise handler_error(why, "AlreadyExists")

    return check
