"""https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment


def test_SQS_1_queues_are_encrypted(hardened: Deployment) -> None:
    """[SQS.1] Amazon SQS queues should be encrypted at rest.

    SQS's own encryption passes as well as a key of KMS.
    """
    for name, queue in hardened.of("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name


def test_SQS_3_queues_are_not_public(hardened: Deployment) -> None:
    """[SQS.3] SQS queue access policies should not allow public access."""
    for name, policy in hardened.of("AWS::SQS::QueuePolicy").items():
        allowed = [it for it in policy["PolicyDocument"]["Statement"] if it["Effect"] == "Allow"]
        assert allowed, name
        assert all(it["Principal"] != "*" and it["Condition"] for it in allowed), name
