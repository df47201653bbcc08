"""Load balancers, target groups, listeners and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types import actions, conditions
from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"

BALANCER_ATTRIBUTES: Mapping[str, str] = {
    "enable_deletion_protection": "deletion_protection.enabled",
    "idle_timeout": "idle_timeout.timeout_seconds",
    "client_keep_alive": "client_keep_alive.seconds",
    "enable_cross_zone_load_balancing": "load_balancing.cross_zone.enabled",
    "desync_mitigation_mode": "routing.http.desync_mitigation_mode",
    "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
    "preserve_host_header": "routing.http.preserve_host_header.enabled",
    "enable_tls_version_and_cipher_suite_headers": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enable_xff_client_port": "routing.http.xff_client_port.enabled",
    "xff_header_processing_mode": "routing.http.xff_header_processing.mode",
    "enable_http2": "routing.http2.enabled",
    "enable_waf_fail_open": "waf.fail_open.enabled",
    "enable_zonal_shift": "zonal_shift.config.enabled",
}
"""ELB's keys of an application load balancer's attributes, by the provider's names.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""
LOGS: Mapping[str, str] = {
    "access_logs": "access_logs.s3",
    "connection_logs": "connection_logs.s3",
    "health_check_logs": "health_check_logs.s3",
}
LISTENER_ATTRIBUTES = (
    "routing.http.request.x_amzn_mtls_clientcert_header_name",
    "routing.http.request.x_amzn_mtls_clientcert_issuer_header_name",
    "routing.http.request.x_amzn_mtls_clientcert_leaf_header_name",
    "routing.http.request.x_amzn_mtls_clientcert_serial_number_header_name",
    "routing.http.request.x_amzn_mtls_clientcert_subject_header_name",
    "routing.http.request.x_amzn_mtls_clientcert_validity_header_name",
    "routing.http.request.x_amzn_tls_cipher_suite_header_name",
    "routing.http.request.x_amzn_tls_version_header_name",
    "routing.http.response.access_control_allow_credentials_header_value",
    "routing.http.response.access_control_allow_headers_header_value",
    "routing.http.response.access_control_allow_methods_header_value",
    "routing.http.response.access_control_allow_origin_header_value",
    "routing.http.response.access_control_expose_headers_header_value",
    "routing.http.response.access_control_max_age_header_value",
    "routing.http.response.content_security_policy_header_value",
    "routing.http.response.server.enabled",
    "routing.http.response.strict_transport_security_header_value",
    "routing.http.response.x_content_type_options_header_value",
    "routing.http.response.x_frame_options_header_value",
)
"""ELB's keys of a listener's attributes; the provider's names have `_` for `.`.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
"""


def _pairs(found: Mapping[str, str | None]) -> list[Properties]:
    return [{"Key": key, "Value": value} for key, value in sorted(found.items()) if value is not None]


def _balancer(it: Attributes) -> Properties:
    attributes = {key: it.text(name) for name, key in BALANCER_ATTRIBUTES.items()}
    for name, key in LOGS.items():
        log = it.block(name)
        attributes[f"{key}.enabled"] = log.text("enabled")
        attributes |= {f"{key}.{part}": log.text(part) for part in ("bucket", "prefix")}
    mapped = it.blocks("subnet_mapping")
    has_addresses = any(each.text("allocation_id") or each.text("private_ipv4_address") for each in mapped)
    return {
        "Name": it.text("name"),
        "Type": it.text("load_balancer_type"),
        "Scheme": {True: "internal", False: "internet-facing", None: None}[it.flag("internal")],
        "IpAddressType": it.text("ip_address_type"),
        "SecurityGroups": sorted(it.texts("security_groups")),
        "Subnets": None if has_addresses else sorted(it.texts("subnets")),
        "SubnetMappings": [
            {
                "SubnetId": each.text("subnet_id"),
                "AllocationId": each.text("allocation_id"),
                "PrivateIPv4Address": each.text("private_ipv4_address"),
            }
            for each in mapped
        ]
        if has_addresses
        else None,
        "LoadBalancerAttributes": _pairs(attributes),
        "Tags": it.tags,
    }


