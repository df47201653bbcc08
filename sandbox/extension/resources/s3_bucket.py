"""AWS::S3::Bucket: lifecycle, encryption, logging and tags, which ministack drops; deleted only if it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import add_stack_tags, extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record

_TYPE = "AWS::S3::Bucket"
_NOT_EMPTY = (
    "The bucket you tried to delete is not empty. You must delete all versions in the bucket. "
    "(Service: S3, Status Code: 409)"
)


def install() -> None:
    """Complete each bucket that is made or changed, and refuse to delete one that is not empty."""
    add_stack_tags(_TYPE)
    extend(_TYPE, before_delete=_refuse_full, after_change=_complete)


def _refuse_full(name: str) -> None:
    bucket = s3._buckets.get(name)
    if bucket is not None and (bucket["objects"] or s3._bucket_has_versions(name)):
        raise ValueError(_NOT_EMPTY)


def _complete(made: Made, props: Properties) -> None:
    name = made[0]
    _set(s3._bucket_tags, name, provisioners._tag_map(props.get("Tags")))
    _set(s3._bucket_lifecycle, name, _rules(props.get("LifecycleConfiguration") or {}))
    _set(s3._bucket_encryption, name, _encryption(props.get("BucketEncryption") or {}))
    _set(s3._bucket_logging_config, name, _logging(props.get("LoggingConfiguration") or {}))


def _set(store: Record, name: str, value: object) -> None:
    if value:
        store[name] = value
    else:
        store.pop(name, None)


def _rules(configuration: Record) -> list[Record]:
    """Return the template's lifecycle rules as S3 lists them."""
    rules = []
    for number, rule in enumerate(configuration.get("Rules", [])):
        listed: Record = {"ID": rule.get("Id", f"rule-{number}"), "Status": rule["Status"]}
        listed["Filter"] = {"Prefix": rule.get("Prefix", "")}
        if "ExpirationInDays" in rule:
            listed["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
        elif "ExpiredObjectDeleteMarker" in rule:
            listed["Expiration"] = {"ExpiredObjectDeleteMarker": rule["ExpiredObjectDeleteMarker"]}
        for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
            if key in rule:
                listed[key] = {inner: int(value) for inner, value in rule[key].items()}
        rules.append(listed)
    return rules


def _encryption(configuration: Record) -> str:
    """Return the template's default encryption as S3's document, or ""."""
    rules = ""
    for rule in configuration.get("ServerSideEncryptionConfiguration", []):
        default = rule.get("ServerSideEncryptionByDefault", {})
        key = default.get("KMSMasterKeyID")
        named = f"<KMSMasterKeyID>{escape(key)}</KMSMasterKeyID>" if key else ""
        algorithm = f"<SSEAlgorithm>{escape(default.get('SSEAlgorithm', 'AES256'))}</SSEAlgorithm>"
        bucket_key = str(rule.get("BucketKeyEnabled", False)).lower()
        rules += (
            f"<Rule><ApplyServerSideEncryptionByDefault>{algorithm}{named}</ApplyServerSideEncryptionByDefault>"
            f"<BucketKeyEnabled>{bucket_key}</BucketKeyEnabled></Rule>"
        )
    if not rules:
        return ""
    return f'<ServerSideEncryptionConfiguration xmlns="{s3.S3_NS}">{rules}</ServerSideEncryptionConfiguration>'


def _logging(configuration: Record) -> str:
    """Return the template's logging of accesses as S3's document, or ""."""
    if not configuration:
        return ""
    target, prefix = (escape(configuration.get(key, "")) for key in ("DestinationBucketName", "LogFilePrefix"))
    enabled = f"<TargetBucket>{target}</TargetBucket><TargetPrefix>{prefix}</TargetPrefix>"
    return f'<BucketLoggingStatus xmlns="{s3.S3_NS}"><LoggingEnabled>{enabled}</LoggingEnabled></BucketLoggingStatus>'
