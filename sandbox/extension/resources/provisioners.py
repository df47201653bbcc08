"""ministack's handlers of resource types: new ones, and more for those that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record, Untyped

    Create = Callable[[str, Properties, str], Made]
    Update = Callable[[str, Properties, Properties, str], Made]
    Delete = Callable[[str, Properties], None]


def register(resource_type: str, *, create: Create, update: Update, delete: Delete, tagged: bool = False) -> None:
    """Register handlers of this type. `tagged`: the stack's tags are put into its property `Tags`."""
    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}
    if tagged:
        add_stack_tags(resource_type)


def add_stack_tags(resource_type: str) -> None:
    """Put the stack's tags into the property `Tags` of this type."""
    provisioners._STACK_TAG_PROPERTY[resource_type] = ("Tags", "list")


def extend(
    resource_type: str,
    *,
    before_create: Callable[[Properties], None] | None = None,
    before_update: Callable[[str, Properties, Properties], None] | None = None,
    before_delete: Callable[[str], None] | None = None,
    after_change: Callable[[Made, Properties], None] | None = None,
    after_delete: Callable[[str], None] | None = None,
) -> None:
    """Call these before and after the handlers of this type, each where the type has that handler.

    What is called before raises ValueError, with AWS's words, for what AWS refuses. `before_update` gets the physical
    id and the properties before and after; `after_change` what a create or an update has made, and its properties.
    """
    handlers: Record = provisioners._RESOURCE_HANDLERS[resource_type]
    stock = dict(handlers)

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        if before_create:
            before_create(props)
        made: Made = stock["create"](logical_id, props, stack_name)
        if after_change:
            after_change(made, props)
        return made

    def update(physical_id: str, old: Properties, new: Properties, *rest: Untyped) -> Made:
        if before_update:
            before_update(physical_id, old, new)
        made: Made = stock["update"](physical_id, old, new, *rest)
        if after_change:
            after_change(made, new)
        return made

    def delete(physical_id: str, *rest: Untyped) -> None:
        if before_delete:
            before_delete(physical_id)
        stock["delete"](physical_id, *rest)
        if after_delete:
            after_delete(physical_id)

    own = {"create": create, "update": update, "delete": delete}
    handlers |= {name: handler for name, handler in own.items() if name in stock}
