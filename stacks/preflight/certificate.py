"""A certificate that is named is where the load balancer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import UserError

if TYPE_CHECKING:
    from stacks.settings import Settings


def check(settings: Settings) -> None:
    """Raise UserError where it is in ACM in another region: a load balancer finds those of its own only.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
    """
    https = settings.network.https
    arn = (https.certificate_arn if https else None) or ""
    service, region = [*arn.split(":", 4), "", "", "", ""][2:4]
    if service == "acm" and region != settings.aws.region:
        why = f"the certificate is in {region}, and the load balancer in {settings.aws.region}"
        then = f"Name one in {settings.aws.region}, or leave it out: one is issued for domain_name then."
        raise UserError("[network.https] certificate_arn", why, then)
