"""The artifact bucket: CloudFormation reads the templates of nested stacks from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs.aws import PolicyDocument
from troposphere import Ref
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    Bucket,
    BucketPolicy,
    LifecycleRule,
    NoncurrentVersionExpiration,
    VersioningConfiguration,
)

from templates.buckets import encrypted_connections_only, private_bucket

if TYPE_CHECKING:
    from templates.model import Builder

BUCKET = "ArtifactBucket"
"""Logical id of the bucket, and the name of the output that has its name."""
HISTORY_FOLDER = "history"
"""Folder in the bucket, below each stack's own, for how long its operations took."""
DRAFTS = "drafts/"
"""Where the templates of a plan are that nobody executes. Whoever may only plan writes here and nowhere else: what
deployments read is under the stacks' names."""
DRAFT_DAYS = 7
"""Days after which such templates are gone; the plan itself is gone when its command ends."""
OLD_VERSIONS_DAYS = 90
"""Days for which an overwritten or deleted template can still be brought back."""
UNFINISHED_UPLOADS_DAYS = 7


def add_bucket(stack: Builder[Any]) -> Bucket:
    """The bucket and its policy. It has no fixed name, so that nobody can take the name before us."""
    bucket = stack.add(private_bucket(BUCKET, _rules(), VersioningConfiguration=_versioning()))
    stack.add(
        BucketPolicy(
            "ArtifactBucketPolicy",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Bucket=Ref(bucket),
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[encrypted_connections_only(bucket)]),
        )
    )
    return bucket


def _versioning() -> VersioningConfiguration:
    return VersioningConfiguration(Status="Enabled")


def _rules() -> list[LifecycleRule]:
    return [
        LifecycleRule(
            Id="expire-old-versions",
            Status="Enabled",
            ExpiredObjectDeleteMarker=True,
            NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=OLD_VERSIONS_DAYS),
            AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=UNFINISHED_UPLOADS_DAYS),
        ),
        LifecycleRule(Id="expire-drafts", Status="Enabled", Prefix=DRAFTS, ExpirationInDays=DRAFT_DAYS),
    ]
