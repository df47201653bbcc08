"""The team's Terraform project in our settings: what runs, and nothing of ours beside it."""

from __future__ import annotations

from typing import Any

NAME = "preto-2-streamlit-app"
TERRAFORM: dict[str, Any] = {
    "image_tag": "latest",
    "names": {
        "application": "streamlit-app",
        "load_balancer": f"{NAME}-alb",
        "target_group": f"{NAME}-tg",
        "cluster": f"{NAME}-cluster",
        "service": f"{NAME}-service",
        "container": f"{NAME}-container",
        "execution_role": f"{NAME}-exec-role",
        "task_role": f"{NAME}-task-role",
        "cpu_policy": f"{NAME}-service-cpu-autoscaling",
        "memory_policy": f"{NAME}-service-memory-autoscaling",
    },
    "security": {"cookie_secret": False},
    "ecr": {"image_tag_mutability": "MUTABLE", "keep_images": 2},
    "iam": {
        "execution_managed_policy_arns": ("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",),
        "execution_policies": False,
        "trust_condition": False,
    },
    "network": {
        "vpc_id": "vpc-0123456789abcdef0",
        "public_subnet_ids": ("subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"),
        "load_balancer_security_group_ids": ("sg-0123456789abcdef0",),
        "task_security_group_ids": ("sg-0123456789abcdef0",),
        "assign_public_ip": True,
        "health_check_path": "/",
        "health_check_matcher": "200-399",
        "health_check_interval": 60,
        "health_check_timeout": 30,
        "idle_timeout": 60,
        "drop_invalid_header_fields": False,
        "deregistration_delay": 300,
        "sticky_sessions": False,
    },
    "ecs": {
        "cpu": 512,
        "memory": 1024,
        "desired_count": 1,
        "architecture": "ARM64",
        "launch_type": "FARGATE",
        "capacity_providers": False,
        "container_insights": "account",
        "log_retention_days": 14,
        "log_stream_prefix": "ecs",
        "stop_timeout": 0,
        "init": False,
        "container_health_check": False,
        "streamlit_options": False,
        "managed_tags": False,
        "propagate_tags": "NONE",
        "availability_zone_rebalancing": True,
        "health_check_grace_period": 300,
        "environment": {"ENVIRONMENT": "prod"},
        "deployment": {"circuit_breaker": False},
    },
    "autoscaling": {
        "cpu_target": 70,
        "memory_target": 70,
        "memory_scale_in": True,
        "scale_in_cooldown": 300,
        "scale_out_cooldown": 60,
    },
}
