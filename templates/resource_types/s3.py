"""Buckets."""

from __future__ import annotations

from templates.resource_types.record import Grant, NotLookedUp, ResourceType, Service, only

_BUCKETS = ("arn:{partition}:s3:::{any}",)

TYPES = (
    ResourceType(
        type="AWS::S3::Bucket",
        name="BucketName",
        longest=63,
        lower=True,
        ref="name",
        arns={"s3:bucket": "arn:{partition}:s3:::{name}"},
        replaced="a new, empty bucket; the objects stay behind in the old one",
        removed="its objects go with it",
        fixed=("Arn", "DomainName", "RegionalDomainName"),
        seconds=(30, 31),
        only=(
            only("s3:PutBucketAbac", "AbacStatus"),
            only("s3:PutAnalyticsConfiguration", "AnalyticsConfigurations"),
            only("s3:PutEncryptionConfiguration", "BucketEncryption"),
            only("s3:PutBucketCORS", "CorsConfiguration"),
            only("s3:PutInventoryConfiguration", "InventoryConfigurations"),
            only("s3:PutLifecycleConfiguration", "LifecycleConfiguration"),
            only("s3:PutMetricsConfiguration", "MetricsConfigurations"),
            only("s3:PutBucketNotification", "NotificationConfiguration"),
            only("s3:PutReplicationConfiguration", "ReplicationConfiguration"),
            only("s3:PutBucketWebsite s3:DeleteBucketWebsite", "WebsiteConfiguration"),
            only("s3:PutAccelerateConfiguration", "AccelerateConfiguration"),
            only("s3:PutBucketPublicAccessBlock", "PublicAccessBlockConfiguration"),
            only("s3:PutBucketAcl s3:PutObjectAcl s3:GetBucketAcl", "AccessControl"),
            only("s3:PutBucketObjectLockConfiguration", "ObjectLockEnabled ObjectLockConfiguration"),
            only("s3:PutBucketLogging", "LoggingConfiguration"),
            only("s3:PutBucketVersioning", "VersioningConfiguration"),
            only("s3:PutBucketOwnershipControls", "OwnershipControls"),
            only("s3:PutIntelligentTieringConfiguration", "IntelligentTieringConfigurations"),
            only("s3tables:*", "MetadataTableConfiguration MetadataConfiguration"),
            only("s3:CreateBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
            only("s3:DeleteBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
            only("s3:UpdateBucketMetadata*", "MetadataTableConfiguration MetadataConfiguration"),
            only("s3:DeleteObject", why="CloudFormation deletes only empty buckets, and no object in them"),
        ),
    ),
    ResourceType(type="AWS::S3::BucketPolicy", lookup=NotLookedUp("belongs", "of a bucket of the stack")),
)

SERVICE = Service(
    types=TYPES,
    execution={"Data": (Grant("Buckets", "s3", "*", on=_BUCKETS),)},
    drift=(Grant("ReadBuckets", "s3", "Get*Configuration GetBucket* ListBucket ListTagsForResource", on=_BUCKETS),),
)
