"""AWS::IAM::Role with its permissions boundary, which ministack's handler drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import iam
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Untyped

_TYPE = "AWS::IAM::Role"


def install() -> None:
    """Complete what ministack's handlers make."""
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    create, update = handlers["create"], handlers["update"]

    def create_bounded(logical_id: str, props: Properties, stack_name: str) -> Made:
        return _bounded(create(logical_id, props, stack_name), props)

    def update_bounded(physical_id: str, old: Properties, new: Properties, *rest: Untyped, **more: Untyped) -> Made:
        return _bounded(update(physical_id, old, new, *rest, **more), new)

    handlers["create"], handlers["update"] = create_bounded, update_bounded


def _bounded(made: Made, props: Properties) -> Made:
    iam._roles[made[0]]["PermissionsBoundary"] = props.get("PermissionsBoundary", "")
    return made
