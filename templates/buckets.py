"""What all buckets have in common: private, encrypted, and read and written over TLS only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import s3
from awacs.aws import Bool, Condition, Deny, Principal, Statement
from troposphere import GetAtt, Join
from troposphere.s3 import (
    Bucket,
    BucketEncryption,
    LifecycleConfiguration,
    LifecycleRule,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def private_bucket(title: str, rules: Sequence[LifecycleRule], **more: Any) -> Bucket:
    """Return a bucket that outlives its stack, with S3's own encryption and these lifecycle rules.

    The rollback of its creation deletes it while it is empty; pass `DeletionPolicy` where others write to it at once.
    """
    more.setdefault("DeletionPolicy", "RetainExceptOnCreate")
    return Bucket(
        title,
        UpdateReplacePolicy="Retain",
        BucketEncryption=BucketEncryption(
            ServerSideEncryptionConfiguration=[
                ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        OwnershipControls=OwnershipControls(Rules=[OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        LifecycleConfiguration=LifecycleConfiguration(Rules=list(rules)),
        **more,
    )


def encrypted_connections_only(bucket: Bucket) -> Statement:
    """Return a statement that denies all requests without TLS."""
    arn = GetAtt(bucket, "Arn")
    return Statement(
        Sid="EncryptedConnectionsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[s3.Action("*")],
        Resource=[arn, Join("/", [arn, "*"])],
        Condition=Condition(Bool({"aws:SecureTransport": "false"})),
    )
