"""https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.security_hub.deployment import BOOTSTRAP, AbsentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.security_hub.deployment import Deployment

BUCKET = "AWS::S3::Bucket"
READS, WRITES = "s3:GetObject", "s3:PutObject"
FOR_THE_OWNER = {
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
    "s3:*",
    "*",
}


def policies(seen: Deployment) -> dict[str, list[Any]]:
    """The statements of each bucket's policy, by the name of the bucket."""
    return {
        f"{name.split('.')[0]}.{it['Bucket']['Ref']}": it["PolicyDocument"]["Statement"]
        for name, it in seen.any_of("AWS::S3::BucketPolicy").items()
    }


def granted(seen: Deployment) -> Iterator[tuple[str, Any]]:
    """The statements that allow something with each bucket."""
    for bucket in seen.of(BUCKET):
        for statement in policies(seen)[bucket]:
            if statement["Effect"] == "Allow":
                yield bucket, statement


def is_public(statement: Any) -> bool:
    """Whether a statement is for anyone."""
    return statement["Principal"] in ("*", {"AWS": "*"})


def test_S3_2_nobody_reads_in_public(hardened: Deployment) -> None:
    """[S3.2] S3 general purpose buckets should block public read access."""
    for bucket, it in granted(hardened):
        assert not (is_public(it) and READS in it["Action"]), bucket
    for name, it in hardened.of(BUCKET).items():
        assert it["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is True, name


def test_S3_3_nobody_writes_in_public(hardened: Deployment) -> None:
    """[S3.3] S3 general purpose buckets should block public write access."""
    for bucket, it in granted(hardened):
        assert not (is_public(it) and WRITES in it["Action"]), bucket
    for name, it in hardened.of(BUCKET).items():
        assert it["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] is True, name


def test_S3_5_requests_come_over_tls(hardened: Deployment) -> None:
    """[S3.5] S3 general purpose buckets should require requests to use SSL."""
    for bucket in hardened.of(BUCKET):
        refused = [
            it
            for it in policies(hardened)[bucket]
            if it["Effect"] == "Deny" and it["Principal"] == "*" and it["Action"] == ["s3:*"]
        ]
        assert [it["Condition"] for it in refused] == [{"Bool": {"aws:SecureTransport": "false"}}], bucket


def test_S3_6_other_accounts_cannot_change_buckets(hardened: Deployment) -> None:
    """[S3.6] S3 general purpose bucket policies should restrict access to other AWS accounts."""
    assert len(hardened.of(BUCKET)) == len(policies(hardened))
    for bucket, it in granted(hardened):
        assert not FOR_THE_OWNER & set(it["Action"]), bucket


def test_S3_8_buckets_block_public_access(hardened: Deployment) -> None:
    """[S3.8] S3 general purpose buckets should block public access."""
    for name, it in hardened.of(BUCKET).items():
        found = it["PublicAccessBlockConfiguration"]
        assert len(found) == 4, name
        assert all(found.values()), name


def test_S3_9_who_reads_the_logs_is_logged(hardened: Deployment) -> None:
    """[S3.9] S3 general purpose buckets should have server access logging enabled.

    The bootstrap stack's bucket is no environment's: docs/reference/security.md says what to do about that one.
    """
    ours = {name: it for name, it in hardened.of(BUCKET).items() if not name.startswith(BOOTSTRAP)}
    if not ours:
        raise AbsentError("buckets of the environment")
    for name, it in ours.items():
        assert it.get("LoggingConfiguration", {}).get("DestinationBucketName"), name


def test_S3_12_buckets_have_no_acls(hardened: Deployment) -> None:
    """[S3.12] ACLs should not be used to manage user access to S3 general purpose buckets."""
    for name, it in hardened.of(BUCKET).items():
        assert it["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}], name


def test_S3_13_objects_expire(hardened: Deployment) -> None:
    """[S3.13] S3 general purpose buckets should have Lifecycle configurations."""
    for name, it in hardened.of(BUCKET).items():
        rules = it["LifecycleConfiguration"]["Rules"]
        assert [rule["Status"] for rule in rules] == ["Enabled"] * len(rules), name
        assert rules, name
