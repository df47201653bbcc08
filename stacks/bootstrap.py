"""The stack that an account needs once in a region, planned like any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks import changeset, deployed, plan
from stacks.aws import reported
from stacks.changeset import Request
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws import Aws
    from stacks.plan import Plan
    from stacks.settings import Settings


def stack_name(settings: Settings) -> str:
    """The name of the stack."""
    return bootstrap.identity(settings.project).name


@reported()
def prepare(aws: Aws, settings: Settings, *, emit: Callable[[str], None]) -> Plan:
    """Plan its creation, or its upgrade in place; no changes where it is as it should be.

    Raises UserError where the stack is in a state that allows no change.
    """
    identity = bootstrap.identity(settings.project)
    delete_command = f"aws cloudformation delete-stack --stack-name {identity.name}"
    existing = deployed.read(aws, identity.name)
    if existing is not None:
        deployed.refuse_unchangeable(existing, delete_command)
    template = bootstrap.build(settings.project).body
    request = Request(
        environment=settings.environment,
        stack_name=identity.name,
        delete_command=delete_command,
        template=template,
        existing=existing,
        tags=identity.tags,
        capabilities=changeset.capabilities([json.loads(template)]),
    )
    return plan.propose(aws, request, emit=emit)
