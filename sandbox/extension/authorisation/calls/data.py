"""Buckets, and nested stacks, whose templates are in one."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, tag_calls

_TAGGED, _RETAGGED = tag_calls("TagResource", "UntagResource")
_READ_TEMPLATE = "s3:GetObject@{template}?TemplateURL"
_HAND_ON_ROLE = "iam:PassRole@{service_role}>cloudformation.amazonaws.com"
_SETTINGS = (
    "PutEncryptionConfiguration?BucketEncryption PutLifecycleConfiguration?LifecycleConfiguration "
    "PutBucketLogging?LoggingConfiguration PutBucketOwnershipControls?OwnershipControls "
    "PutBucketPublicAccessBlock?PublicAccessBlockConfiguration PutBucketVersioning?VersioningConfiguration "
    "PutBucketTagging?Tags"
)

CALLS: dict[str, Calls] = {
    "AWS::CloudFormation::Stack": Calls(
        service="cloudformation",
        on="stack/{id}/0a1b",
        create=f"{_HAND_ON_ROLE} CreateStack {_TAGGED} {_READ_TEMPLATE}",
        update=f"{_HAND_ON_ROLE} UpdateStack {_RETAGGED} {_READ_TEMPLATE}",
        delete="DeleteStack",
        read="DescribeStacks",
    ),
    # CloudFormation's own, a signed address: nothing of the account is called for it.
    "AWS::CloudFormation::WaitConditionHandle": Calls(service="cloudformation"),
    "AWS::S3::Bucket": Calls(
        service="s3",
        on="arn:aws:s3:::{id}",
        name="BucketName",
        longest=63,
        lower=True,
        create=f"CreateBucket {_TAGGED} {_SETTINGS}",
        update=f"{_RETAGGED} {_SETTINGS}",
        delete="DeleteBucket",
        read="ListBucket GetBucketTagging GetEncryptionConfiguration GetLifecycleConfiguration GetBucketLogging "
        "GetBucketOwnershipControls GetBucketPublicAccessBlock GetBucketVersioning GetBucketNotification GetBucketCORS "
        "GetBucketWebsite GetReplicationConfiguration GetAccelerateConfiguration GetBucketObjectLockConfiguration "
        "GetMetricsConfiguration GetAnalyticsConfiguration GetInventoryConfiguration "
        "GetIntelligentTieringConfiguration GetBucketAbac GetBucketMetadataTableConfiguration ListTagsForResource",
    ),
    "AWS::S3::BucketPolicy": Calls(
        service="s3",
        on="arn:aws:s3:::{Bucket}",
        create="PutBucketPolicy",
        update="PutBucketPolicy",
        delete="DeleteBucketPolicy",
        read="GetBucketPolicy",
    ),
}
