"""What is checked before anything is uploaded: HTTPS, image, AWS's roles, network, a place on a shared listener."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import shared_listener
from stacks.preflight import (
    access_lists,
    architecture,
    certificate,
    hosted_zone,
    image,
    routes,
    service_linked_roles,
    subnets,
    zones,
)
from stacks.preflight.places import of

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.deployed import Deployed
    from stacks.parameters import Chosen
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings, chosen: Chosen, existing: Deployed | None) -> tuple[str, ...]:
    """Raise UserError for what would make the deployment fail half way: no such image, an unfit network, no free place.

    `existing` is the stack that is there. Gives what could not be found out.
    """
    creates = existing is None or existing.under_review
    before = {} if existing is None or existing.under_review else existing.parameters
    unknown = [certificate.check(aws, settings), hosted_zone.check(aws, settings)]
    if chosen.image_tag:
        image.check(aws, settings, chosen.image_tag)
        unknown.append(architecture.check(aws, settings, chosen.image_tag))
        unknown.append(service_linked_roles.check(aws, settings, before))
    if settings.network.listener:
        shared_listener.check_priorities(aws, settings, settings.network.listener)
    places = of(settings, chosen.values)
    if places is None:
        zones.check(aws, settings)
    else:
        found = subnets.check(aws, settings, places, creates=creates)
        unknown.append(routes.check(aws, settings, places, found))
        unknown.append(access_lists.check(aws, settings, places))
    return tuple(it for it in unknown if it)