def _is_another_balancer(it: Attributes) -> str:
    kind = it.text("load_balancer_type") or "application"
    return "" if kind == "application" else f"it is a {kind} load balancer, and ours is an application load balancer"


def _target_group(it: Attributes) -> Properties:
    check, matcher = it.block("health_check"), it.block("health_check").text("matcher")
    is_grpc = it.text("protocol_version") == "GRPC"
    return {
        "Name": it.text("name"),
        "TargetType": it.text("target_type"),
        "Protocol": it.text("protocol"),
        "ProtocolVersion": it.text("protocol_version"),
        "Port": it.number("port"),
        "VpcId": it.text("vpc_id"),
        "IpAddressType": it.text("ip_address_type"),
        "HealthCheckEnabled": check.flag("enabled"),
        "HealthCheckProtocol": check.text("protocol"),
        "HealthCheckPort": check.text("port"),
        "HealthCheckPath": check.text("path"),
        "HealthCheckIntervalSeconds": check.number("interval"),
        "HealthCheckTimeoutSeconds": check.number("timeout"),
        "HealthyThresholdCount": check.number("healthy_threshold"),
        "UnhealthyThresholdCount": check.number("unhealthy_threshold"),
        "Matcher": {"GrpcCode" if is_grpc else "HttpCode": matcher},
        "TargetGroupAttributes": _pairs(_group_attributes(it)),
        "Tags": it.tags,
    }


