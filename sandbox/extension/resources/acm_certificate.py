"""AWS::CertificateManager::Certificate: no two of its names may have the same validation record."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties

_TYPE = "AWS::CertificateManager::Certificate"


def install() -> None:
    """Check the records before a certificate is made, also when ministack's update makes another one."""
    extend(_TYPE, before_create=_refuse_one_record_twice)
    provisioners._acm_certificate_create = provisioners._RESOURCE_HANDLERS[_TYPE]["create"]


def _refuse_one_record_twice(props: Properties) -> None:
    """Refuse a name beside its wildcard: they have the same record, and Route 53 refuses a change twice in a batch.

    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html, https://github.com/aws/aws-cdk/issues/9248
    """
    options = props.get("DomainValidationOptions") or []
    proven = [it["DomainName"].removeprefix("*.") for it in options if it.get("HostedZoneId")]
    for index, name in enumerate(proven):
        if name in proven[:index]:
            record = f"_{sha256(name.encode()).hexdigest()[:32]}.{name}."
            raise ValueError(
                f"[The request contains an invalid set of changes for a resource record set 'CREATE CNAME {record}'] "
                "(Service: AmazonRoute53; Status Code: 400; Error Code: InvalidChangeBatch)"
            )
