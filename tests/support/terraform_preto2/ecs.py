"""The module `ecs`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names


def resources(names: Names) -> list[dict[str, Any]]:
    """Return its resources."""
    group = f"/ecs/{names.stem}"
    log_group = {
        "arn": names.arn("logs", f"log-group:{group}"),
        "id": group,
        "kms_key_id": "",
        "log_group_class": "STANDARD",
        "name": group,
        "name_prefix": "",
        "retention_in_days": 14,
        "skip_destroy": False,
    } | names.tagged(f"{names.stem}-logs")
    cluster = {
        "arn": names.cluster_arn,
        "configuration": [],
        "id": names.cluster_arn,
        "name": f"{names.stem}-cluster",
        "service_connect_defaults": [],
        "setting": [{"name": "containerInsights", "value": "disabled"}],
    } | names.tagged(f"{names.stem}-cluster")
    return [
        resource("module.ecs.aws_cloudwatch_log_group.this", log_group),
        resource("module.ecs.aws_ecs_cluster.this", cluster),
        resource("module.ecs.aws_ecs_service.this", _service(names), schema_version=1),
        resource("module.ecs.aws_ecs_task_definition.this", _task_definition(names, group), schema_version=1),
    ]


def _service(names: Names) -> dict[str, Any]:
    return {
        "alarms": [],
        "availability_zone_rebalancing": "DISABLED",
        "capacity_provider_strategy": [],
        "cluster": names.cluster_arn,
        "deployment_circuit_breaker": [{"enable": False, "rollback": False}],
        "deployment_controller": [{"type": "ECS"}],
        "deployment_maximum_percent": 200,
        "deployment_minimum_healthy_percent": 100,
        "desired_count": 1,
        "enable_ecs_managed_tags": False,
        "enable_execute_command": False,
        "force_delete": None,
        "force_new_deployment": None,
        "health_check_grace_period_seconds": 300,
        "iam_role": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "id": names.arn("ecs", f"service/{names.stem}-cluster/{names.stem}-service"),
        "launch_type": "FARGATE",
        "load_balancer": [
            {
                "container_name": f"{names.stem}-container",
                "container_port": 8501,
                "elb_name": "",
                "target_group_arn": names.target_group_arn,
            }
        ],
        "name": f"{names.stem}-service",
        "network_configuration": [
            {
                "assign_public_ip": True,
                "security_groups": [names.security_group],
                "subnets": list(names.subnets),
            }
        ],
        "ordered_placement_strategy": [],
        "placement_constraints": [],
        "platform_version": "LATEST",
        "propagate_tags": "NONE",
        "scheduling_strategy": "REPLICA",
        "service_connect_configuration": [],
        "service_registries": [],
        "task_definition": names.task_definition_arn,
        "timeouts": None,
        "triggers": {},
        "volume_configuration": [],
        "vpc_lattice_configurations": [],
        "wait_for_steady_state": False,
    } | names.tagged(f"{names.stem}-service")


def _task_definition(names: Names, log_group: str) -> dict[str, Any]:
    container = {
        "environment": [{"name": name, "value": value} for name, value in names.container_environment.items()],
        "essential": True,
        "image": f"{names.account}.dkr.ecr.{names.region}.amazonaws.com/{names.stem}:latest",
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": names.region,
                "awslogs-stream-prefix": "ecs",
            },
        },
        "mountPoints": [],
        "name": f"{names.stem}-container",
        "portMappings": [{"containerPort": 8501, "hostPort": 8501, "protocol": "tcp"}],
        "systemControls": [],
        "volumesFrom": [],
    }
    return {
        "arn": names.task_definition_arn,
        "arn_without_revision": names.task_definition_arn.rpartition(":")[0],
        "container_definitions": json.dumps([container], separators=(",", ":")),
        "cpu": "512",
        "enable_fault_injection": False,
        "ephemeral_storage": [],
        "execution_role_arn": names.role_arn("exec"),
        "family": names.stem,
        "id": names.stem,
        "inference_accelerator": [],
        "ipc_mode": "",
        "memory": "1024",
        "network_mode": "awsvpc",
        "pid_mode": "",
        "placement_constraints": [],
        "proxy_configuration": [],
        "requires_compatibilities": ["FARGATE"],
        "revision": names.revision,
        "runtime_platform": [{"cpu_architecture": "ARM64", "operating_system_family": "LINUX"}],
        "skip_destroy": False,
        "task_role_arn": names.role_arn("task"),
        "track_latest": False,
        "volume": [],
    } | names.tagged(names.stem)
