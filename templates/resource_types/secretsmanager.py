"""Secrets."""

from __future__ import annotations

from templates.resource_types.record import HERE, Grant, Lacking, ResourceType, Service, arn, only

# CloudFormation itself names a secret after its place in the template.
_COOKIE = (arn("secretsmanager", "secret:CookieSecret-*"),)

TYPES = (
    ResourceType(
        type="AWS::SecretsManager::Secret",
        name="Name",
        # CloudFormation leaves the stack's name out, Secrets Manager appends six characters.
        generated="{logical_id}-*",
        ref="arn",
        arns={"secretsmanager:secret": arn("secretsmanager", "secret:{name}-*")},
        only=(
            only("*:GetRandomPassword", "GenerateSecretString"),
            only("*:ReplicateSecretToRegions *:RemoveRegionsFromReplication", "ReplicaRegions"),
        ),
        lacking=(
            Lacking(
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                steps=("create", "update"),
                property="KmsKeyId",
                why="Secrets Manager uses the key as the caller",
                source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
            ),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Data": (
            Grant("CookieSecret", "secretsmanager", "*", on=_COOKIE),
            Grant("RandomSecret", "secretsmanager", "GetRandomPassword", when=HERE),
        )
    },
    drift=(Grant("ReadSecrets", "secretsmanager", "DescribeSecret", on=_COOKIE),),
)
