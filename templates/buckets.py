"""What every bucket of the project has: it is private, encrypted, and read and written over TLS only."""

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
    """A bucket that outlives its stack, with S3's own encryption; its objects live as long as the rules say.

    A creation that is taken back takes an empty bucket with it; say `DeletionPolicy` where others write to it at once.
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
    """Refuse everything that does not come over TLS."""
    arn = GetAtt(bucket, "Arn")
    return Statement(
        Sid="EncryptedConnectionsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[s3.Action("*")],
        Resource=[arn, Join("/", [arn, "*"])],
        Condition=Condition(Bool({"aws:SecureTransport": "false"})),
    )
