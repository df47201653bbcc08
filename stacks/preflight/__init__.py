"""The checks before an upload: HTTPS, image, service-linked roles, network, and a shared listener."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.preflight.access_lists import check_traffic
from stacks.preflight.architecture import check_architecture
from stacks.preflight.certificate import check_certificate
from stacks.preflight.command import check_command
from stacks.preflight.contents import Contents
from stacks.preflight.hosted_zone import check_hosted_zone
from stacks.preflight.image import check_image
from stacks.preflight.images import check_images
from stacks.preflight.ipv6 import check_ipv6
from stacks.preflight.placement import find_placement
from stacks.preflight.policies import check_policies
from stacks.preflight.routes import check_routes
from stacks.preflight.schedules import check_starts
from stacks.preflight.secrets import check_secrets
from stacks.preflight.security_groups import check_security_groups
from stacks.preflight.service_linked_roles import check_service_linked_roles
from stacks.preflight.shared_egress import check_shared_egress
from stacks.preflight.subnets import check_subnets
from stacks.request.repository import repository_name
from stacks.request.shared_listener import check_priorities
from templates.ecs.image import ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.preflight.placement import Placement
    from stacks.request.parameters import Chosen
    from stacks.settings import Settings


def check_before_upload(aws: Aws, settings: Settings, chosen: Chosen, existing: Stack | None) -> tuple[str, ...]:
    """Raise UserError if the deployment would fail half way: a missing image, an unfit network, no free rule.

    `existing` is the deployed stack. Returns what could not be found out.
    """
    before = {} if existing is None or existing.under_review else existing.parameters
    unknown = [check_certificate(aws, settings), check_hosted_zone(aws, settings)]
    unknown += check_policies(aws, settings)
    unknown += check_secrets(aws, settings, service=bool(chosen.image_tag))
    if chosen.image_tag:
        check_starts(settings, dt.datetime.now(dt.UTC))
    if chosen.image_tag and chosen.former is None:
        unknown.append(check_image(aws, settings, chosen.image_tag))
        unknown += check_images(aws, settings, chosen.image_tag)
        unknown.append(_contents(aws, settings, chosen.image_tag))
        unknown.append(check_service_linked_roles(aws, settings, before))
    if settings.network.listener:
        check_priorities(aws, settings, settings.network.listener, existing)
    unknown += _network(aws, settings, find_placement(settings, chosen.values), existing)
    return tuple(it for it in unknown if it)


def _contents(aws: Aws, settings: Settings, tag: str) -> str:
    """Raise UserError for an image that cannot run with the settings; return what is not known.

    Only images in ECR are read: the password of another registry is known to ECS alone.
    """
    elsewhere = ecr_repository(settings.ecs.image)
    if elsewhere and elsewhere.region == aws.region:
        contents = Contents(aws, elsewhere.name, tag, elsewhere.account)
    elif not settings.ecs.image:
        contents = Contents(aws, repository_name(settings), tag)
    else:
        return ""
    return check_architecture(contents, settings, tag) or check_command(contents, settings, tag)


def _network(aws: Aws, settings: Settings, placement: Placement | None, existing: Stack | None) -> Iterator[str]:
    """Raise UserError for an unfit network; return what is not known."""
    creates = existing is None or existing.under_review
    try:
        if placement is None:
            check_ipv6(aws, settings, existing)
        else:
            found = check_subnets(aws, settings, placement, creates=creates)
            yield check_routes(aws, settings, placement, found)
            check_security_groups(aws, settings, placement, found, existing)
            if listener := settings.network.listener:
                yield check_shared_egress(aws, settings, listener, placement, found, existing)
    except ClientError as error:
        if not is_denied(error):
            raise
        yield f"[network]: whether it fits is not known, because ec2:{error.operation_name} is not allowed"
    if placement is not None:
        yield check_traffic(aws, settings, placement)
