"""The artifact bucket's template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates import bootstrap
from tests.support.templates import properties, statements


@pytest.fixture
def template() -> Any:
    """Give the template of project preto-2."""
    return json.loads(bootstrap.build("preto-2").body)


def test_bucket_is_private_encrypted_and_versioned(template: Any) -> None:
    """Nobody reads templates that are not theirs, and what was overwritten can be brought back."""
    bucket = properties(template, "ArtifactBucket")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def test_old_versions_expire_and_current_ones_do_not(template: Any) -> None:
    """What a deployed stack refers to stays; what was replaced goes after 90 days."""
    rule, _ = properties(template, "ArtifactBucket")["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert "ExpirationInDays" not in rule
    assert rule["ExpiredObjectDeleteMarker"] is True  # What is left of an object whose versions are all gone.
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_bucket_has_no_name_that_somebody_could_take_first(template: Any) -> None:
    """CloudFormation chooses the name."""
    assert "BucketName" not in properties(template, "ArtifactBucket")


def test_policy_refuses_connections_without_tls(template: Any) -> None:
    """One statement denies everything to everybody who comes without TLS, to the bucket and what is in it."""
    (statement,) = statements(properties(template, "ArtifactBucketPolicy")["PolicyDocument"])
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", ["s3:*"])
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_bucket_and_policy_survive_the_stack(template: Any) -> None:
    """Deleting the stack takes no template away, and does not open the bucket."""
    for resource in template["Resources"].values():
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_bucket_is_tagged(template: Any) -> None:
    """With the tags of all resources."""
    tags = {tag["Key"]: tag["Value"] for tag in properties(template, "ArtifactBucket")["Tags"]}
    assert tags == {"Environment": "bootstrap", "ManagedBy": "CloudFormation", "Project": "preto-2"}


def test_outputs_are_what_a_deployment_asks_for(template: Any) -> None:
    """The bucket and the version of the stack; the template is small enough to be sent without a bucket."""
    assert set(template["Outputs"]) == {"ArtifactBucket", "Version"}
    assert len(bootstrap.build("preto-2").body.encode()) < 51_200
