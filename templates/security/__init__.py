"""The key that encrypts data at rest, and the secret that signs cookies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from awacs import kms
from awacs.aws import (
    Allow,
    ArnLike,
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from pydantic import Field
from troposphere import AccountId, GetAtt, Ref, Sub
from troposphere.kms import Alias, Key
from troposphere.secretsmanager import GenerateSecretString, Secret

from templates.arns import KEY_ARN
from templates.identity import arn
from templates.model import Builder, Stack
from templates.profiles import DEFAULT, ByFramework
from templates.section import Allowed, Section
from templates.values import KeyArn, SecretArn

if TYPE_CHECKING:
    from templates.identity import Identity

AWS, OWN = "aws", "own"
COOKIE_SECRET_LENGTH = 64
"""Characters of the cookie secret; Streamlit accepts any text
(https://docs.streamlit.io/develop/api-reference/configuration/config.toml)."""
DELETION_DAYS = 30
"""Days in which the deletion of the key can be cancelled; the maximum of KMS."""


class Settings(Section):
    """`[security]`: with which key data is encrypted at rest, and whether all tasks sign cookies alike."""

    kms_key: Annotated[
        str,
        Field(pattern=rf"^(?:aws|own|{KEY_ARN})$"),
        Allowed('"aws", "own" or the ARN of a KMS key'),
    ] = AWS
    """Key for the repository, the logs, the secrets and the alarm topic: `aws` for the services' own keys, `own` for a
    new one in this stack, or the ARN of one whose policy lets CloudWatch use it. A change needs another
    `ecr.repository_name`, too."""
    cookie_secret: Annotated[bool, ByFramework("cookie_secret")] = DEFAULT.cookie_secret
    """Whether all tasks sign cookies with one generated secret, which Streamlit reads by itself, and another app from
    the variable `COOKIE_SECRET`. Off, there is none, and a login of Streamlit's is valid on one task only, unless the
    image or `ecs.secrets` has one."""

    @property
    def makes_any(self) -> bool:
        """Whether there is anything to make: a template without resources is none."""
        return self.cookie_secret or self.kms_key == OWN


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """None: keys and secrets depend on no other stack."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The cookie secret and the customer-managed key, as far as there are any."""

    cookie_secret_arn: Annotated[SecretArn | None, "Secret with which {program} signs cookies, the same for all tasks"]
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts data at rest"]


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """Build the stack: the cookie secret and a key, as far as the settings ask for them."""
    stack = Builder(identity, f"{identity.name}: keys and secrets", inputs)
    key = _key(stack, identity, settings)
    secret = _cookie_secret(stack, identity, key) if settings.cookie_secret else None
    return stack.finish(Outputs(cookie_secret_arn=secret, kms_key_arn=key))


def _cookie_secret(stack: Builder[Inputs], identity: Identity, key: KeyArn | None) -> SecretArn:
    secret = stack.add(
        Secret(
            "CookieSecret",
            # Only the cookies that it has signed are lost with it, and a retained secret would cost money.
            DeletionPolicy="Delete",
            UpdateReplacePolicy="Delete",
            Description=f"{identity.name}: {identity.profile.program} signs cookies with it",
            GenerateSecretString=GenerateSecretString(PasswordLength=COOKIE_SECRET_LENGTH, ExcludePunctuation=True),
            **({"KmsKeyId": key.expression} if key else {}),
        )
    )
    return SecretArn(Ref(secret))


def _key(stack: Builder[Inputs], identity: Identity, settings: Settings) -> KeyArn | None:
    if settings.kms_key == AWS:
        return None
    if settings.kms_key != OWN:
        return KeyArn(settings.kms_key)
    key = stack.add(
        Key(
            "Key",
            # Retained data that it has encrypted (images, logs) could not be read without it.
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Description=f"{identity.name}: images, logs, secrets and alarms at rest",
            EnableKeyRotation=True,
            PendingWindowInDays=DELETION_DAYS,
            KeyPolicy=_key_policy(identity),
        )
    )
    stack.add(Alias("KeyAlias", AliasName=f"alias/{identity.stem}", TargetKeyId=Ref(key)))
    return KeyArn(GetAtt(key, "Arn"))


def _key_policy(identity: Identity) -> Any:
    """Return the key policy: IAM of the account decides; CloudWatch may use the key for this deployment only.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="AccountAdministersKey",
                Effect=Allow,
                Principal=Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
                Action=[kms.Action("*")],
                Resource=["*"],
            ),
            Statement(
                Sid="LogsOfThisDeployment",
                Effect=Allow,
                Principal=Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
                Action=[
                    kms.Encrypt,
                    kms.Decrypt,
                    kms.Action("ReEncrypt*"),
                    kms.Action("GenerateDataKey*"),
                    kms.DescribeKey,
                ],
                Resource=["*"],
                Condition=Condition(ArnLike({"kms:EncryptionContext:aws:logs:arn": _log_groups(identity)})),
            ),
            Statement(
                Sid="AlarmsToTopic",
                Effect=Allow,
                Principal=Principal("Service", "cloudwatch.amazonaws.com"),
                Action=[kms.Decrypt, kms.Action("GenerateDataKey*")],
                Resource=["*"],
                Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
            ),
        ],
    )


def _log_groups(identity: Identity) -> Any:
    """Return the ARNs of the deployment's log groups: one pattern, and those whose names it does not match."""
    others = [it for it in identity.log_groups if identity.stem not in it]
    patterns = [arn("logs", f"log-group:{it}") for it in (f"*{identity.stem}*", *others)]
    return patterns if others else patterns[0]
