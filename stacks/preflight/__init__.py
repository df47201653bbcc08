"""What is checked before anything is uploaded: the image, the network, a place on a shared listener."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import shared_listener
from stacks.preflight import architecture, certificate, image, routes, subnets, zones
from stacks.preflight.places import of

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.parameters import Chosen
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings, chosen: Chosen, *, creates: bool) -> tuple[str, ...]:
    """Raise UserError for what would make the deployment fail half way: no such image, an unfit network, no free place.

    `creates`: there is no load balancer yet, which has its addresses in the subnets. Gives what could not be found out.
    """
    unknown = ""
    certificate.check(settings)
    if chosen.image_tag:
        image.check(aws, settings, chosen.image_tag)
        unknown = architecture.check(aws, settings, chosen.image_tag)
    if settings.network.listener:
        shared_listener.check_priorities(aws, settings, settings.network.listener)
    places = of(settings, chosen.values)
    if places is None:
        zones.check(aws, settings)
    else:
        found = subnets.check(aws, settings, places, creates=creates)
        routes.check(aws, settings, places, found)
    return (unknown,) if unknown else ()
