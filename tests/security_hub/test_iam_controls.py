"""https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html and kms-controls.html, kms.1 and kms.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.security_hub.deployment import IDENTITY_POLICIES, AbsentError

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment

DECRYPTION = {"kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncrypt*", "kms:*", "*"}


def test_IAM_1_nothing_is_allowed_everything(hardened: Deployment) -> None:
    """[IAM.1] IAM policies should not allow full "*" administrative privileges."""
    allowed = list(hardened.allowed())
    assert allowed
    assert not [it for it in allowed if "*" in it[0]]


def test_IAM_2_no_user_has_policies(hardened: Deployment) -> None:
    """[IAM.2] IAM users should not have IAM policies attached.

    There are no users; roles have the policies.
    """
    assert hardened.any_of(*IDENTITY_POLICIES)
    assert not hardened.any_of("AWS::IAM::User", "AWS::IAM::UserPolicy")


def test_IAM_21_no_service_is_allowed_whole(hardened: Deployment) -> None:
    """[IAM.21] IAM customer managed policies that you create should not allow wildcard actions for services."""
    actions = {action for actions, _ in hardened.allowed() for action in actions}
    assert actions
    assert not {action for action in actions if action.endswith(":*")}


def test_KMS_1_no_managed_policy_decrypts_with_every_key(hardened: Deployment) -> None:
    """[KMS.1] IAM customer managed policies should not allow decryption actions on all KMS keys.

    There are no managed policies: each role has its own.
    """
    assert not hardened.any_of("AWS::IAM::ManagedPolicy")


def test_KMS_2_no_role_decrypts_with_every_key(hardened: Deployment) -> None:
    """[KMS.2] IAM principals should not have IAM inline policies that allow decryption actions on all KMS keys."""
    decrypting = [resources for actions, resources in hardened.allowed() if DECRYPTION & set(actions)]
    if not decrypting:
        raise AbsentError("policies that decrypt")
    for resources in decrypting:
        assert not [it for it in resources if isinstance(it, str) and it.endswith("*")]
