"""AWS::ElasticLoadBalancingV2::LoadBalancer, TargetGroup, Listener and ListenerRule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import present, tags
from sandbox.extension.resources import elbv2_attributes

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties, Record

_ZONE = "Z35SXDOTRQ7X7K"
"""The hosted zone of ministack's load balancers."""
_CONFIGS = {
    "path-pattern": "PathPatternConfig",
    "host-header": "HostHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
    "query-string": "QueryStringConfig",
}
_TYPED_VALUES = ("path-pattern", "host-header")
"""Conditions whose values Elastic Load Balancing repeats outside their configuration."""
_ACTION = ("RedirectConfig", "FixedResponseConfig", "AuthenticateOidcConfig", "AuthenticateCognitoConfig")
_NEVER_RETURNED = ("ClientSecret", "UseExistingClientSecret")
_HEALTH = (
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)


def _balancer(arn: str) -> Properties | None:
    found = alb._lbs.get(arn)
    if found is None:
        return None
    return {
        "LoadBalancerArn": arn,
        "LoadBalancerName": found["LoadBalancerName"],
        "LoadBalancerFullName": arn.partition(":loadbalancer/")[2],
        "Name": found["LoadBalancerName"],
        "DNSName": found["DNSName"],
        "CanonicalHostedZoneID": _ZONE,
        "Scheme": found["Scheme"],
        "Type": found["Type"],
        "IpAddressType": found["IpAddressType"],
        "EnablePrefixForIpv6SourceNat": "off",
        "Subnets": list(found["Subnets"]),
        "SubnetMappings": [{"SubnetId": it} for it in found["Subnets"]],
        **present(SecurityGroups=list(found["SecurityGroups"])),
        "LoadBalancerAttributes": elbv2_attributes.of_balancer(arn),
        "Tags": tags(alb._tags.get(arn)),
    }


def _target_group(arn: str) -> Properties | None:
    found = alb._tgs.get(arn)
    if found is None:
        return None
    return {
        "TargetGroupArn": arn,
        "TargetGroupName": found["TargetGroupName"],
        "TargetGroupFullName": arn.rpartition(":")[2],
        "Name": found["TargetGroupName"],
        "LoadBalancerArns": list(found["LoadBalancerArns"]),
        "Protocol": found["Protocol"],
        "ProtocolVersion": found.get("ProtocolVersion") or "HTTP1",
        "Port": found["Port"],
        "VpcId": found["VpcId"],
        "TargetType": found["TargetType"],
        "IpAddressType": found.get("IpAddressType") or "ipv4",
        **present(**{name: found.get(name) for name in _HEALTH}),
        "Targets": [present(Id=it["Id"], Port=it.get("Port")) for it in alb._targets.get(arn) or ()],
        "TargetGroupAttributes": elbv2_attributes.of_group(arn),
        "Tags": tags(alb._tags.get(arn)),
    }


def _listener(arn: str) -> Properties | None:
    found = alb._listeners.get(arn)
    if found is None:
        return None
    certificates = [{"CertificateArn": certificate} for certificate in found.get("Certificates") or ()]
    return {
        "ListenerArn": arn,
        "LoadBalancerArn": found["LoadBalancerArn"],
        "Port": int(found["Port"]),
        "Protocol": found["Protocol"],
        **present(SslPolicy=found.get("SslPolicy"), Certificates=certificates),
        "DefaultActions": _actions(found["DefaultActions"]),
        "ListenerAttributes": elbv2_attributes.of_listener(arn),
        "Tags": tags(alb._tags.get(arn)),
    }


def _rule(arn: str) -> Properties | None:
    found = alb._rules.get(arn)
    if found is None:
        return None
    priority = found["Priority"]
    return {
        "RuleArn": arn,
        "ListenerArn": found["ListenerArn"],
        "IsDefault": found["IsDefault"],
        **({} if priority == "default" else {"Priority": int(priority)}),
        "Conditions": [_condition(condition) for condition in found["Conditions"]],
        "Actions": _actions(found["Actions"]),
        **present(Transforms=found.get("Transforms")),
        "Tags": tags(alb._tags.get(arn)),
    }


def _actions(actions: list[Record]) -> list[Properties]:
    return [_action(action, alone=len(actions) == 1) for action in actions]


def _action(action: Record, *, alone: bool) -> Properties:
    """Return an action; ELB completes a forward to one group with its configuration, and orders several actions."""
    shown: Properties = {"Type": action["Type"], **({} if alone else {"Order": int(action["Order"])})}
    for name in _ACTION:
        if name in action:
            shown[name] = {key: it for key, it in action[name].items() if key not in _NEVER_RETURNED}
    if action["Type"] == "forward":
        shown |= _forward(action)
    return shown


def _forward(action: Record) -> Properties:
    if config := action.get("ForwardConfig"):
        groups = [
            {"TargetGroupArn": it["TargetGroupArn"], "Weight": int(it.get("Weight", 1))}
            for it in config["TargetGroups"]
        ]
        return {"ForwardConfig": {"TargetGroupStickinessConfig": {"Enabled": False}, **config, "TargetGroups": groups}}
    arn = action["TargetGroupArn"]
    return {
        "TargetGroupArn": arn,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": arn, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": False},
        },
    }


def _condition(condition: Record) -> Properties:
    field, values = condition["Field"], condition.get("Values") or []
    config = _CONFIGS.get(field)
    shown: Properties = {"Field": field}
    if config and (values or config in condition):
        shown[config] = condition.get(config) or {"Values": list(values)}
        if field in _TYPED_VALUES:
            shown["Values"] = list(shown[config]["Values"])
    return shown | present(HttpHeaderConfig=condition.get("HttpHeaderConfig"))


_ELB = "AWS::ElasticLoadBalancingV2::"
READERS = {
    f"{_ELB}LoadBalancer": Readable(read=_balancer, every=every_key(alb._lbs)),
    f"{_ELB}TargetGroup": Readable(read=_target_group, every=every_key(alb._tgs)),
    f"{_ELB}Listener": Readable(read=_listener, every=every_key(alb._listeners)),
    f"{_ELB}ListenerRule": Readable(read=_rule, every=every_key(alb._rules)),
}
