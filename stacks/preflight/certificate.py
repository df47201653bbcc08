"""A given certificate: it is in the load balancer's region and account, issued, and covers the domain names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_acm.type_defs import CertificateDetailTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings

WHAT = "[network.https] certificate_arn"
STATES = {
    "VALIDATION_TIMED_OUT": "The names were not validated within 72 hours. Request a new one.",
    "EXPIRED": "Import a new one, or request one that ACM renews.",
    "REVOKED": "Request a new one.",
    "FAILED": "Request a new one: https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html",
}
"""The remediation for each state of a certificate
(https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html)."""


def check_certificate(aws: Aws, settings: Settings) -> str:
    """Raise UserError if the load balancer or browsers would refuse the certificate; return what is not known, or "".

    Its key is not checked: an Application Load Balancer supports all algorithms of ACM
    (https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html).
    """
    https = settings.network.https
    if https is None or https.certificate_arn is None:
        return ""
    arn = https.certificate_arn
    _check_place(aws, arn)
    read, action = (
        (_check_in_acm, "acm:DescribeCertificate") if ":acm:" in arn else (_check_in_iam, "iam:GetServerCertificate")
    )
    try:
        read(aws, arn, https.names)
    except ClientError as error:
        if error_code(error) in {"ResourceNotFoundException", "NoSuchEntity"}:
            then = "Check the ARN; without one, and with a hosted_zone_id, a certificate is issued for domain_name."
            raise UserError(WHAT, f"there is no {_short(arn)} in account {aws.account_id}", then) from error
        if not is_denied(error):
            raise
        return f"{WHAT}: whether {_short(arn)} is valid is not known, because {action} is not allowed"
    return ""


def _check_place(aws: Aws, arn: str) -> None:
    """Raise UserError for a certificate of another region or account.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
    """
    service, region, account = arn.split(":")[2:5]
    then = "Name one in {}, or leave it out: one is issued for domain_name then."
    if service == "acm" and region != aws.region:
        why = f"the certificate is in {region}, and the load balancer in {aws.region}"
        raise UserError(WHAT, why, then.format(aws.region))
    if account != aws.account_id:
        why = f"the certificate is in account {account}, and the load balancer in {aws.account_id}"
        raise UserError(WHAT, why, then.format(f"account {aws.account_id}"))


def _check_in_acm(aws: Aws, arn: str, names: Iterable[str]) -> None:
    found = aws.acm.describe_certificate(CertificateArn=arn)["Certificate"]
    state = found["Status"]
    if state == "PENDING_VALIDATION":
        then = "\n".join(["ACM issues it soon after these records exist:", *(f"  {it}" for it in _missing(found))])
        raise UserError(WHAT, f"{_short(arn)} is not issued yet: ACM waits for the validation of its names", then)
    if state != "ISSUED":
        reason = f" ({found['FailureReason']})" if "FailureReason" in found else ""
        raise UserError(WHAT, f"{_short(arn)} is {state}{reason}", STATES.get(state, "Name one that is issued."))
    covered = [found["DomainName"], *found.get("SubjectAlternativeNames", [])]
    if uncovered := [name for name in names if not any(_covers(it, name) for it in covered)]:
        why = f"{_short(arn)} is for {', '.join(sorted(set(covered)))}, and not for {', '.join(uncovered)}"
        then = (
            "Name one that is, or leave the name out where something before the load balancer has its own certificate."
        )
        raise UserError(WHAT, why, then)


def _missing(found: CertificateDetailTypeDef) -> Iterator[str]:
    """Yield the DNS records that validation still needs, each once: a wildcard shares the record of its domain."""
    lines: dict[str, None] = {}
    for option in found.get("DomainValidationOptions", []):
        if option.get("ValidationStatus") == "SUCCESS":
            continue
        record = option.get("ResourceRecord")
        if record is not None:
            lines[f"{record['Name']} {record['Type']} {record['Value']}"] = None
        else:
            lines[f"{option['DomainName']}: the mail that ACM has sent to its owner, answered"] = None
    yield from lines


def _check_in_iam(aws: Aws, arn: str, _: Iterable[str]) -> None:
    """Raise UserError for an expired certificate; IAM has neither its names nor a state."""
    name = arn.rpartition("/")[2]
    described = aws.iam.get_server_certificate(ServerCertificateName=name)["ServerCertificate"]
    until = described["ServerCertificateMetadata"].get("Expiration")
    if until is not None and until < datetime.now(UTC):
        raise UserError(WHAT, f"{_short(arn)} has expired on {until:%Y-%m-%d}", "Upload a new one, and name it.")


def _covers(on_certificate: str, name: str) -> bool:
    """Whether this name on a certificate covers the name; `*` stands for the first label."""
    pattern = on_certificate.lower()
    return pattern == name or (pattern.startswith("*.") and pattern[2:] == name.partition(".")[2])


def _short(arn: str) -> str:
    return arn.split(":", 5)[5]