def _group_attributes(it: Attributes) -> dict[str, str | None]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html."""
    sticky, health = it.block("stickiness"), it.block("target_group_health")
    dns, routing = health.block("dns_failover"), health.block("unhealthy_state_routing")
    kind = sticky.text("type")
    return {
        "deregistration_delay.timeout_seconds": it.text("deregistration_delay"),
        "slow_start.duration_seconds": it.text("slow_start"),
        "load_balancing.algorithm.type": it.text("load_balancing_algorithm_type"),
        "load_balancing.algorithm.anomaly_mitigation": it.text("load_balancing_anomaly_mitigation"),
        "load_balancing.cross_zone.enabled": it.text("load_balancing_cross_zone_enabled"),
        "stickiness.enabled": sticky.text("enabled"),
        "stickiness.type": kind,
        f"stickiness.{kind or 'lb_cookie'}.duration_seconds": sticky.text("cookie_duration"),
        "stickiness.app_cookie.cookie_name": sticky.text("cookie_name") if kind == "app_cookie" else None,
        "target_group_health.dns_failover.minimum_healthy_targets.count": dns.text("minimum_healthy_targets_count"),
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": dns.text(
            "minimum_healthy_targets_percentage"
        ),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": routing.text(
            "minimum_healthy_targets_count"
        ),
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": routing.text(
            "minimum_healthy_targets_percentage"
        ),
    }


def _listener(it: Attributes) -> Properties:
    authentication, certificate = it.block("mutual_authentication"), it.text("certificate_arn")
    names = {key: key.replace(".", "_") for key in LISTENER_ATTRIBUTES}
    return {
        "LoadBalancerArn": it.text("load_balancer_arn"),
        "Port": it.number("port"),
        "Protocol": it.text("protocol"),
        "SslPolicy": it.text("ssl_policy"),
        "AlpnPolicy": [policy] if (policy := it.text("alpn_policy")) else None,
        "Certificates": [{"CertificateArn": certificate}] if certificate else None,
        "DefaultActions": actions.actions(it.blocks("default_action")),
        "MutualAuthentication": {
            "Mode": authentication.text("mode"),
            "TrustStoreArn": authentication.text("trust_store_arn"),
            "IgnoreClientCertificateExpiry": authentication.flag("ignore_client_certificate_expiry"),
            "AdvertiseTrustStoreCaNames": authentication.text("advertise_trust_store_ca_names"),
        },
        "ListenerAttributes": _pairs({key: it.text(name) for key, name in names.items()}),
        "Tags": it.tags,
    }


def _rule(it: Attributes) -> Properties:
    return {
        "ListenerArn": it.text("listener_arn"),
        "Priority": it.number("priority"),
        "Conditions": conditions.conditions(it.blocks("condition")),
        "Actions": actions.actions(it.blocks("action")),
        "Tags": it.tags,
    }


_LOG = allowed("enabled bucket prefix")
_HEALTH = allowed("minimum_healthy_targets_count minimum_healthy_targets_percentage")

_BALANCER = Owned(
    type=BALANCER,
    allowed=allowed(
        "id arn arn_suffix name dns_name zone_id vpc_id load_balancer_type internal ip_address_type security_groups "
        f"subnets {' '.join(BALANCER_ATTRIBUTES)} tags tags_all",
        subnet_mapping=allowed("subnet_id allocation_id private_ipv4_address"),
        access_logs=_LOG,
        connection_logs=_LOG,
        health_check_logs=_LOG,
    ),
    # Its id is its ARN.
    identify=lambda it: {"LoadBalancerArn": it.needed("arn", "id")},
    write=_balancer,
    stays=_is_another_balancer,
)
_GROUP = Owned(
    type=GROUP,
    allowed=allowed(
        "id arn arn_suffix name port protocol protocol_version target_type vpc_id ip_address_type "
        "deregistration_delay slow_start load_balancing_algorithm_type load_balancing_anomaly_mitigation "
        "load_balancing_cross_zone_enabled tags tags_all",
        health_check=allowed(
            "enabled protocol port path interval timeout healthy_threshold unhealthy_threshold matcher"
        ),
        stickiness=allowed("enabled type cookie_duration cookie_name"),
        target_group_health=allowed(dns_failover=_HEALTH, unhealthy_state_routing=_HEALTH),
    ),
    identify=lambda it: {"TargetGroupArn": it.needed("arn", "id")},
    write=_target_group,
)
_LISTENER = Owned(
    type=LISTENER,
    allowed=allowed(
        "id arn load_balancer_arn port protocol ssl_policy alpn_policy certificate_arn "
        f"{' '.join(key.replace('.', '_') for key in LISTENER_ATTRIBUTES)} tags tags_all",
        default_action=actions.ALLOWED,
        mutual_authentication=allowed(
            "mode trust_store_arn ignore_client_certificate_expiry advertise_trust_store_ca_names"
        ),
    ),
    identify=lambda it: {"ListenerArn": it.needed("arn", "id")},
    write=_listener,
)
_RULE = Owned(
    type=RULE,
    allowed=allowed("id arn listener_arn priority tags tags_all", action=actions.ALLOWED, condition=conditions.ALLOWED),
    identify=lambda it: {"RuleArn": it.needed("arn", "id")},
    write=_rule,
)
_CERTIFICATE = Stays(
    why="a further certificate of a listener, which CloudFormation cannot import; it stays on the listener as it is",
    allowed=allowed("id listener_arn certificate_arn"),
)
_ATTACHMENT = Stays(why="ECS registers the tasks in the target group itself", allowed=allowed("id target_group_arn"))

_RECORDS: Mapping[str, TerraformType] = {
    "": _BALANCER,
    "_target_group": _GROUP,
    "_listener": _LISTENER,
    "_listener_rule": _RULE,
    "_listener_certificate": _CERTIFICATE,
    "_target_group_attachment": _ATTACHMENT,
}
TYPES: Mapping[str, TerraformType] = {
    f"aws_{prefix}{name}": record for prefix in ("lb", "alb") for name, record in _RECORDS.items()
}
"""`aws_alb` and the like are other names of the same resources."""
