"""The module `network`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names


def resources(names: Names) -> list[dict[str, Any]]:
    """Return its resources."""
    listener_arn = names.arn(
        "elasticloadbalancing", f"listener/app/{names.stem}-alb/{names.load_balancer}/{names.listener}"
    )
    listener = {
        "alpn_policy": None,
        "arn": listener_arn,
        "certificate_arn": None,
        "default_action": [
            {
                "authenticate_cognito": [],
                "authenticate_oidc": [],
                "fixed_response": [],
                "forward": [],
                "order": 1,
                "redirect": [],
                "target_group_arn": names.target_group_arn,
                "type": "forward",
            }
        ],
        "id": listener_arn,
        "load_balancer_arn": names.load_balancer_arn,
        "mutual_authentication": [],
        "port": 80,
        "protocol": "HTTP",
        "routing_http_response_server_enabled": True,
        "ssl_policy": "",
        "tcp_idle_timeout_seconds": None,
        "timeouts": None,
    } | names.tagged()
    return [
        resource("module.network.aws_lb.this", _load_balancer(names)),
        resource("module.network.aws_lb_listener.http", listener),
        resource("module.network.aws_lb_target_group.this", _target_group(names)),
    ]


def _load_balancer(names: Names) -> dict[str, Any]:
    name = f"{names.stem}-alb"
    return {
        "access_logs": [{"bucket": "", "enabled": False, "prefix": ""}],
        "arn": names.load_balancer_arn,
        "arn_suffix": names.load_balancer_arn.partition("loadbalancer/")[2],
        "client_keep_alive": 3600,
        "connection_logs": [{"bucket": "", "enabled": False, "prefix": ""}],
        "customer_owned_ipv4_pool": "",
        "desync_mitigation_mode": "defensive",
        "dns_name": f"{name}-887913784.{names.region}.elb.amazonaws.com",
        "dns_record_client_routing_policy": None,
        "drop_invalid_header_fields": False,
        "enable_cross_zone_load_balancing": True,
        "enable_deletion_protection": False,
        "enable_http2": True,
        "enable_tls_version_and_cipher_suite_headers": False,
        "enable_waf_fail_open": False,
        "enable_xff_client_port": False,
        "enable_zonal_shift": False,
        "id": names.load_balancer_arn,
        "idle_timeout": 60,
        "internal": False,
        "ip_address_type": "ipv4",
        "ipam_pools": [],
        "load_balancer_type": "application",
        "minimum_load_balancer_capacity": [],
        "name": name,
        "name_prefix": "",
        "preserve_host_header": False,
        "security_groups": [names.security_group],
        "subnet_mapping": [
            {
                "allocation_id": "",
                "ipv6_address": "",
                "outpost_id": "",
                "private_ipv4_address": "",
                "subnet_id": subnet,
            }
            for subnet in names.subnets
        ],
        "subnets": list(names.subnets),
        "timeouts": None,
        "vpc_id": names.vpc,
        "xff_header_processing_mode": "append",
        "zone_id": "ZWKZPGTI48KDX",
    } | names.tagged(name)


def _target_group(names: Names) -> dict[str, Any]:
    name = f"{names.stem}-tg"
    return {
        "arn": names.target_group_arn,
        "arn_suffix": names.target_group_arn.rpartition(":")[2],
        "connection_termination": None,
        "deregistration_delay": "300",
        "health_check": [
            {
                "enabled": True,
                "healthy_threshold": 2,
                "interval": 60,
                "matcher": "200-399",
                "path": "/",
                "port": "traffic-port",
                "protocol": "HTTP",
                "timeout": 30,
                "unhealthy_threshold": 3,
            }
        ],
        "id": names.target_group_arn,
        "ip_address_type": "ipv4",
        "lambda_multi_value_headers_enabled": False,
        "load_balancer_arns": [names.load_balancer_arn],
        "load_balancing_algorithm_type": "round_robin",
        "load_balancing_anomaly_mitigation": "off",
        "load_balancing_cross_zone_enabled": "use_load_balancer_configuration",
        "name": name,
        "name_prefix": "",
        "port": 8501,
        "preserve_client_ip": None,
        "protocol": "HTTP",
        "protocol_version": "HTTP1",
        "proxy_protocol_v2": False,
        "slow_start": 0,
        "stickiness": [{"cookie_duration": 86400, "cookie_name": "", "enabled": False, "type": "lb_cookie"}],
        "target_failover": [{"on_deregistration": None, "on_unhealthy": None}],
        "target_group_health": [
            {
                "dns_failover": [{"minimum_healthy_targets_count": "1", "minimum_healthy_targets_percentage": "off"}],
                "unhealthy_state_routing": [
                    {"minimum_healthy_targets_count": 1, "minimum_healthy_targets_percentage": "off"}
                ],
            }
        ],
        "target_health_state": [{"enable_unhealthy_connection_termination": None, "unhealthy_draining_interval": None}],
        "target_type": "ip",
        "vpc_id": names.vpc,
    } | names.tagged(name)
