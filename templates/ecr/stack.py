"""The stack of the image repository and of the registry's settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from awacs import ecr as actions
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import GetAtt, Ref, Sub
from troposphere.ecr import EncryptionConfiguration, ImageScanningConfiguration, LifecyclePolicy, Repository

from templates.ecr.pull_through_cache import pull_through_cache_rule
from templates.ecr.scanning import registry_scanning
from templates.model import Builder, Stack
from templates.values import KeyArn, RepositoryName, RepositoryUri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from templates.ecr.settings import Settings
    from templates.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The key of the images."""

    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the images"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The repository, where the stack has one."""

    repository_url: Annotated[RepositoryUri | None, "Address of the image repository, without a tag"]
    repository_name: Annotated[RepositoryName | None, "Name of the image repository"]


def repository_name(identity: Identity, settings: Settings) -> str:
    """Return the repository's name, which IAM needs without depending on the stack."""
    return settings.repository_name or identity.stem


def build(identity: Identity, settings: Settings, inputs: Inputs, *, own_repository: bool = True) -> Stack[Outputs]:
    """Build the stack: the repository with `own_repository`, and the settings of the registry."""
    stack = Builder(identity, f"{identity.name}: image repository", inputs)
    if settings.pull_through_cache:
        stack.add(pull_through_cache_rule(settings.pull_through_cache))
    if settings.enhanced_scanning:
        stack.add(registry_scanning(identity, settings))
    if not own_repository:
        return stack.finish(Outputs(repository_url=None, repository_name=None))
    repository = stack.add(_repository(identity, settings, stack.parameters.kms_key_arn))
    return stack.finish(
        Outputs(
            repository_url=RepositoryUri(GetAtt(repository, "RepositoryUri")),
            repository_name=RepositoryName(Ref(repository)),
        )
    )


def _repository(identity: Identity, settings: Settings, key: KeyArn | None) -> Repository:
    """Return a private repository that outlives its stack, so that CloudFormation never deletes images.

    Only a creation that fails is undone (`RetainExceptOnCreate`), so that the next attempt finds no leftover. The next
    deployment adopts a retained repository, because its name is static.
    """
    return Repository(
        "Repository",
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        RepositoryName=repository_name(identity, settings),
        ImageTagMutability=settings.image_tag_mutability,
        ImageScanningConfiguration=ImageScanningConfiguration(ScanOnPush=settings.scan_on_push),
        EncryptionConfiguration=_encryption(settings, key),
        **_lifecycle(settings),
        **_policy(settings),
    )


def _policy(settings: Settings) -> dict[str, Any]:
    """Return the repository's policy: that of the settings, or one for the accounts that they name, or none."""
    if settings.repository_policy:
        return {"RepositoryPolicyText": json.loads(settings.repository_policy)}
    return {"RepositoryPolicyText": _pull_by(settings)} if settings.pull_account_ids else {}


def _encryption(settings: Settings, key: KeyArn | None) -> EncryptionConfiguration:
    if key is None:
        return EncryptionConfiguration(EncryptionType=settings.encryption_type)
    return EncryptionConfiguration(EncryptionType="KMS", KmsKey=key.expression)


def _pull_by(settings: Settings) -> PolicyDocument:
    """Return a policy with which the named accounts may pull; their own IAM decides which of their roles do.

    They need no right to the key: ECR decrypts with a grant from the creation of the repository.
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


def _lifecycle(settings: Settings) -> dict[str, LifecyclePolicy]:
    """Return the lifecycle policy: that of the settings, one that counts all images, or ours, or none."""
    if settings.lifecycle_policy is not None:
        text = settings.lifecycle_policy
        return {"LifecyclePolicy": LifecyclePolicy(LifecyclePolicyText=text)} if text else {}
    if settings.keep_images is not None:
        counted = {
            "description": f"Keep the last {settings.keep_images} images",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": settings.keep_images,
            },
        }
        return _policy_of([counted])
    return _policy_of(_expiring(settings))


def _policy_of(rules: Sequence[Mapping[str, Any]]) -> dict[str, LifecyclePolicy]:
    if not rules:
        return {}
    expiring = [
        {"rulePriority": number, **rule, "action": {"type": "expire"}} for number, rule in enumerate(rules, start=1)
    ]
    return {"LifecyclePolicy": LifecyclePolicy(LifecyclePolicyText=json.dumps({"rules": expiring}, sort_keys=True))}


def _expiring(settings: Settings) -> list[dict[str, Any]]:
    """Return rules by which no image expires that can run.

    Untagged images expire by age, those with an expiring tag by count. No other image expires, for it may run: ECS
    keeps the image that a tag meant when a service was deployed, and where tags are mutable that image can be untagged.
    Each pattern has its own rule, because one rule with several patterns matches only images that have all of them:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html,
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
    """
    rules = [
        {
            "description": f"Keep the last {settings.keep_tagged_images} images with a tag like {pattern}",
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": [pattern],
                "countType": "imageCountMoreThan",
                "countNumber": settings.keep_tagged_images,
            },
        }
        for pattern in settings.expiring_tags
    ]
    if settings.image_tag_mutability == "IMMUTABLE":
        untagged = {
            "description": f"Expire untagged images after {settings.untagged_expire_days} days",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": settings.untagged_expire_days,
            },
        }
        rules.insert(0, untagged)
    return rules
