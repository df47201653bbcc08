"""The image repository (Terraform: module `ecr`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from awacs import ecr as actions
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from pydantic import Field
from troposphere import GetAtt, Sub
from troposphere.ecr import EncryptionConfiguration, ImageScanningConfiguration, LifecyclePolicy, Repository

from templates.model import Builder, Stack
from templates.section import Allowed, Section
from templates.values import KeyArn, RepositoryUri

if TYPE_CHECKING:
    from templates.identity import Identity


AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$"), Allowed("the 12 digits of an account in quotes")]


class Settings(Section):
    """`[ecr]`: the image repository."""

    repository_name: Annotated[
        str | None,
        Field(
            min_length=2,
            max_length=256,
            pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$",
        ),
        Allowed("2 to 256 lower-case letters and digits in quotes, with single '.', '_', '-' and '/' between them"),
    ] = None
    """Name of the repository; lower case, 2 to 256 characters. `PROJECT-ENVIRONMENT` when left out."""
    image_tag_mutability: Literal["IMMUTABLE", "MUTABLE"] = "IMMUTABLE"
    """Whether a pushed tag can be moved to another image. IMMUTABLE: what was deployed stays what it was."""
    scan_on_push: bool = True
    """Scan each image for known vulnerabilities when it is pushed."""
    encryption_type: Literal["AES256", "KMS"] = "AES256"
    """How images are encrypted at rest; KMS uses the account's `aws/ecr` key. Where `security.kms_key` is not `aws`, it
    is KMS with that key. A change replaces the repository."""
    keep_tagged_images: Annotated[int, Field(ge=1, le=10000)] = 30
    """How many tagged images are kept; older ones expire."""
    untagged_expire_days: Annotated[int, Field(ge=1, le=3650)] = 7
    """Days after which an untagged image expires."""
    pull_account_ids: Annotated[tuple[AccountId, ...], Field(strict=False)] = ()
    """Other accounts that may pull images. None: the repository has no policy; its own account's IAM decides."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """With what the images are encrypted."""

    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the images"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What others may know of the repository."""

    repository_url: Annotated[RepositoryUri, "Address of the image repository, without a tag"]


def repository_name(identity: Identity, settings: Settings) -> str:
    """The repository's name: what IAM must know of it, without depending on its stack."""
    return settings.repository_name or identity.name


def build(identity: Identity, settings: Settings, inputs: Inputs) -> Stack[Outputs]:
    """A private repository that survives its stack: images are not CloudFormation's to delete.

    The creation alone is undone when it fails (`RetainExceptOnCreate`), so that a second attempt does not meet a
    leftover; a repository that was retained is adopted by the next deployment, because its name is static.
    """
    stack = Builder(identity, f"{identity.name}: image repository", inputs)
    repository = stack.add(
        Repository(
            "Repository",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            RepositoryName=repository_name(identity, settings),
            ImageTagMutability=settings.image_tag_mutability,
            ImageScanningConfiguration=ImageScanningConfiguration(ScanOnPush=settings.scan_on_push),
            EncryptionConfiguration=_encryption(settings, stack.parameters.kms_key_arn),
            LifecyclePolicy=LifecyclePolicy(LifecyclePolicyText=json.dumps(_lifecycle(settings), sort_keys=True)),
            **({"RepositoryPolicyText": _pull_by(settings)} if settings.pull_account_ids else {}),
        )
    )
    return stack.finish(Outputs(repository_url=RepositoryUri(GetAtt(repository, "RepositoryUri"))))


def _encryption(settings: Settings, key: KeyArn | None) -> EncryptionConfiguration:
    if key is None:
        return EncryptionConfiguration(EncryptionType=settings.encryption_type)
    return EncryptionConfiguration(EncryptionType="KMS", KmsKey=key.expression)


def _pull_by(settings: Settings) -> PolicyDocument:
    """Named accounts may pull, and nothing else; which of their roles do is for their own IAM to say."""
    roots = [Sub(f"arn:${{AWS::Partition}}:iam::{account}:root") for account in settings.pull_account_ids]
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="PullFromNamedAccounts",
                Effect=Allow,
                Principal=Principal("AWS", roots),
                Action=[actions.BatchCheckLayerAvailability, actions.BatchGetImage, actions.GetDownloadUrlForLayer],
            )
        ],
    )


def _lifecycle(settings: Settings) -> dict[str, Any]:
    """Untagged images go by age, tagged ones by count.

    Rules are applied in the order of their priority, and an image is expired by one rule at most:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
    """
    untagged = {
        "rulePriority": 1,
        "description": f"Expire untagged images after {settings.untagged_expire_days} days",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": settings.untagged_expire_days,
        },
        "action": {"type": "expire"},
    }
    tagged = {
        "rulePriority": 2,
        "description": f"Keep the last {settings.keep_tagged_images} tagged images",
        "selection": {
            "tagStatus": "tagged",
            "tagPatternList": ["*"],
            "countType": "imageCountMoreThan",
            "countNumber": settings.keep_tagged_images,
        },
        "action": {"type": "expire"},
    }
    return {"rules": [untagged, tagged]}
