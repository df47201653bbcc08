"""The task role, which the application has: with the rights from the settings and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from awacs import elasticfilesystem, kms, logs, ssmmessages
from awacs.aws import Allow, Bool, Condition, Statement, StringEquals
from troposphere import Sub
from troposphere.iam import Policy, Role

from templates.iam import trust
from templates.identity import arn
from templates.names import role_properties

if TYPE_CHECKING:
    from templates.ecs import Access
    from templates.ecs.storage import Volume
    from templates.iam.inputs import Inputs
    from templates.iam.settings import Settings, TaskStatement
    from templates.identity import Identity


def task_role(identity: Identity, settings: Settings, values: Inputs, access: Access) -> Role:
    """Return the role; it has no rights unless settings give it some."""
    documents = {
        identity.names.task_policy: [_statement(it) for it in settings.task_statements],
        "execute-command": _execute_command(identity, values) if access.exec else [],
        "mount-volumes": [_mount(index, it) for index, it in enumerate(access.volumes, start=1)],
    }
    policies = [
        Policy(PolicyName=name, PolicyDocument={"Version": "2012-10-17", "Statement": statements})
        for name, statements in documents.items()
        if statements
    ]
    managed = list(settings.task_managed_policy_arns)
    return Role(
        "TaskRole",
        Description=f"{identity.name}: what the application may do in AWS",
        **role_properties(identity.names.task_role, identity.names.task_role_path),
        AssumeRolePolicyDocument=trust.ecs_tasks(limited=settings.trust_condition),
        **({"Policies": policies} if policies else {}),
        **({"ManagedPolicyArns": managed} if managed else {}),
    )


def _statement(it: TaskStatement) -> dict[str, Any]:
    """Return a statement of the settings; awacs has a class for each condition operator."""
    conditions = {
        operator: {key: [_filled_in(value) for value in values] for key, values in keys.items()}
        for operator, keys in it.conditions.items()
    }
    return {
        "Sid": it.sid,
        "Effect": "Allow",
        "Action": list(it.actions),
        "Resource": [_filled_in(resource) for resource in it.resources],
        **({"Condition": conditions} if conditions else {}),
    }


def _filled_in(text: str) -> str | Sub:
    """Return the text with pseudo parameters for `Fn::Sub`; IAM's policy variables stay as they are."""
    return Sub(re.sub(r"\$\{(?!AWS::)", "${!", text)) if "${AWS::" in text else text


def _execute_command(identity: Identity, values: Inputs) -> list[Any]:
    """Return a policy for the channels of the agent, which have no resource, and for the log of sessions.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """
    statements = [
        Statement(
            Sid="OpenChannels",
            Effect=Allow,
            Action=[
                ssmmessages.CreateControlChannel,
                ssmmessages.CreateDataChannel,
                ssmmessages.OpenControlChannel,
                ssmmessages.OpenDataChannel,
            ],
            Resource=["*"],
        ),
        Statement(Sid="FindLog", Effect=Allow, Action=[logs.DescribeLogGroups], Resource=["*"]),
        Statement(
            Sid="LogSessions",
            Effect=Allow,
            Action=[logs.CreateLogStream, logs.DescribeLogStreams, logs.PutLogEvents],
            Resource=[arn("logs", f"log-group:{identity.exec_log_group}:*")],
        ),
    ]
    if values.kms_key_arn:
        statements.append(
            Statement(
                Sid="DecryptSessions", Effect=Allow, Action=[kms.Decrypt], Resource=[values.kms_key_arn.expression]
            )
        )
    return statements


def _mount(index: int, volume: Volume) -> Statement:
    """Return a policy to mount one file system, through its access point if it has one, encrypted in transit.

    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """
    conditions: list[Any] = [Bool({"aws:SecureTransport": "true"})]
    if volume.access_point_id:
        point = arn("elasticfilesystem", f"access-point/{volume.access_point_id}")
        conditions.append(StringEquals({"elasticfilesystem:AccessPointArn": point}))
    write = [] if volume.read_only else [elasticfilesystem.ClientWrite]
    return Statement(
        Sid=f"MountVolume{index}",
        Effect=Allow,
        Action=[elasticfilesystem.ClientMount, *write],
        Resource=[arn("elasticfilesystem", f"file-system/{volume.file_system_id}")],
        Condition=Condition(conditions),
    )
