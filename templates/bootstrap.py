"""The stand-alone stack that an account needs once in a region: a bucket from which CloudFormation reads templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

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
from templates.identity import Identity
from templates.model import Builder, Stack
from templates.values import Text

BUCKET_OUTPUT = "ArtifactBucket"
HISTORY_FOLDER = "history"
"""Folder in the bucket, below each stack's own, for how long its operations took."""
VERSION = "1"
"""Goes up with each change that a deployment relies on."""
OLD_VERSIONS_DAYS = 90
"""Days for which an overwritten or deleted template can still be brought back."""
UNFINISHED_UPLOADS_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Nothing: it is the first stack of all."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What a deployment needs to know."""

    artifact_bucket: Annotated[Text, "Bucket for the templates of nested stacks"]
    version: Annotated[Text, "Version of this stack"]


def identity(project: str) -> Identity:
    """All environments of a project in one account and region share this stack."""
    return Identity(project, "bootstrap")


def build(project: str) -> Stack[Outputs]:
    """The artifact bucket. It has no fixed name, so that nobody can take the name before us and feed us templates."""
    name = identity(project)
    stack = Builder(name, f"{name.name}: what deployments need once in an account and region", Inputs())
    bucket = stack.add(_bucket())
    stack.add(
        BucketPolicy(
            "ArtifactBucketPolicy",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            Bucket=Ref(bucket),
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[encrypted_connections_only(bucket)]),
        )
    )
    return stack.finish(Outputs(artifact_bucket=Text(Ref(bucket)), version=Text(VERSION)))


def _bucket() -> Bucket:
    return private_bucket(
        "ArtifactBucket",
        [
            LifecycleRule(
                Id="expire-old-versions",
                Status="Enabled",
                ExpiredObjectDeleteMarker=True,
                NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=OLD_VERSIONS_DAYS),
                AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(
                    DaysAfterInitiation=UNFINISHED_UPLOADS_DAYS
                ),
            )
        ],
        VersioningConfiguration=VersioningConfiguration(Status="Enabled"),
    )
