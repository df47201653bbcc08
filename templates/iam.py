"""The roles of the service, and the right that GitHub Actions needs for autoscaling (Terraform: module `iam`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from awacs import application_autoscaling, ecr, kms, logs, secretsmanager, sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from pydantic import Field
from troposphere import AccountId, GetAtt, Sub
from troposphere.iam import Policy, Role, RolePolicy

from templates.identity import arn
from templates.model import Builder, Stack
from templates.section import Allowed, Section
from templates.values import KeyArn, RoleArn, SecretArn

if TYPE_CHECKING:
    from templates.identity import Identity


class Settings(Section):
    """`[iam]`: roles and policies."""

    github_actions_role_name: Annotated[
        str | None,
        Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
        Allowed("the name of a role in quotes, not its ARN: 1 to 64 letters, digits and any of + = , . @ _ -"),
    ] = None
    """Name of an existing role that gets the right to tag scalable targets, which `AmazonECS_FullAccess` lacks."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the roles may read; they know the repository and the log group by name, and need not wait for them."""

    cookie_secret_arn: Annotated[SecretArn, "Secret with which Streamlit signs cookies"]
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the secrets"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The two roles of a task."""

    task_execution_role_arn: Annotated[RoleArn, "Role with which ECS pulls the image and writes the logs"]
    task_role_arn: Annotated[RoleArn, "Role that the application itself has"]


def build(identity: Identity, settings: Settings, inputs: Inputs, *, repository_name: str) -> Stack[Outputs]:
    """The task execution role, the task role and, where a role is named, the inline policy for GitHub Actions."""
    stack = Builder(identity, f"{identity.name}: roles", inputs)
    execution = stack.add(
        Role(
            "TaskExecutionRole",
            Description=f"{identity.name}: ECS pulls the image and writes the logs",
            AssumeRolePolicyDocument=_trust(),
            Policies=[
                Policy(PolicyName="pull-image", PolicyDocument=_pull(repository_name)),
                Policy(PolicyName="write-logs", PolicyDocument=_write(identity.log_group)),
                Policy(PolicyName="read-secrets", PolicyDocument=_read_secrets(stack.parameters)),
            ],
        )
    )
    task = stack.add(
        Role(
            "TaskRole",
            Description=f"{identity.name}: what the application may do in AWS",
            AssumeRolePolicyDocument=_trust(),
        )
    )
    if settings.github_actions_role_name:
        stack.add(
            RolePolicy(
                "GitHubActionsPolicy",
                RoleName=settings.github_actions_role_name,
                PolicyName=f"{identity.name}-autoscaling-tags",
                PolicyDocument=tag_scalable_targets(),
            )
        )
    return stack.finish(
        Outputs(
            task_execution_role_arn=RoleArn(GetAtt(execution, "Arn")),
            task_role_arn=RoleArn(GetAtt(task, "Arn")),
        )
    )


def tag_scalable_targets() -> dict[str, Any]:
    """The inline policy of the Terraform project's documentation.

    awacs writes lists where that document writes their only element; IAM reads both alike. `AmazonECS_FullAccess` alone
    does not allow `application-autoscaling:TagResource`, which creating a tagged scalable target needs.
    """
    policy = PolicyDocument(
        Version="2012-10-17",
        Statement=[Statement(Effect=Allow, Action=[application_autoscaling.Action("*Tag*")], Resource=["*"])],
    )
    document: dict[str, Any] = json.loads(policy.to_json())
    return document


def _trust() -> Any:
    """ECS tasks of this account and region, nobody else's (the confused deputy).

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="EcsTasksOfThisAccount",
                Effect=Allow,
                Principal=Principal("Service", "ecs-tasks.amazonaws.com"),
                Action=[sts.AssumeRole],
                Condition=Condition(
                    [
                        ArnLike({"aws:SourceArn": arn("ecs", "*")}),
                        StringEquals({"aws:SourceAccount": AccountId}),
                    ]
                ),
            )
        ],
    )


def _pull(repository_name: str) -> Any:
    """Pull from one repository. The login token is not a repository's, so that one action is on `*`."""
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(Sid="LogIn", Effect=Allow, Action=[ecr.GetAuthorizationToken], Resource=["*"]),
            Statement(
                Sid="PullImage",
                Effect=Allow,
                Action=[ecr.BatchCheckLayerAvailability, ecr.BatchGetImage, ecr.GetDownloadUrlForLayer],
                Resource=[arn("ecr", f"repository/{repository_name}")],
            ),
        ],
    )


def _write(log_group: str) -> Any:
    """Write to one log group's streams."""
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="WriteLogs",
                Effect=Allow,
                Action=[logs.CreateLogStream, logs.PutLogEvents],
                Resource=[arn("logs", f"log-group:{log_group}:*")],
            )
        ],
    )


def _read_secrets(values: Inputs) -> Any:
    """Read exactly the secrets that the container is started with, and decrypt them where the key is no service's own.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    statements = [
        Statement(
            Sid="ReadSecrets",
            Effect=Allow,
            Action=[secretsmanager.GetSecretValue],
            Resource=[values.cookie_secret_arn.expression],
        )
    ]
    if values.kms_key_arn:
        via = Sub("secretsmanager.${AWS::Region}.${AWS::URLSuffix}")
        statements.append(
            Statement(
                Sid="DecryptSecrets",
                Effect=Allow,
                Action=[kms.Decrypt],
                Resource=[values.kms_key_arn.expression],
                Condition=Condition(StringEquals({"kms:ViaService": via})),
            )
        )
    return PolicyDocument(Version="2012-10-17", Statement=statements)
