"""The load balancer's logs and their bucket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import of_type, properties, statements, tree
from tests.unit.templates.test_network import attributes


def network(**logs: Any) -> dict[str, Any]:
    """The network's template with these logs."""
    found: dict[str, Any] = tree(network={"logs": logs})["Network"]
    return found


def test_both_logs_are_written_to_a_bucket_of_our_own() -> None:
    """Under a prefix each, once the load balancer may write there."""
    template = network()
    found = attributes(properties(template, "LoadBalancer"), "LoadBalancerAttributes")
    for kind in ("access", "connection"):
        assert found[f"{kind}_logs.s3.enabled"] == "true"
        assert found[f"{kind}_logs.s3.bucket"] == {"Ref": "LogBucket"}
        assert found[f"{kind}_logs.s3.prefix"] == kind
    assert found["idle_timeout.timeout_seconds"] == "300"
    assert set(template["Resources"]["LoadBalancer"]["DependsOn"]) == {"PublicRoute", "LogBucketPolicy"}


@pytest.mark.parametrize("kind", ["access", "connection"])
def test_a_log_is_switched_off_explicitly(kind: str) -> None:
    """A load balancer keeps the attributes that a template leaves out: false has to be said."""
    found = attributes(properties(network(**{kind: False}), "LoadBalancer"), "LoadBalancerAttributes")
    assert found[f"{kind}_logs.s3.enabled"] == "false"
    assert f"{kind}_logs.s3.bucket" not in found


def test_the_bucket_is_private_encrypted_and_outlives_the_stack() -> None:
    """With S3's own keys, the only ones with which a load balancer can write; files expire."""
    template = network(retention_days=400)
    bucket = properties(template, "LogBucket")
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 400
    for name in ("LogBucket", "LogBucketPolicy"):
        resource = template["Resources"][name]
        # Not RetainExceptOnCreate: with the load balancer's test files in it, it could not be deleted.
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_only_load_balancers_of_this_account_write_and_only_over_tls() -> None:
    """By the service's name, which works in every region and partition; the account's number is in the path."""
    policy = properties(network(), "LogBucketPolicy")["PolicyDocument"]
    write, deny = statements(policy)
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Action"] == ["s3:PutObject"]
    assert write["Resource"] == [
        {"Fn::Sub": f"${{LogBucket.Arn}}/{kind}/AWSLogs/${{AWS::AccountId}}/*"} for kind in ("access", "connection")
    ]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_without_logs_there_is_no_bucket() -> None:
    """And nothing of them on the load balancer."""
    template = tree()["Network"]
    assert not of_type(template, "AWS::S3::Bucket")
    assert not any("logs" in key for key in attributes(properties(template, "LoadBalancer"), "LoadBalancerAttributes"))


def test_who_reads_the_logs_is_logged_where_the_account_collects_that() -> None:
    """S3's own access log goes to the bucket that is named, below the deployment's name; without one there is none."""
    logged = properties(network(server_access_logs_bucket="example-audit"), "LogBucket")["LoggingConfiguration"]
    assert logged == {"DestinationBucketName": "example-audit", "LogFilePrefix": "preto-2-prod/"}
    assert "LoggingConfiguration" not in properties(network(), "LogBucket")
