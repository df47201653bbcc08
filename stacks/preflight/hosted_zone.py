"""The hosted zone: it exists, contains the domain names, and is public if ACM needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import UserError

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings
    from templates.network.https import Https

WHAT = "[network.https] hosted_zone_id"
ABSENT = {"NoSuchHostedZone", "InvalidInput"}


def check_hosted_zone(aws: Aws, settings: Settings) -> str:
    """Raise UserError if records could not be created, or would not be found; return what is not known, or "".

    A deployment waits up to 72 hours for a certificate whose validation record is not in public DNS
    (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
    """
    https = settings.network.https
    if https is None or https.hosted_zone_id is None:
        return ""
    zone_id = https.hosted_zone_id
    try:
        zone = aws.route53.get_hosted_zone(Id=zone_id)["HostedZone"]
    except ClientError as error:
        if error_code(error) in ABSENT:
            then = "aws route53 list-hosted-zones lists those that there are."
            raise UserError(WHAT, f"account {aws.account_id} has no hosted zone {zone_id}", then) from error
        if not is_denied(error):
            raise
        return f"{WHAT}: whether {zone_id} is there is not known, because route53:GetHostedZone is not allowed"
    _check_names(https, zone_id, zone["Name"].rstrip("."))
    if https.certificate_arn is None and zone.get("Config", {}).get("PrivateZone", False):
        why = f"{zone_id} is private: ACM validates {https.domain_name} in public DNS, and would wait"
        raise UserError(WHAT, why, "Name the public zone, or a certificate_arn.")
    return ""


def _check_names(https: Https, zone_id: str, zone: str) -> None:
    """Raise UserError if a name is neither the zone's nor below it."""
    if outside := [name for name in https.names if not f".{name}".endswith(f".{zone}")]:
        verb = "is" if len(outside) == 1 else "are"
        why = f"{zone_id} is the zone of {zone}, and {', '.join(outside)} {verb} not in it"
        raise UserError(WHAT, why, "Name the zone in which they are, or other names.")
