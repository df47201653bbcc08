"""Adding a resource type to ministack's CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties

    Create = Callable[[str, Properties, str], Made]
    Update = Callable[[str, Properties, Properties, str], Made]
    Delete = Callable[[str, Properties], None]


def register(resource_type: str, *, create: Create, update: Update, delete: Delete, tags: str | None = None) -> None:
    """Make this type known. `tags` names the property that is a list of tags, for the stack's own tags."""
    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}
    if tags is not None:
        provisioners._STACK_TAG_PROPERTY[resource_type] = (tags, "list")
