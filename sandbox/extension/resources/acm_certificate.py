"""AWS::CertificateManager::Certificate: the records that prove its names, of which none can be made twice."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Look at the records before a certificate is made, also in another's place."""
    stock: Callable[[str, Properties, str], Made] = provisioners._acm_certificate_create

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        _refuse_one_record_twice(props)
        return stock(logical_id, props, stack_name)

    provisioners._acm_certificate_create = create
    provisioners._RESOURCE_HANDLERS["AWS::CertificateManager::Certificate"]["create"] = create


def _refuse_one_record_twice(props: Properties) -> None:
    """A name and its wildcard have the same record, and Route 53 takes no change twice in a batch.

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
