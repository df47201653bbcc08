"""The artifact bucket, from which CloudFormation reads the templates of nested stacks."""

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
"""Logical id of the bucket, and of the output with its name."""
HISTORY_FOLDER = "history"
"""Folder below each stack's own, which keeps how long its operations took."""
DRAFTS = "drafts/"
"""Folder of the templates of plans that are not executed. A role that may only plan writes here and nowhere else;
deployments read from folders with the stacks' names."""
ADOPTIONS = "adoptions/"
"""Folder of the journals of takeovers, which tell of each root stack what was imported into it."""
DRAFT_DAYS = 7
"""Days after which drafts expire; the plan itself ends with its command."""
OLD_VERSIONS_DAYS = 90
"""Days for which an overwritten or deleted template can be restored."""
UNFINISHED_UPLOADS_DAYS = 7


def add_bucket(stack: Builder[Any]) -> Bucket:
    """Add the bucket and its policy. Its name is generated: nobody can create a bucket of this name first."""
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
