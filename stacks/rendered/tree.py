"""The rendered tree as one: every resource with its module, and what its expressions can be when it is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from stacks.iam.derive.resources import identifiers
from stacks.place import ANYTHING, Place
from stacks.rendered.rendered import ROOT, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

NESTED_STACK = "AWS::CloudFormation::Stack"
NO_VALUE = "AWS::NoValue"
ROOT_MODULE = "Root"
VARIABLE = re.compile(r"\$\{(!?[^}]+)\}")
MANY = 64
"""Texts of one expression beyond which it is `*`: each `Fn::If` doubles them."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One stack: its name as a pattern, its template, and what its parent passes."""

    name: str
    stack_name: str
    template: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parent: Module | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a module; `retained`: CloudFormation never deletes it, whatever becomes of its stack."""

    module: Module
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    retained: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.module.name, self.logical_id


@dataclass(frozen=True)
class Tree:
    """All modules of a rendered environment at a place."""

    rendered: Rendered
    place: Place

    @cached_property
    def modules(self) -> Mapping[str, Module]:
        """The root's and its children's, by logical id."""
        found: dict[str, Module] = {}
        self._add(Module(name=ROOT_MODULE, stack_name=self.rendered.stack_name, template=self._template(ROOT)), found)
        return found

    def _template(self, name: str) -> dict[str, Any]:
        template: dict[str, Any] = json.loads(self.rendered.templates[name])
        return template

    def _add(self, module: Module, found: dict[str, Module]) -> None:
        found[module.name] = module
        for logical_id, it in module.template["Resources"].items():
            if it["Type"] == NESTED_STACK:
                properties = it["Properties"]
                child = Module(
                    name=logical_id,
                    stack_name=f"{module.stack_name}-{logical_id}-*",
                    template=self._template(properties["TemplateURL"]),
                    arguments=properties.get("Parameters", {}),
                    parent=module,
                )
                self._add(child, found)

    def resources(self) -> Iterator[Resource]:
        """Every resource, those under a condition too: a parameter can switch them on."""
        for module in self.modules.values():
            for logical_id in module.template["Resources"]:
                yield self.resource(module, logical_id)

    def resource(self, module: Module, logical_id: str) -> Resource:
        """The one of this name."""
        it = module.template["Resources"][logical_id]
        return Resource(
            module=module,
            logical_id=logical_id,
            type=it["Type"],
            properties=it.get("Properties", {}),
            retained=it.get("DeletionPolicy") == it.get("UpdateReplacePolicy") == "Retain",
        )

    def texts(self, expression: Any, module: Module) -> tuple[str, ...]:  # noqa: ANN401 - a template's JSON
        """What an expression can be, `*` for what is known only when it is deployed; a list gives its elements'."""
        found = dict.fromkeys(self._texts(expression, module))
        return tuple(found) if len(found) <= MANY else (ANYTHING,)

    def _texts(self, expression: Any, module: Module) -> Iterator[str]:  # noqa: ANN401 - a template's JSON
        if isinstance(expression, list):
            for element in expression:
                yield from self._texts(element, module)
        elif isinstance(expression, dict):
            yield from self._of_function(expression, module)
        else:
            yield str(expression).lower() if isinstance(expression, bool) else str(expression)

    def _of_function(self, expression: Mapping[str, Any], module: Module) -> Iterator[str]:
        match expression:
            case {"Ref": str(name)}:
                yield from self._ref(name, module)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                yield from self._attribute(name, attribute, module)
            case {"Fn::Sub": sub}:
                text, more = (sub, {}) if isinstance(sub, str) else sub
                yield from self._sub(text, more, module)
            case {"Fn::If": [_, one, other]}:
                yield from self._texts(one, module)
                yield from self._texts(other, module)
            case {"Fn::Join": [",", list(parts)]}:
                # A list that goes from stack to stack as a text.
                yield from self._texts(parts, module)
            case {"Fn::Join": [str(between), list(parts)]}:
                for chosen in product(*(self.texts(part, module) for part in parts)):
                    yield between.join(chosen)
            case _:
                yield ANYTHING

    def _ref(self, name: str, module: Module) -> Iterator[str]:
        pseudo = {"AWS::Partition": "partition", "AWS::Region": "region", "AWS::AccountId": "account"}
        if name == NO_VALUE:
            return
        if name in pseudo:
            yield getattr(self.place, pseudo[name])
        elif name == "AWS::StackName":
            yield module.stack_name
        elif name in module.template["Resources"]:
            yield from identifiers.physical_ids(self, self.resource(module, name))
        elif name in module.arguments and module.parent is not None:
            yield from self._texts(module.arguments[name], module.parent)
        else:
            yield ANYTHING

    def _attribute(self, name: str, attribute: str, module: Module) -> Iterator[str]:
        child = self.modules.get(name) if attribute.startswith("Outputs.") else None
        if child is not None and child.parent is module:
            yield from self._texts(child.template["Outputs"][attribute.removeprefix("Outputs.")]["Value"], child)
        elif attribute == "Arn" or attribute.endswith(("Arn", "ARN")):
            yield from identifiers.own_arns(self, self.resource(module, name)) or (ANYTHING,)
        elif attribute == "Name":
            yield from identifiers.names(self, self.resource(module, name))
        else:
            yield ANYTHING

    def _sub(self, text: str, more: Mapping[str, Any], module: Module) -> Iterator[str]:
        parts: list[tuple[str, ...]] = []
        for index, part in enumerate(VARIABLE.split(text)):
            if index % 2 == 0:
                parts.append((part,))
            elif part.startswith("!"):
                parts.append((f"${{{part[1:]}}}",))
            elif part in more:
                parts.append(self.texts(more[part], module))
            elif "." in part:
                parts.append(self.texts({"Fn::GetAtt": part.split(".", 1)}, module))
            else:
                parts.append(self.texts({"Ref": part}, module))
        for chosen in product(*parts):
            yield "".join(chosen)

    def referred(self, expression: Any, module: Module) -> Iterator[Resource]:  # noqa: ANN401 - a template's JSON
        """The resources to which an expression leads, through parameters and outputs, in their order."""
        match expression:
            case list():
                for element in expression:
                    yield from self.referred(element, module)
            case {"Ref": str(name)}:
                yield from self._behind(name, module)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                child = self.modules.get(name) if attribute.startswith("Outputs.") else None
                if child is not None and child.parent is module:
                    value = child.template["Outputs"][attribute.removeprefix("Outputs.")]["Value"]
                    yield from self.referred(value, child)
                else:
                    yield self.resource(module, name)
            case {"Fn::Sub": sub}:
                text, more = (sub, {}) if isinstance(sub, str) else sub
                for name in VARIABLE.findall(text):
                    if name not in more:
                        yield from self._behind(name.partition(".")[0], module)
                yield from self.referred(list(more.values()), module)
            case dict():
                yield from self.referred(list(expression.values()), module)

    def _behind(self, name: str, module: Module) -> Iterator[Resource]:
        if name in module.template["Resources"]:
            yield self.resource(module, name)
        elif name in module.arguments and module.parent is not None:
            yield from self.referred(module.arguments[name], module.parent)
