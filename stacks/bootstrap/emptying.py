"""Emptying a versioned bucket and deleting it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

    from stacks.aws.session import Aws

ABSENT = frozenset({"404", "NoSuchBucket"})
"""How S3 says that there is no such bucket; to HEAD it answers without a body."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a bucket holds: versions of objects and delete markers, and the bytes of the versions."""

    bucket: str
    versions: int
    size: int


def has_bucket(aws: Aws, bucket: str) -> bool:
    """Whether the account has this bucket; that of another account, or one that may not be asked for, is none."""
    try:
        aws.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=aws.account_id)
    except ClientError as error:
        if error_code(error) in ABSENT or is_denied(error) or error_code(error) == "403":
            return False
        raise
    return True


def read_contents(aws: Aws, bucket: str) -> Contents:
    """Count what the bucket holds."""
    versions = size = 0
    for page in aws.s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, ExpectedBucketOwner=aws.account_id
    ):
        found = page.get("Versions", [])
        versions += len(found) + len(page.get("DeleteMarkers", []))
        size += sum(it.get("Size", 0) for it in found)
    return Contents(bucket=bucket, versions=versions, size=size)


def delete_bucket(aws: Aws, bucket: str, *, emit: Callable[[str], None]) -> int:
    """Delete all versions and delete markers, then the bucket; return how many there were.

    What was interrupted is gone on with by calling it again. Raises UserError where S3 does not delete an object.
    """
    deleted = 0
    for batch in _batches(aws, bucket):
        done = aws.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": batch, "Quiet": True}, ExpectedBucketOwner=aws.account_id
        )
        if failed := done.get("Errors", []):
            first = failed[0]
            why = f"{len(failed)} objects cannot be deleted, such as {first.get('Key')}: {first.get('Message')}"
            raise UserError(f"bucket {bucket}", why, "Remove what holds them, then repeat the command.")
        deleted += len(batch)
        emit(f"Emptying {bucket}: {deleted} versions are deleted")
    aws.s3.delete_bucket(Bucket=bucket, ExpectedBucketOwner=aws.account_id)
    return deleted


def _batches(aws: Aws, bucket: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
    """Yield the versions and delete markers, as many at once as S3 lists and deletes: 1,000."""
    pages = aws.s3.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=bucket, ExpectedBucketOwner=aws.account_id):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            yield [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in found]
