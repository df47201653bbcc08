"""Which resources a deployment creates: what is certain before there is a change set, and the rest by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.iam.derive.resources.identifiers import Tree
from stacks.place import ANYTHING, Place
from stacks.rendered.expressions import parse
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import StackChanges
    from stacks.rendered.expressions import Json
    from stacks.rendered.rendered import Rendered
    from stacks.rendered.tree import Module, Resource


@dataclass(frozen=True, kw_only=True)
class Created:
    """A resource that will be created; `replaces` is the physical id of the one in whose place it comes, or ""."""

    path: str
    type: str
    properties: Mapping[str, Any]
    replaces: str = ""


@dataclass(frozen=True)
class Creations:
    """The resources of a rendered environment, with the texts of their properties."""

    tree: Tree

    @classmethod
    def of(cls, aws: Aws, rendered: Rendered) -> Creations:
        """Return the resources of a rendered environment in an account."""
        return cls(Tree(rendered, Place(partition=aws.partition, region=aws.region, account=aws.account_id)))

    def beforehand(self, now: Mapping[str, str | None], before: Mapping[str, str] | None) -> tuple[Created, ...]:
        """Return what is certainly new: all of it, or what was left out with the parameters of the deployed stack.

        `now` are the root's parameters, None for one that keeps its value; `before` are the deployed ones, or None
        where there is no stack.
        """
        kept = before or {}
        values = {name: kept.get(name) if value is None else value for name, value in now.items()}
        return tuple(
            self._created(it)
            for it in self.tree.resources()
            if it.type != NESTED_STACK
            and self._comes(it, values)
            and (before is None or not self._comes(it, {**values, **before}))
        )

    def by_changes(self, changes: StackChanges, known: Iterable[Created]) -> tuple[Created, ...]:
        """Return what a change set adds or replaces, without those that are known already."""
        seen = {it.path for it in known}
        there = {it.path: it for it in self.tree.resources()}
        return tuple(
            self._created(there[path], replaces=change.physical_id if change.kind == "replace" else "")
            for path, change in changes.paths()
            if change.kind in {"add", "replace"} and path in there and path not in seen
        )

    def _created(self, resource: Resource, *, replaces: str = "") -> Created:
        return Created(
            path=resource.path,
            type=resource.type,
            properties={name: self._text(value, resource.module) for name, value in resource.properties.items()},
            replaces=replaces,
        )

    def _text(self, value: Json, module: Module) -> Json:
        """Return the text that an expression certainly becomes; what is no such expression stays what it is."""
        if isinstance(value, list) or (isinstance(value, dict) and parse(value) is None):
            return value
        found = self.tree.texts(value, module)
        return found[0] if len(found) == 1 and ANYTHING not in found[0] else value

    def _comes(self, resource: Resource, values: Mapping[str, Any]) -> bool:
        """Whether no condition leaves it out, nor its nested stack."""
        module, condition = resource.module, resource.definition.get("Condition")
        if condition is not None and module.scope(values).holds(condition) is not True:
            return False
        return module.parent is None or self._comes(module.parent.resource(module.logical_id), values)
