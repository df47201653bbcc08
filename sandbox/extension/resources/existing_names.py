"""A name that is taken: creating a resource under it fails, as on AWS; ministack writes over the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, cloudwatch, cloudwatch_logs, ecr, ecs, iam, kms, sns, waf
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Look for the name before each create."""
    _guard("AWS::CloudWatch::Alarm", "AlarmName", _alarm)
    _guard("AWS::CloudWatch::Dashboard", "DashboardName", _dashboard)
    _guard("AWS::ECS::Cluster", "ClusterName", _cluster)
    _guard("AWS::WAFv2::WebACL", "Name", _web_acl)
    _guard("AWS::KMS::Alias", "AliasName", _alias)
    _guard("AWS::SNS::Topic", "TopicName", _topic)
    _guard("AWS::IAM::Role", "RoleName", _role)
    _guard("AWS::ECR::Repository", "RepositoryName", _repository)
    _guard("AWS::Logs::LogGroup", "LogGroupName", _log_group)
    _guard("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", _load_balancer)
    _guard("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", _target_group)


def _guard(resource_type: str, name_property: str, taken: Callable[[str], str]) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    stock: Callable[[str, Properties, str], Made] = handlers["create"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        name = props.get(name_property)
        if name and (why := taken(name)):
            raise ValueError(f'Resource handler returned message: "{why}" (HandlerErrorCode: AlreadyExists)')
        return stock(logical_id, props, stack_name)

    handlers["create"] = create


def _alarm(name: str) -> str:
    taken = name in cloudwatch._alarms
    return f"Resource of type 'AWS::CloudWatch::Alarm' with identifier '{name}' already exists." if taken else ""


def _dashboard(name: str) -> str:
    taken = name in cloudwatch._dashboards
    return f"Resource of type 'AWS::CloudWatch::Dashboard' with identifier '{name}' already exists." if taken else ""


def _cluster(name: str) -> str:
    taken = name in ecs._clusters and ecs._clusters[name]["status"] == "ACTIVE"
    return f"Resource of type 'AWS::ECS::Cluster' with identifier '{name}' already exists." if taken else ""


def _web_acl(name: str) -> str:
    taken = any(acl["Name"] == name and acl.get("Scope") == "REGIONAL" for acl in waf._web_acls.values())
    return (
        "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an "
        "existing one. (Service: Wafv2, Status Code: 400)"
        if taken
        else ""
    )


def _alias(name: str) -> str:
    taken = kms._alias_arn(name) in kms._aliases
    return (
        f"An alias with the name {kms._alias_arn(name)} already exists (Service: Kms, Status Code: 400)"
        if taken
        else ""
    )


def _topic(name: str) -> str:
    taken = any(topic["name"] == name for topic in sns._topics.values())
    return "Topic already exists" if taken else ""


def _role(name: str) -> str:
    return f"Role with name {name} already exists. (Service: Iam, Status Code: 409)" if name in iam._roles else ""


def _repository(name: str) -> str:
    taken = name in ecr._repositories
    return f"Resource of type 'AWS::ECR::Repository' with identifier '{name}' already exists." if taken else ""


def _log_group(name: str) -> str:
    identifier = f'{{"/properties/LogGroupName":"{name}"}}'
    taken = name in cloudwatch_logs._log_groups
    return f"Resource of type 'AWS::Logs::LogGroup' with identifier '{identifier}' already exists." if taken else ""


def _load_balancer(name: str) -> str:
    taken = any(balancer["LoadBalancerName"] == name for balancer in alb._lbs.values())
    return f"A load balancer with the same name '{name}' exists, but with different settings" if taken else ""


def _target_group(name: str) -> str:
    taken = any(group["TargetGroupName"] == name for group in alb._tgs.values())
    return f"A target group with the same name '{name}' exists, but with different settings" if taken else ""
