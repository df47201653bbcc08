"""The stack of the image repository."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from awacs import ecr as actions
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import GetAtt, Sub
from troposphere.ecr import EncryptionConfiguration, ImageScanningConfiguration, LifecyclePolicy, Repository

from templates.ecr.pull_through_cache import rule
from templates.ecr.scanning import registry_scanning
from templates.model import Builder, Stack
from templates.values import KeyArn, RepositoryUri

if TYPE_CHECKING:
    from templates.ecr.settings import Settings
    from templates.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """With what the images are encrypted."""

    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the images"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What others may know of the repository."""

    repository_url: Annotated[RepositoryUri | None, "Address of the image repository, without a tag"]


def repository_name(identity: Identity, settings: Settings) -> str:
    """The repository's name: what IAM must know of it, without depending on its stack."""
    return settings.repository_name or identity.name


def build(identity: Identity, settings: Settings, inputs: Inputs, *, own_repository: bool = True) -> Stack[Outputs]:
    """The repository, where the image is in one of our own, and what is wanted of the registry."""
    stack = Builder(identity, f"{identity.name}: image repository", inputs)
    if settings.pull_through_cache:
        stack.add(rule(settings.pull_through_cache))
    if settings.enhanced_scanning:
        stack.add(registry_scanning(identity, settings))
    if not own_repository:
        return stack.finish(Outputs(repository_url=None))
    repository = stack.add(_repository(identity, settings, stack.parameters.kms_key_arn))
    return stack.finish(Outputs(repository_url=RepositoryUri(GetAtt(repository, "RepositoryUri"))))


def _repository(identity: Identity, settings: Settings, key: KeyArn | None) -> Repository:
    """A private repository that survives its stack: images are not CloudFormation's to delete.

    The creation alone is undone when it fails (`RetainExceptOnCreate`), so that a second attempt does not meet a
    leftover; a repository that was retained is adopted by the next deployment, because its name is static.
    """
    return Repository(
        "Repository",
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        RepositoryName=repository_name(identity, settings),
        ImageTagMutability=settings.image_tag_mutability,
        ImageScanningConfiguration=ImageScanningConfiguration(ScanOnPush=settings.scan_on_push),
        EncryptionConfiguration=_encryption(settings, key),
        LifecyclePolicy=LifecyclePolicy(LifecyclePolicyText=json.dumps(_lifecycle(settings), sort_keys=True)),
        **({"RepositoryPolicyText": _pull_by(settings)} if settings.pull_account_ids else {}),
    )


def _encryption(settings: Settings, key: KeyArn | None) -> EncryptionConfiguration:
    if key is None:
        return EncryptionConfiguration(EncryptionType=settings.encryption_type)
    return EncryptionConfiguration(EncryptionType="KMS", KmsKey=key.expression)


def _pull_by(settings: Settings) -> PolicyDocument:
    """Named accounts may pull, and nothing else; which of their roles do is for their own IAM to say.

    They need no right to the key: ECR decrypts with a grant that it has got when the repository was made.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    """
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
