"""The ARNs of what `bootstrap` works on: the bootstrap stack, and the stack set of a fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates import bootstrap

if TYPE_CHECKING:
    from stacks.place import Place
    from stacks.settings import Settings


FLEET_BUCKETS = "stackset-*"
"""Names that CloudFormation gives to the buckets of stack sets, as far as they are known."""


def stacks(settings: Settings, place: Place) -> tuple[str, ...]:
    """Return the bootstrap stack; with a fleet also that of the stack set, as StackSets name it."""
    name = bootstrap.identity(settings.project).name
    prefix = f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stack"
    return (f"{prefix}/{name}/*", *([f"{prefix}/StackSet-{name}-*/*"] if settings.fleet.is_set else []))


def stack_set(settings: Settings, place: Place) -> tuple[str, ...]:
    """Return the stack set.

    The resources of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
    """
    name = bootstrap.identity(settings.project).name
    return (f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stackset/{name}:*",)


def stack_set_targets(settings: Settings, place: Place) -> tuple[str, ...]:
    """Return the stack set, with its targets and the types of its resources, which operations on instances name too."""
    name, prefix = bootstrap.identity(settings.project).name, f"arn:{place.partition}:cloudformation"
    targets = (f"{prefix}:*:*:stackset-target/{name}:*", f"{prefix}:*::type/resource/*")
    return (*stack_set(settings, place), *targets)


def administration_role(settings: Settings, place: Place) -> tuple[str, ...]:
    """Return the role as which StackSets act; nothing where AWS Organizations gives the permissions."""
    fleet = settings.fleet
    if fleet.is_service_managed:
        return ()
    default = f"arn:{place.partition}:iam::{place.account}:role/AWSCloudFormationStackSetAdministrationRole"
    return (fleet.administration_role_arn or default,)
