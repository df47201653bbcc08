"""Buckets: what older versions of the provider have as blocks, newer ones have as resources of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Part, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.adopt.types.allowed import Allowed
    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

TYPE = "AWS::S3::Bucket"
_BLOCKED = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def _bucket(it: Attributes) -> Properties:
    versioning = it.block("versioning").flag("enabled")
    encryption = it.block("server_side_encryption_configuration")
    return {
        "BucketName": it.text("bucket"),
        "VersioningConfiguration": {"Status": "Enabled" if versioning else None},
        "BucketEncryption": _encryption(encryption),
        "Tags": it.tags,
    }


def _encryption(it: Attributes) -> Properties:
    return {
        "ServerSideEncryptionConfiguration": [
            {
                "BucketKeyEnabled": rule.flag("bucket_key_enabled"),
                "ServerSideEncryptionByDefault": {
                    "SSEAlgorithm": by_default.text("sse_algorithm"),
                    "KMSMasterKeyID": by_default.text("kms_master_key_id"),
                },
            }
            for rule in it.blocks("rule")
            for by_default in rule.blocks("apply_server_side_encryption_by_default")
        ]
    }


def _versioning(it: Attributes) -> Properties:
    status = it.block("versioning_configuration").text("status")
    return {"VersioningConfiguration": {"Status": None if status == "Disabled" else status}}


def _public_access(it: Attributes) -> Properties:
    return {"PublicAccessBlockConfiguration": {ours: it.flag(name) for name, ours in _BLOCKED.items()}}


def _ownership(it: Attributes) -> Properties:
    rules = [{"ObjectOwnership": each.text("object_ownership")} for each in it.blocks("rule")]
    return {"OwnershipControls": {"Rules": rules}}


def _part(write: Callable[[Attributes], Properties], names: str = "", **blocks: Allowed) -> Part:
    return Part(
        type=TYPE,
        allowed=allowed(f"id bucket {names}", None, **blocks),
        wholes=lambda it: [{"BucketName": it.needed("bucket", "id")}],
        write=write,
    )


_RULE = allowed(
    "bucket_key_enabled", apply_server_side_encryption_by_default=allowed("sse_algorithm kms_master_key_id")
)
_APART = "what Terraform sets of a bucket beside it; the bucket keeps it"

TYPES: Mapping[str, TerraformType] = {
    "aws_s3_bucket": Owned(
        type=TYPE,
        allowed=allowed(
            "id arn bucket tags tags_all",
            versioning=allowed("enabled"),
            server_side_encryption_configuration=allowed(rule=_RULE),
        ),
        identify=lambda it: {"BucketName": it.needed("bucket", "id")},
        write=_bucket,
    ),
    "aws_s3_bucket_policy": Owned(
        type="AWS::S3::BucketPolicy",
        allowed=allowed("id bucket policy"),
        identify=lambda it: {"Bucket": it.needed("bucket", "id")},
        write=lambda it: {"Bucket": it.text("bucket"), "PolicyDocument": it.document("policy")},
    ),
    "aws_s3_bucket_versioning": _part(_versioning, versioning_configuration=allowed("status")),
    "aws_s3_bucket_server_side_encryption_configuration": _part(
        lambda it: {"BucketEncryption": _encryption(it)}, rule=_RULE
    ),
    "aws_s3_bucket_public_access_block": _part(_public_access, " ".join(_BLOCKED)),
    "aws_s3_bucket_ownership_controls": _part(_ownership, rule=allowed("object_ownership")),
    **{
        f"aws_s3_bucket_{name}": Stays(why=_APART, allowed=allowed("id bucket"))
        for name in ("acl", "lifecycle_configuration", "logging", "cors_configuration", "notification")
    },
    "aws_s3_object": Stays(why="an object in a bucket, which no template has", allowed=allowed("id bucket key")),
    "aws_dynamodb_table": Stays(
        why="our templates have no table; where Terraform locks its state in it, it is needed as long as Terraform is",
        allowed=allowed("id arn name"),
    ),
}
