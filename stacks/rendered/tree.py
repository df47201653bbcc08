"""Nested templates as a tree: values are followed through parameters and outputs to where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from stacks.rendered.expressions import If, Json, Reference, atoms, section
from stacks.rendered.names import NESTED_STACK, OUTPUTS
from stacks.rendered.values import Later, Scope, Value, parameters

Template = Mapping[str, Json]
Branches = Callable[["Module", If], Iterable[Json]]
"""Chooses among the values of an `Fn::If` in a module."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Module:
    """One stack of a tree. `arguments` are what its parent passes, in the parent's terms.

    `load` gives the template to which a `TemplateURL` leads, or None; `address` is this one's own `TemplateURL`.
    """

    template: Template
    load: Callable[[str], Template | None]
    address: str = ""
    logical_id: str = ""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    parent: Module | None = None

    @property
    def name(self) -> str:
        """The logical id, of the topmost one `Root`."""
        return self.logical_id or "Root"

    @property
    def path(self) -> str:
        """What the paths of its resources begin with: `Network/`, "" for the topmost one."""
        return f"{self.parent.path}{self.logical_id}/" if self.parent else ""

    @property
    def above(self) -> Iterator[Module]:
        """This module and those in which it is nested, up to the topmost one."""
        yield self
        if self.parent:
            yield from self.parent.above

    @cached_property
    def nested(self) -> Mapping[str, str]:
        """The `TemplateURL`s of its nested stacks, by logical id."""
        stacks = (it for it in self.resources() if it.type == NESTED_STACK)
        return {it.logical_id: str(it.properties.get("TemplateURL")) for it in stacks}

    @cached_property
    def children(self) -> Mapping[str, Module]:
        """The nested stacks whose template there is. No template is its own child, or that of a child."""
        known = {it.address for it in self.above}
        return {
            logical_id: Module(
                template=template,
                load=self.load,
                address=address,
                logical_id=logical_id,
                arguments=section(self.resource(logical_id).properties, "Parameters"),
                parent=self,
            )
            for logical_id, address in self.nested.items()
            if address not in known and (template := self.load(address)) is not None
        }

    def walk(self) -> Iterator[Module]:
        """Yield this module and those below it."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def resources(self) -> Iterator[Resource]:
        """Yield its resources, those under a condition too."""
        return (self.resource(logical_id) for logical_id in section(self.template, "Resources"))

    def resource(self, logical_id: str) -> Resource:
        """Return the resource of this logical id."""
        return Resource(module=self, logical_id=logical_id, definition=section(self.template["Resources"], logical_id))

    def scope(self, given: Mapping[str, Value], empty: Value = "") -> Scope:
        """Return what its expressions refer to where the topmost stack is `given` these parameters.

        A parameter without a value of its own has its default; one that is empty is `empty`.
        """
        if self.parent:
            above = self.parent.scope(given, empty)
            given = {name: above.resolve(value) for name, value in self.arguments.items()}
        values = {name: empty if it == "" else it for name, it in parameters(self.template, given).items()}
        return Scope(template=self.template, parameters=values, reference=_later)

    def origins(self, value: Json, branches: Branches = lambda _, it: it.branches) -> Iterator[str | Resource]:
        """Yield the texts and resources that a value is made of, in their order; what cannot be known is left out."""
        for atom in atoms(value, lambda it: branches(self, it)):
            if isinstance(atom, str):
                yield atom
            elif (target := self.target(atom)) is not None:
                module, found = target
                yield from [found] if isinstance(found, Resource) else module.origins(found, branches)
            else:
                yield from self.origins(section(section(self.template, "Parameters"), atom.name).get("Default"))

    def target(self, reference: Reference) -> tuple[Module, Json | Resource] | None:
        """Return the resource that a reference names, or the value behind an argument or an output, and whose it is.

        None for parameters of the topmost stack, and pseudo parameters.
        """
        child = self.children.get(reference.name)
        if child and reference.attribute.startswith(OUTPUTS):
            name = reference.attribute.removeprefix(OUTPUTS)
            return child, section(section(child.template, "Outputs"), name).get("Value")
        if reference.name in section(self.template, "Resources"):
            return self, self.resource(reference.name)
        if reference.name in self.arguments and self.parent:
            return self.parent, self.arguments[reference.name]
        return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """One resource of a module, as its template defines it."""

    module: Module
    logical_id: str
    definition: Mapping[str, Json]

    @property
    def type(self) -> str:
        """Its type."""
        return str(self.definition.get("Type", ""))

    @property
    def properties(self) -> Mapping[str, Json]:
        """Its properties, none where it has none."""
        return section(self.definition, "Properties")

    @property
    def path(self) -> str:
        """Its place in the tree: `Network/TargetGroup`."""
        return f"{self.module.path}{self.logical_id}"

    @property
    def retained(self) -> bool:
        """Whether CloudFormation never deletes it, whatever becomes of its stack."""
        return self.definition.get("DeletionPolicy") == self.definition.get("UpdateReplacePolicy") == "Retain"


def _later(name: str, attribute: str) -> Later:
    return Later(f"${{{name}.{attribute}}}")
