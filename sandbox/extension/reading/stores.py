"""What keeps data and keys: AWS::S3, AWS::SNS, AWS::KMS and AWS::SecretsManager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import kms, s3, secretsmanager, sns
from ministack.services.cloudformation import provisioners

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties

_UNREAD_OF_BUCKETS = frozenset(
    {
        "BucketEncryption",
        "CorsConfiguration",
        "LifecycleConfiguration",
        "LoggingConfiguration",
        "NotificationConfiguration",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "WebsiteConfiguration",
    }
)
_TRUE = "true"


def _bucket(name: str) -> Properties | None:
    if name not in s3._buckets:
        return None
    status = s3._bucket_versioning.get(name)
    return {
        "BucketName": name,
        **provisioners._s3_attrs(name),
        **present(VersioningConfiguration={"Status": status} if status else None),
        "Tags": tags(s3._bucket_tags.get(name)),
    }


def _bucket_policy(name: str) -> Properties | None:
    policy = s3._bucket_policies.get(name)
    return None if policy is None else {"Bucket": name, "PolicyDocument": document(policy)}


def _topic(arn: str) -> Properties | None:
    found = sns._topics.get(arn)
    if found is None:
        return None
    attributes = found["attributes"]
    name = attributes.get("DisplayName")
    return {
        "TopicArn": arn,
        "TopicName": found["name"],
        **present(DisplayName=name if name != found["name"] else None, KmsMasterKeyId=attributes.get("KmsMasterKeyId")),
        "Tags": tags(found.get("tags")),
    }


def _subscription(arn: str) -> Properties | None:
    topic = sns._topics.get(sns._sub_arn_to_topic.get(arn, ""))
    found = next((it for it in (topic or {"subscriptions": []})["subscriptions"] if it["arn"] == arn), None)
    if found is None:
        return None
    attributes = found["attributes"]
    return {
        "Arn": arn,
        "TopicArn": found["topic_arn"],
        "Protocol": found["protocol"],
        "Endpoint": found["endpoint"],
        "RawMessageDelivery": attributes.get("RawMessageDelivery") == _TRUE,
        **present(FilterPolicy=document(attributes.get("FilterPolicy") or None)),
    }


def _key(key_id: str) -> Properties | None:
    found = kms._keys.get(key_id)
    if found is None:
        return None
    pairs = {it["TagKey"]: it["TagValue"] for it in found.get("Tags") or ()}
    return {
        "KeyId": key_id,
        "Arn": found["Arn"],
        "Description": found.get("Description") or "",
        "Enabled": bool(found["Enabled"]),
        "EnableKeyRotation": bool(found.get("KeyRotationEnabled", False)),
        "KeyPolicy": document(found["Policy"]),
        "KeySpec": found["KeySpec"],
        "KeyUsage": found["KeyUsage"],
        "MultiRegion": bool(found.get("MultiRegion", False)),
        "Origin": found.get("Origin", "AWS_KMS"),
        "Tags": tags(pairs),
    }


def _alias(name: str) -> Properties | None:
    target = kms._aliases.get(kms._alias_arn(name))
    return None if target is None else {"AliasName": name, "TargetKeyId": target}


def _aliases() -> Iterator[tuple[str, ...]]:
    for arn in list(kms._aliases):
        yield (f"alias/{arn.partition(':alias/')[2]}",)


def _secret(arn: str) -> Properties | None:
    name, found = secretsmanager._resolve(arn)
    if name is None or found is None or found.get("DeletedDate"):
        return None
    kept = present(Description=found.get("Description"), KmsKeyId=found.get("KmsKeyId"))
    return {"Id": found["ARN"], "Name": found["Name"], **kept, "Tags": tags(found.get("Tags"))}


def _secrets() -> Iterator[tuple[str, ...]]:
    for found in list(secretsmanager._secrets.values()):
        yield (found["ARN"],)


READERS = {
    "AWS::S3::Bucket": Readable(read=_bucket, every=every_key(s3._buckets), unread=_UNREAD_OF_BUCKETS),
    "AWS::S3::BucketPolicy": Readable(
        read=_bucket_policy,
        every=every_key(s3._bucket_policies),
        physical_id=lambda bucket: f"{bucket}-policy",  # ministack's
        identify=lambda _, properties: (properties["Bucket"],),
    ),
    "AWS::SNS::Topic": Readable(read=_topic, every=every_key(sns._topics), unread=frozenset({"Subscription"})),
    "AWS::SNS::Subscription": Readable(read=_subscription, every=every_key(sns._sub_arn_to_topic)),
    "AWS::KMS::Key": Readable(read=_key, every=every_key(kms._keys)),
    "AWS::KMS::Alias": Readable(read=_alias, every=_aliases),
    "AWS::SecretsManager::Secret": Readable(read=_secret, every=_secrets),
}
