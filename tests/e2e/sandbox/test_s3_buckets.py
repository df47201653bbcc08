"""Buckets: their settings, and whose they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def test_a_bucket_of_another_account_than_expected_is_refused(cloud: Cloud) -> None:
    """Reading, writing and asking, each with ExpectedBucketOwner, end with 403."""
    s3 = cloud.account.client("s3")
    owner, other = cloud.account.account_id, "999999999999"
    s3.put_object(Bucket=cloud.bucket, Key="k", Body=b"v", ExpectedBucketOwner=owner)
    assert s3.head_object(Bucket=cloud.bucket, Key="k", ExpectedBucketOwner=owner)["ContentLength"] == 1
    calls: list[tuple[str, dict[str, Any]]] = [
        ("put_object", {"Key": "k", "Body": b"w"}),
        ("get_object", {"Key": "k"}),
        ("head_object", {"Key": "k"}),
        ("head_bucket", {}),
    ]
    for operation, arguments in calls:
        with pytest.raises(ClientError) as refused:
            getattr(s3, operation)(Bucket=cloud.bucket, ExpectedBucketOwner=other, **arguments)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert s3.get_object(Bucket=cloud.bucket, Key="k")["Body"].read() == b"v"


def test_an_artifact_bucket_is_what_its_template_says(cloud: Cloud) -> None:
    """Versions, encryption, blocked public access, a lifecycle, a log of accesses and a policy."""
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    name = f"made-{cloud.account.account_id}"
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": name,
            "VersioningConfiguration": {"Status": "Enabled"},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "PublicAccessBlockConfiguration": blocked,
            "LifecycleConfiguration": {
                "Rules": [{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}]
            },
            "LoggingConfiguration": {"DestinationBucketName": cloud.bucket, "LogFilePrefix": "made/"},
        },
    }
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]},
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": [tls_only]}},
    }
    assert cloud.create("root", template({"Bucket": bucket, "Policy": policy})) == "CREATE_COMPLETE"
    s3 = cloud.account.client("s3")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
    logged = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (logged["TargetBucket"], logged["TargetPrefix"]) == (cloud.bucket, "made/")
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    assert lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Effect"] == "Deny"
