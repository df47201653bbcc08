"""AWS::CertificateManager::Certificate, AWS::Route53::RecordSet and AWS::WAFv2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import acm, route53, waf

from sandbox.extension.reading.readable import Readable, every_key, joined
from sandbox.extension.reading.shapes import present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record

_RECORD = (
    "TTL",
    "ResourceRecords",
    "AliasTarget",
    "SetIdentifier",
    "Weight",
    "Region",
    "Failover",
    "MultiValueAnswer",
    "HealthCheckId",
    "GeoLocation",
    "CidrRoutingConfig",
)
_ACL = ("Name", "Id", "Scope", "Capacity", "DefaultAction", "Rules", "VisibilityConfig")
_LOGGING = "LoggingConfiguration"


def _certificate(arn: str) -> Properties | None:
    found = acm._certificates.get(arn)
    if found is None:
        return None
    transparency = (found.get("Options") or {}).get("CertificateTransparencyLoggingPreference")
    return {
        "CertificateArn": arn,
        "DomainName": found["DomainName"],
        "SubjectAlternativeNames": list(found["SubjectAlternativeNames"]),
        "DomainValidationOptions": [{"DomainName": it["DomainName"]} for it in found["DomainValidationOptions"]],
        "KeyAlgorithm": found.get("KeyAlgorithm", "RSA_2048"),
        **present(CertificateTransparencyLoggingPreference=transparency),
        "Tags": tags(found.get("Tags")),
    }


def _record(name: str, zone_id: str, kind: str, identifier: str = "") -> Properties | None:
    for found in route53._records.get(zone_id) or ():
        same = found["Type"] == kind and found.get("SetIdentifier", "") == identifier
        if same and found["Name"] == route53._normalise_name(name):
            kept = present(**{key: found.get(key) for key in _RECORD})
            return {"Name": found["Name"], "HostedZoneId": zone_id, "Type": kind, **kept}
    return None


def _records() -> Iterator[tuple[str, ...]]:
    for zone_id, records in list(route53._records.items()):
        for found in records:
            yield found["Name"], zone_id, found["Type"], found.get("SetIdentifier", "")


def _identify_record(physical_id: str, properties: Properties) -> tuple[str, ...]:
    return physical_id, properties["HostedZoneId"], properties["Type"], properties.get("SetIdentifier", "")


def _acl(name: str, acl_id: str, scope: str) -> Properties | None:
    found = waf.web_acl_record(acl_id, scope)
    if found is None or found["Name"] != name:
        return None
    described = present(Description=found.get("Description"))
    return {
        "Arn": found["ARN"],
        **{key: found[key] for key in _ACL},
        **described,
        "Tags": tags(waf._waf_tags.get(found["ARN"])),
    }


def _acls() -> Iterator[tuple[str, ...]]:
    for acl_id, found in list(waf._web_acls.items()):
        yield found["Name"], acl_id, found["Scope"]


def _logging(arn: str) -> Properties | None:
    for found in waf._web_acls.values():
        if found["ARN"] == arn and _LOGGING in found:
            return {key: value for key, value in found[_LOGGING].items() if key != "ManagedByFirewallManager"}
    return None


def _logged() -> Iterator[tuple[str, ...]]:
    for found in list(waf._web_acls.values()):
        if _LOGGING in found:
            yield (found["ARN"],)


def _association(resource_arn: str, acl_arn: str) -> Properties | None:
    if waf._associations.get(resource_arn) != acl_arn:
        return None
    return {"ResourceArn": resource_arn, "WebACLArn": acl_arn}


def _associations() -> Iterator[tuple[str, ...]]:
    found: Record = dict(waf._associations)
    yield from found.items()


READERS = {
    "AWS::CertificateManager::Certificate": Readable(read=_certificate, every=every_key(acm._certificates)),
    "AWS::Route53::RecordSet": Readable(read=_record, every=_records, identify=_identify_record),
    "AWS::WAFv2::WebACL": joined(read=_acl, every=_acls),
    "AWS::WAFv2::LoggingConfiguration": Readable(read=_logging, every=_logged),
    "AWS::WAFv2::WebACLAssociation": joined(read=_association, every=_associations),
}
