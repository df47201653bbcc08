"""https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment

REPOSITORY = "AWS::ECR::Repository"


def test_ECR_1_images_are_scanned(hardened: Deployment) -> None:
    """[ECR.1] ECR private repositories should have image scanning configured."""
    for name, repository in hardened.of(REPOSITORY).items():
        assert repository["ImageScanningConfiguration"]["ScanOnPush"] is True, name


def test_ECR_2_tags_are_immutable(hardened: Deployment) -> None:
    """[ECR.2] ECR private repositories should have tag immutability configured."""
    for name, repository in hardened.of(REPOSITORY).items():
        assert repository["ImageTagMutability"] == "IMMUTABLE", name


def test_ECR_3_old_images_expire(hardened: Deployment) -> None:
    """[ECR.3] ECR repositories should have at least one lifecycle policy configured."""
    for name, repository in hardened.of(REPOSITORY).items():
        assert json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"], name


def test_ECR_5_images_are_encrypted_with_a_key_of_our_own(hardened: Deployment) -> None:
    """[ECR.5] ECR repositories should be encrypted with customer managed AWS KMS keys."""
    for name, repository in hardened.of(REPOSITORY).items():
        assert repository["EncryptionConfiguration"].get("KmsKey"), name
