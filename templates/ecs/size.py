"""The size of the task definition, with environment, secrets and commands: ECS accepts 64 KiB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import Ref

from templates.ecs.inputs import Inputs
from templates.ecs.task import task_definition
from templates.values import (
    ImageUri,
    LogGroupName,
    Number,
    RoleArn,
    SecretArn,
    SecurityGroupId,
    SubnetIds,
    TargetGroupArn,
    Text,
)

if TYPE_CHECKING:
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.profiles import Paths

MAX_BYTES = 65536
"""Bytes: "Actual length: '66420'. Max allowed length is '65536' bytes."
(https://github.com/awsdocs/amazon-ecs-developer-guide/pull/149)."""
MAX_IMAGE_NAME = 255
"""Characters of an image's name, at most (ECS, RegisterTaskDefinition, `ContainerDefinition.image`)."""
ASSUMED_LENGTH = 100
"""Characters assumed for values of other stacks and of CloudFormation: mostly ARNs."""


def task_definition_size(identity: Identity, settings: Settings, *, paths: Paths) -> int:
    """Return the bytes of the task definition as compact JSON.

    How ECS counts is not documented, but this is what has been observed. Values that are not known before a deployment
    count with an assumed length.
    """
    definition = task_definition(
        identity, settings, _inputs(settings), LogGroupName(Ref("LogGroup")), paths=paths
    ).to_dict()["Properties"]
    return len(json.dumps(_filled(definition), ensure_ascii=False, separators=(",", ":")).encode())


def sizes_by_setting(settings: Settings) -> dict[str, int]:
    """Return the bytes that settings put into the task definition, by key."""
    given: dict[str, object] = {"environment": dict(settings.environment), "secrets": dict(settings.secrets)}
    for index, it in enumerate(settings.sidecars):
        own = {"environment": dict(it.environment), "secrets": dict(it.secrets), "command": it.command}
        given |= {f"sidecars[{index}].{key}": value for key, value in own.items()}
    return {key: len(json.dumps(value, ensure_ascii=False).encode()) for key, value in given.items()}


def _inputs(settings: Settings) -> Inputs:
    """Return inputs whose values only CloudFormation knows."""
    later = Ref("Later")
    return Inputs(
        container_image=ImageUri(settings.image or later),
        cpu=Number(later),
        memory=Number(later),
        desired_count=Text(later),
        forced_deployment=Text(later),
        cookie_secret_arn=SecretArn(later),
        kms_key_arn=None,
        task_execution_role_arn=RoleArn(later),
        task_role_arn=RoleArn(later),
        subnet_ids=SubnetIds(later),
        security_group_id=SecurityGroupId(later),
        security_group_ids=None,
        target_group_arn=TargetGroupArn(later),
        container_port=Number(later),
        assign_public_ip=Text(later),
    )


def _filled(value: Any) -> Any:
    """Return the value with a text instead of each reference."""
    if isinstance(value, list):
        return [_filled(it) for it in value]
    if isinstance(value, dict):
        if "Ref" in value:
            return "x" * ASSUMED_LENGTH
        return {name: _filled(it) for name, it in value.items()}
    return value
