"""The settings of container and roles: what they make passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks import lint
from templates import root
from templates.model import template_file
from tests.support.templates import PRETO

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "123456789012"
SECRETS = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret"
EVERYTHING: dict[str, Any] = {
    "security": {"kms_key": "own"},
    "ecs": {
        "image": "ghcr.io/team/app",
        "registry_credentials_arn": f"{SECRETS}:ghcr-AbCdEf",
        "architecture": "ARM64",
        "platform_version": "1.4.0",
        "ephemeral_storage": 50,
        "user": "1000:1000",
        "read_only": True,
        "exec": True,
        "environment": {"TEAM": "data", "WHERE": "${AWS::Region}"},
        "secrets": {"PASSWORD": f"{SECRETS}:db-AbCdEf:password::", "API": f"arn:aws:ssm:x-y-1:{ACCOUNT}:parameter/api"},
        "secret_key_arns": (f"arn:aws:kms:ap-northeast-2:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",),
        "sidecars": (
            {
                "name": "otel",
                "image": f"{ACCOUNT}.dkr.ecr.ap-northeast-2.amazonaws.com/otel:v1",
                "cpu": 128,
                "memory": 256,
                "command": ("--config=${Cpu}",),
                "ports": (4317,),
                "read_only": True,
            },
        ),
        "volumes": ({"name": "models", "file_system_id": "fs-0123456789abcdef0", "path": "/models"},),
        "spot": {"on_demand_weight": 1},
        "deployment": {"strategy": "linear", "rollback_alarms": True},
    },
    "iam": {
        "permissions_boundary_arn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
        "task_managed_policy_arns": ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",),
        "task_statements": (
            {
                "sid": "Send",
                "actions": ("sqs:SendMessage",),
                "resources": (
                    "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs-${aws:PrincipalTag/team}",
                ),
                "conditions": {"ForAnyValue:StringLikeIfExists": {"aws:PrincipalTag/team": ("${AWS::AccountId}",)}},
            },
        ),
    },
}


@pytest.mark.parametrize("strategy", ["rolling", "linear"])
def test_all_of_it_together_passes(strategy: str, tmp_path: Path) -> None:
    """Without a warning in their stacks, with the strategy that replaces tasks and with one that moves requests."""
    deployment = EVERYTHING["ecs"]["deployment"] | {"strategy": strategy}
    settings = PRETO | EVERYTHING | {"ecs": EVERYTHING["ecs"] | {"deployment": deployment}}
    stack = root.build(root.Settings.model_validate(settings))
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in {"Root": stack.body, **{name: child.body for name, child in stack.children.items()}}.items():
        (folder / template_file(name)).write_text(text, encoding="utf-8")
    report = lint.lint_folder(folder, environment="prod", region="ap-northeast-2", cache=tmp_path / "cache")
    assert report.passed
    assert [finding for finding in report.findings if finding.module in {"Ecs", "Iam"}] == []
