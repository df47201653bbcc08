"""A second service beside the team's, other load balancers, and other ways to reach a service: parts of states."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names


def forward(target_group: str) -> dict[str, Any]:
    """Return an action of a listener or a rule that forwards to a target group."""
    return {"type": "forward", "order": 1, "target_group_arn": target_group}


NOT_FOUND = {
    "type": "fixed-response",
    "order": 1,
    "fixed_response": [{"content_type": "text/plain", "message_body": "Not found", "status_code": "404"}],
}
"""The default action of a listener that rules alone make useful."""
TO_HTTPS = {
    "type": "redirect",
    "order": 1,
    "redirect": [
        {"host": "#{host}", "path": "/#{path}", "port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}
    ],
}
"""A redirect to HTTPS."""


def listener(names: Names, name: str, port: int, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a listener of the project's load balancer."""
    of = f"listener/app/{names.stem}-alb/{names.load_balancer}/{name:0>16}"
    attributes = {
        "arn": names.arn("elasticloadbalancing", of),
        "id": names.arn("elasticloadbalancing", of),
        "load_balancer_arn": names.load_balancer_arn,
        "port": port,
        "protocol": "HTTP",
        "default_action": [action],
    }
    return resource(f"aws_lb_listener.{name}", attributes | more)


def rule(
    names: Names, name: str, target_group: str, priority: int = 100, *, hosts: list[str] | None = None, **more: Any
) -> dict[str, Any]:
    """Return a rule on the project's HTTP listener."""
    on = f"app/{names.stem}-alb/{names.load_balancer}/{names.listener}"
    arn = names.arn("elasticloadbalancing", f"listener-rule/{on}/{name:0>16}")
    attributes = {
        "arn": arn,
        "id": arn,
        "listener_arn": names.arn("elasticloadbalancing", f"listener/{on}"),
        "priority": priority,
        "action": [forward(target_group)],
        "condition": [{"host_header": [{"values": hosts or ["app.example.com"]}]}],
    }
    return resource(f"aws_lb_listener_rule.{name}", attributes | more)


def other_service(names: Names, *, role: str = "", image: str = "quay.io/example/other:1.2") -> list[dict[str, Any]]:
    """Return a second service in the project's cluster, behind its load balancer, with its own target group.

    `role` is the ARN of its execution role.
    """
    group = names.arn("elasticloadbalancing", "targetgroup/other/0123456789abcdef")
    definition = names.arn("ecs", "task-definition/other:1")
    service = names.arn("ecs", f"service/{names.stem}-cluster/other")
    return [
        resource(
            "aws_ecs_service.other",
            {
                "id": service,
                "name": "other",
                "cluster": names.cluster_arn,
                "task_definition": definition,
                "launch_type": "FARGATE",
                "load_balancer": [{"target_group_arn": group, "container_name": "other", "container_port": 8080}],
                "network_configuration": [
                    {
                        "assign_public_ip": True,
                        "security_groups": [names.security_group],
                        "subnets": list(names.subnets),
                    }
                ],
            },
        ),
        resource(
            "aws_ecs_task_definition.other",
            {
                "arn": definition,
                "family": "other",
                "network_mode": "awsvpc",
                "execution_role_arn": role or None,
                "container_definitions": json.dumps(
                    [{"name": "other", "image": image, "essential": True, "environment": []}]
                ),
            },
        ),
        resource(
            "aws_lb_target_group.other",
            {
                "arn": group,
                "id": group,
                "name": "other",
                "port": 8080,
                "protocol": "HTTP",
                "target_type": "ip",
                "vpc_id": names.vpc,
            },
        ),
        rule(names, "other", group, 200, hosts=["other.example.com"]),
    ]
