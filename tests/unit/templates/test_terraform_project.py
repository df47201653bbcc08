"""What the team's Terraform project runs can be described whole; the golden files have every property of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import properties, tree
from tests.support.terraform_project import NAME, TERRAFORM


@pytest.fixture(scope="module")
def templates() -> dict[str, Any]:
    """Give the tree of the project."""
    return tree(**TERRAFORM)


def test_there_is_what_terraform_made_and_nothing_else(templates: dict[str, Any]) -> None:
    """No secret, no security group, no rule of ours: a takeover has nothing to make."""
    made = {f"{child}/{name}" for child, it in templates.items() if child != "Root" for name in it["Resources"]}
    assert made == {
        "Ecr/Repository",
        "Iam/TaskExecutionRole",
        "Iam/TaskRole",
        "Network/LoadBalancer",
        "Network/TargetGroup",
        "Network/Listener",
        "Ecs/Cluster",
        "Ecs/LogGroup",
        "Ecs/TaskDefinition",
        "Ecs/Service",
        "Autoscaling/ScalableTarget",
        "Autoscaling/CpuPolicy",
        "Autoscaling/MemoryPolicy",
    }


def test_everything_has_the_name_that_it_has(templates: dict[str, Any]) -> None:
    """All of these replace a resource where they change."""
    assert {
        path: properties(templates[path.partition("/")[0]], path.partition("/")[2])[key]
        for path, key in {
            "Ecr/Repository": "RepositoryName",
            "Iam/TaskExecutionRole": "RoleName",
            "Iam/TaskRole": "RoleName",
            "Network/LoadBalancer": "Name",
            "Network/TargetGroup": "Name",
            "Ecs/Cluster": "ClusterName",
            "Ecs/LogGroup": "LogGroupName",
            "Ecs/TaskDefinition": "Family",
            "Ecs/Service": "ServiceName",
            "Autoscaling/CpuPolicy": "PolicyName",
            "Autoscaling/MemoryPolicy": "PolicyName",
        }.items()
    } == {
        "Ecr/Repository": NAME,
        "Iam/TaskExecutionRole": f"{NAME}-exec-role",
        "Iam/TaskRole": f"{NAME}-task-role",
        "Network/LoadBalancer": f"{NAME}-alb",
        "Network/TargetGroup": f"{NAME}-tg",
        "Ecs/Cluster": f"{NAME}-cluster",
        "Ecs/LogGroup": f"/ecs/{NAME}",
        "Ecs/TaskDefinition": NAME,
        "Ecs/Service": f"{NAME}-service",
        "Autoscaling/CpuPolicy": f"{NAME}-service-cpu-autoscaling",
        "Autoscaling/MemoryPolicy": f"{NAME}-service-memory-autoscaling",
    }


def test_roles_have_the_rights_that_they_have(templates: dict[str, Any]) -> None:
    """AWS's policy on one, none on the other, and ECS's tasks as principal of both."""
    execution, task = (properties(templates["Iam"], it) for it in ("TaskExecutionRole", "TaskRole"))
    assert execution["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]
    assert not {"Policies", "PermissionsBoundary"} & {*execution}
    assert not {"Policies", "ManagedPolicyArns", "PermissionsBoundary"} & {*task}
