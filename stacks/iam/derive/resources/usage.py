"""Which of the actions that a type's handlers list a resource needs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stacks.iam.derive.resources.identifiers import values_at
from templates.resource_types import record

if TYPE_CHECKING:
    from stacks.iam.derive.resources.identifiers import Tree
    from stacks.rendered.tree import Resource
    from templates.resource_types.record import Only


def usage_of(type_: str, action: str) -> tuple[Only, ...]:
    """Return the lines about an action of a type's handlers."""
    return tuple(it for it in record(type_).only if any(fnmatchcase(action, pattern) for pattern in it.actions))


def used_property(tree: Tree, resource: Resource, properties: tuple[str, ...]) -> str | None:
    """Return the first of these properties that the resource has; None: none of them."""
    for path in properties:
        name, _, text = path.partition("~")
        found = tree.texts(list(values_at(resource.properties, name)), resource.module)
        if text and any(text in it or it == "*" for it in found):
            return name
        if not text and any(True for _ in values_at(resource.properties, name)):
            return name
    return None
