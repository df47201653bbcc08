"""https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment

KEY = "AWS::KMS::Key"


def test_KMS_3_a_key_is_not_deleted_by_chance(hardened: Deployment) -> None:
    """[KMS.3] AWS KMS keys should not be deleted unintentionally.

    It fails while a deletion is pending, which can be taken back for the longest time that there is.
    """
    for name, key in hardened.of(KEY).items():
        assert key["PendingWindowInDays"] == 30, name


def test_KMS_4_keys_are_rotated(hardened: Deployment) -> None:
    """[KMS.4] AWS KMS key rotation should be enabled."""
    for name, key in hardened.of(KEY).items():
        assert key["EnableKeyRotation"] is True, name


def test_KMS_5_keys_are_not_public(hardened: Deployment) -> None:
    """[KMS.5] KMS keys should not be publicly accessible."""
    for name, key in hardened.of(KEY).items():
        principals = [it["Principal"] for it in key["KeyPolicy"]["Statement"]]
        assert "*" not in principals, name
        assert {"AWS": "*"} not in principals, name
