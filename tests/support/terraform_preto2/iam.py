"""The module `iam`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}],
}
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def resources(names: Names) -> list[dict[str, Any]]:
    """Return its resources."""
    attachment = {
        "id": f"{names.stem}-exec-role-20260127174538944200000001",
        "policy_arn": EXECUTION_POLICY,
        "role": f"{names.stem}-exec-role",
    }
    document = {"id": "1077804475", "json": json.dumps(TRUST, indent=2), "version": "2012-10-17"}
    at = "module.iam"
    return [
        resource(f"{at}.data.aws_iam_policy_document.ecs_task", dict(document)),
        resource(f"{at}.data.aws_iam_policy_document.ecs_task_execution", document),
        resource(f"{at}.aws_iam_role.ecs_task", _role(names, "task", [])),
        resource(f"{at}.aws_iam_role.ecs_task_execution", _role(names, "exec", [EXECUTION_POLICY])),
        resource(f"{at}.aws_iam_role_policy_attachment.ecs_task_execution", attachment),
    ]


def _role(names: Names, kind: str, managed: list[str]) -> dict[str, Any]:
    name = f"{names.stem}-{kind}-role"
    return {
        "arn": names.role_arn(kind),
        "assume_role_policy": json.dumps(TRUST, separators=(",", ":")),
        "create_date": "2026-01-27T17:45:37Z",
        "description": "",
        "force_detach_policies": False,
        "id": name,
        "inline_policy": [],
        "managed_policy_arns": managed,
        "max_session_duration": 3600,
        "name": name,
        "name_prefix": "",
        "path": "/",
        "permissions_boundary": "",
        "unique_id": "AROAEXAMPLEEXAMPLE" + kind.upper(),
    } | names.tagged(name)
