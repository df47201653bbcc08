"""The task execution role, with which ECS pulls images, reads secrets and writes logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import ecr, kms, logs, secretsmanager, ssm
from awacs.aws import Allow, Condition, PolicyDocument, Statement, StringEquals
from troposphere import Sub
from troposphere.iam import Policy, Role

from templates.iam import trust
from templates.identity import arn
from templates.names import role_properties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.ecs import Access
    from templates.iam.inputs import Inputs
    from templates.iam.settings import Settings
    from templates.identity import Identity


def execution_role(
    identity: Identity,
    settings: Settings,
    values: Inputs,
    access: Access,
    repository_name: str,
    cached: Sequence[str],
) -> Role:
    """Return the role, by our own policies limited to these images, this log group and these secrets.

    `cached` are the repositories whose images come through the pull-through cache.
    """
    own = [arn("ecr", f"repository/{repository_name}")] if access.own_repository else []
    repositories = [*own, *(Sub(it) for it in access.repository_arns)]
    documents = {
        "pull-image": _pull(repositories, cached) if repositories else None,
        "write-logs": _write(identity.log_group),
        "read-secrets": _read_secrets(values, access),
    }
    policies = [Policy(PolicyName=name, PolicyDocument=it) for name, it in documents.items() if it]
    managed = list(settings.execution_managed_policy_arns)
    return Role(
        "TaskExecutionRole",
        Description=f"{identity.name}: ECS pulls the image and writes the logs",
        **role_properties(identity.names.execution_role, identity.names.execution_role_path),
        AssumeRolePolicyDocument=trust.ecs_tasks(limited=settings.trust_condition),
        **({"Policies": policies} if settings.execution_policies else {}),
        **({"ManagedPolicyArns": managed} if managed else {}),
    )


def _pull(repositories: Sequence[Any], cached: Sequence[str]) -> Any:
    """Return a policy to pull from these repositories. The login token is on `*`: it belongs to no repository.

    A pull through the cache has ECR fetch the image and create its repository:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
    """
    fetch = Statement(
        Sid="FetchImage",
        Effect=Allow,
        Action=[ecr.BatchImportUpstreamImage, ecr.CreateRepository],
        Resource=[Sub(it) for it in cached],
    )
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(Sid="LogIn", Effect=Allow, Action=[ecr.GetAuthorizationToken], Resource=["*"]),
            Statement(
                Sid="PullImage",
                Effect=Allow,
                Action=[ecr.BatchCheckLayerAvailability, ecr.BatchGetImage, ecr.GetDownloadUrlForLayer],
                Resource=list(repositories),
            ),
            *([fetch] if cached else []),
        ],
    )


def _write(log_group: str) -> Any:
    """Return a policy to write to the streams of one log group."""
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


def _read_secrets(values: Inputs, access: Access) -> Any:
    """Return a policy to read exactly the secrets of the containers, and to decrypt them; None without secrets.

    The key of the deployment encrypts the cookie secret.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    cookie, key = values.cookie_secret_arn, values.kms_key_arn
    secrets = [*([cookie.expression] if cookie else []), *access.secret_arns]
    keys = [*([key.expression] if cookie and key else []), *access.key_arns]
    statements = []
    if secrets:
        read = [secretsmanager.GetSecretValue]
        statements.append(Statement(Sid="ReadSecrets", Effect=Allow, Action=read, Resource=secrets))
    if access.parameter_arns:
        statements.append(
            Statement(
                Sid="ReadParameters", Effect=Allow, Action=[ssm.GetParameters], Resource=list(access.parameter_arns)
            )
        )
    if keys:
        services = ["secretsmanager", *(["ssm"] if access.parameter_arns else [])]
        via = [Sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}") for service in services]
        statements.append(
            Statement(
                Sid="DecryptSecrets",
                Effect=Allow,
                Action=[kms.Decrypt],
                Resource=keys,
                Condition=Condition(StringEquals({"kms:ViaService": via if len(via) > 1 else via[0]})),
            )
        )
    return PolicyDocument(Version="2012-10-17", Statement=statements) if statements else None
