"""What is checked before anything is uploaded: HTTPS, image, AWS's roles, network, a place on a shared listener."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws import session as amazon
from stacks.preflight import (
    access_lists,
    architecture,
    certificate,
    command,
    hosted_zone,
    image,
    images,
    ipv6,
    policies,
    routes,
    secrets,
    service_linked_roles,
    shared_egress,
    subnets,
)
from stacks.preflight.contents import Contents
from stacks.preflight.places import of
from stacks.request import shared_listener
from stacks.request.repository import repository_name
from templates.ecs.image import ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Deployed
    from stacks.preflight.places import Places
    from stacks.request.parameters import Chosen
    from stacks.settings import Settings


def check(aws: Aws, settings: Settings, chosen: Chosen, existing: Deployed | None) -> tuple[str, ...]:
    """Raise UserError for what would make the deployment fail half way: no such image, an unfit network, no free place.

    `existing` is the stack that is there. Gives what could not be found out.
    """
    before = {} if existing is None or existing.under_review else existing.parameters
    unknown = [certificate.check(aws, settings), hosted_zone.check(aws, settings)]
    unknown += policies.check(aws, settings)
    unknown += secrets.check(aws, settings, service=bool(chosen.image_tag))
    if chosen.image_tag and chosen.former is None:
        unknown.append(image.check(aws, settings, chosen.image_tag))
        unknown += images.check(aws, settings, chosen.image_tag)
        unknown.append(_contents(aws, settings, chosen.image_tag))
        unknown.append(service_linked_roles.check(aws, settings, before))
    if settings.network.listener:
        shared_listener.check_priorities(aws, settings, settings.network.listener)
    unknown += _network(aws, settings, of(settings, chosen.values), existing)
    return tuple(it for it in unknown if it)


def _contents(aws: Aws, settings: Settings, tag: str) -> str:
    """Raise UserError for an image that could not run as the settings have it; give what is not known.

    Of a registry that is not ECR only ECS has the password.
    """
    elsewhere = ecr_repository(settings.ecs.image)
    if elsewhere and elsewhere.region == aws.region:
        contents = Contents(aws, elsewhere.name, tag, elsewhere.account)
    elif not settings.ecs.image:
        contents = Contents(aws, repository_name(settings), tag)
    else:
        return ""
    return architecture.check(contents, settings, tag) or command.check(contents, settings, tag)


def _network(aws: Aws, settings: Settings, places: Places | None, existing: Deployed | None) -> Iterator[str]:
    """Raise UserError for an unfit network; give what is not known."""
    creates = existing is None or existing.under_review
    try:
        if places is None:
            ipv6.check(aws, settings, existing)
        else:
            found = subnets.check(aws, settings, places, creates=creates)
            yield routes.check(aws, settings, places, found)
            if listener := settings.network.listener:
                yield shared_egress.check(aws, settings, listener, places, found, existing)
    except amazon.ClientError as error:
        if amazon.code(error) not in amazon.DENIED:
            raise
        yield f"[network]: whether it fits is not known, because ec2:{error.operation_name} is not allowed"
    if places is not None:
        yield access_lists.check(aws, settings, places)
