"""The load balancer's access and connection logs, in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from awacs import s3
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from pydantic import Field
from troposphere import Ref, Sub
from troposphere.elasticloadbalancingv2 import LoadBalancerAttributes
from troposphere.s3 import AbortIncompleteMultipartUpload, Bucket, BucketPolicy, LifecycleRule, LoggingConfiguration

from templates.buckets import encrypted_connections_only, private_bucket
from templates.section import Allowed, Section

if TYPE_CHECKING:
    from troposphere.elasticloadbalancingv2 import LoadBalancer

    from templates.identity import Identity
    from templates.model import Builder

WRITER = "logdelivery.elasticloadbalancing.amazonaws.com"
"""The principal that writes the logs, in all regions since September 2025; older regions also accept the accounts of
Elastic Load Balancing (Elastic Load Balancing, "Document history")."""
UNFINISHED_UPLOADS_DAYS = 7
KEPT = "Retain"
"""DeletionPolicy of bucket and policy. With `RetainExceptOnCreate` a first deployment that fails would end in
ROLLBACK_FAILED: the load balancer has written a test file by then (Elastic Load Balancing, "Enable access logs"), and a
bucket that is not empty cannot be deleted. Its name is generated, so that it is not in the way of the next attempt."""


class Logs(Section):
    """`[network.logs]`: the load balancer writes logs to a bucket of the stack's own.

    To end it, set `access` and `connection` to false and deploy before the table is removed: a load balancer keeps
    what a template no longer says.
    """

    access: bool = True
    """Log every request."""
    connection: bool = True
    """Log every connection, with its TLS version and cipher."""
    retention_days: Annotated[int, Field(ge=1, le=3653)] = 90
    """Days after which log files are deleted."""
    server_access_logs_bucket: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
        Allowed("the name of a bucket in quotes: 3 to 63 lower-case letters, digits, hyphens and dots"),
    ] = None
    """An existing bucket in the same account and region that gets S3's log of who reads these logs, below the
    deployment's name. Its policy must let `logging.s3.amazonaws.com` write there."""


def add_access_logs(stack: Builder[Any], identity: Identity, logs: Logs, balancer: LoadBalancer) -> None:
    """Add the bucket and switch on the logs, after the policy: AWS writes a test file at once."""
    bucket = stack.add(
        private_bucket(
            "LogBucket",
            [
                LifecycleRule(
                    Id="expire-logs",
                    Status="Enabled",
                    ExpirationInDays=logs.retention_days,
                    AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(
                        DaysAfterInitiation=UNFINISHED_UPLOADS_DAYS
                    ),
                )
            ],
            DeletionPolicy=KEPT,
            **_watched(identity, logs),
        )
    )
    policy = stack.add(
        BucketPolicy(
            "LogBucketPolicy",
            DeletionPolicy=KEPT,
            UpdateReplacePolicy="Retain",
            Bucket=Ref(bucket),
            PolicyDocument=_policy(bucket),
        )
    )
    balancer.LoadBalancerAttributes = [*balancer.LoadBalancerAttributes, *_attributes(logs, bucket)]
    before = balancer.resource.get("DependsOn", [])
    balancer.DependsOn = [*([before] if isinstance(before, str) else before), policy.title]


def _watched(identity: Identity, logs: Logs) -> dict[str, Any]:
    """Return the bucket's server access logging, if the settings ask for it."""
    if logs.server_access_logs_bucket is None:
        return {}
    return {
        "LoggingConfiguration": LoggingConfiguration(
            DestinationBucketName=logs.server_access_logs_bucket, LogFilePrefix=f"{identity.name}/"
        )
    }


def _attributes(logs: Logs, bucket: Bucket) -> list[LoadBalancerAttributes]:
    found: dict[str, Any] = {}
    for kind, is_on in (("access", logs.access), ("connection", logs.connection)):
        found[f"{kind}_logs.s3.enabled"] = "true" if is_on else "false"
        if is_on:
            found |= {f"{kind}_logs.s3.bucket": Ref(bucket), f"{kind}_logs.s3.prefix": kind}
    return [LoadBalancerAttributes(Key=key, Value=value) for key, value in found.items()]


def _policy(bucket: Bucket) -> Any:
    """Return a policy with which load balancers of this account write under its number, and all use TLS.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    folders = [
        Sub(f"${{{bucket.title}.Arn}}/{kind}/AWSLogs/${{AWS::AccountId}}/*") for kind in ("access", "connection")
    ]
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="LoadBalancerWritesLogs",
                Effect=Allow,
                Principal=Principal("Service", WRITER),
                Action=[s3.PutObject],
                Resource=folders,
            ),
            encrypted_connections_only(bucket),
        ],
    )
