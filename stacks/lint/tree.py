"""Nested templates as one: a value in one of them, followed through parameters and outputs to where it comes from.

Parameters of the topmost template are their defaults, which are what the environment's file says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

NESTED_STACK = "AWS::CloudFormation::Stack"
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Place:
    """A resource: the logical ids of the nested stacks that lead to it, and its own."""

    stacks: tuple[str, ...]
    logical_id: str


Origins = frozenset[str | Place]
"""The literals and resources from which a value comes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """A template at its place in a tree; `arguments` are what its parent passes, in the parent's terms.

    `above` are the nodes from the topmost one to the parent.
    """

    file: Path
    template: Mapping[str, Any]
    above: tuple[Node, ...] = ()
    stacks: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def nested(self) -> Mapping[str, Path]:
        """The files that the nested stacks' `TemplateURL`s name, beside this one, under their logical ids."""
        stacks = self._of_type(NESTED_STACK)
        return {logical_id: self.file.parent / str(properties.get("TemplateURL")) for logical_id, properties in stacks}

    @cached_property
    def children(self) -> Mapping[str, Node]:
        """The nested stacks whose template is there. No template is its own child, or that of a child."""
        found = {}
        for logical_id, file in self.nested.items():
            template = read(file)
            if template and all(node.file != file for node in (*self.above, self)):
                found[logical_id] = Node(
                    file=file,
                    template=template,
                    above=(*self.above, self),
                    stacks=(*self.stacks, logical_id),
                    arguments=_section(_section(self.template["Resources"][logical_id], "Properties"), "Parameters"),
                )
        return found

    def walk(self) -> Iterator[Node]:
        """This node and those below it, without those whose condition is known to fail."""
        yield self
        for logical_id, child in self.children.items():
            if self._may_exist(logical_id):
                yield from child.walk()

    def resources(self, resource_type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Logical id and properties of the resources of a type, without those whose condition is known to fail."""
        return ((name, properties) for name, properties in self._of_type(resource_type) if self._may_exist(name))

    def _of_type(self, resource_type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for logical_id, resource in _section(self.template, "Resources").items():
            if isinstance(resource, dict) and resource.get("Type") == resource_type:
                yield logical_id, _section(resource, "Properties")

    def _may_exist(self, logical_id: str) -> bool:
        resource = self.template["Resources"][logical_id]
        return "Condition" not in resource or self.holds({"Condition": resource["Condition"]}) is not False

    def place(self, logical_id: str) -> Place:
        """The resource of this template with that logical id."""
        return Place(self.stacks, logical_id)

    def origins(self, value: object) -> Origins:
        """The literals and resources that a value is, or is put together from; what cannot be known is left out."""
        match value:
            case bool():
                found: Origins = frozenset({"true" if value else "false"})
            case str() | int():
                found = frozenset({str(value)})
            case list():
                found = frozenset().union(*(self.origins(item) for item in value))
            case dict():
                found = self._resolved(value)
            case _:
                found = frozenset()
        return found

    def _resolved(self, expression: dict[str, Any]) -> Origins:
        match expression:
            case {"Ref": str(name)}:
                found = self._reference(name)
            case {"Fn::GetAtt": str(path)} if "." in path:
                found = self._attribute(*path.split(".", 1))
            case {"Fn::GetAtt": [str(logical_id), str(attribute)]}:
                found = self._attribute(logical_id, attribute)
            case {"Fn::If": [str(), _, _] as choice}:
                found = self.origins(self.branches(choice))
            case {"Fn::Sub": [str(text), dict(values)]}:
                found = self._substituted(text, values)
            case {"Fn::Sub": str(text)}:
                found = self._substituted(text, {})
            case _:
                found = self.origins(list(expression.values()))
        return found

    def _reference(self, name: str) -> Origins:
        if name in self.arguments and self.above:
            return self.above[-1].origins(self.arguments[name])
        parameters = _section(self.template, "Parameters")
        if name in parameters:
            return self.origins(_section(parameters, name).get("Default"))
        return frozenset({self.place(name)}) if name in _section(self.template, "Resources") else frozenset()

    def _attribute(self, logical_id: str, attribute: str) -> Origins:
        child = self.children.get(logical_id)
        if child and attribute.startswith("Outputs."):
            output = _section(_section(child.template, "Outputs"), attribute.removeprefix("Outputs."))
            return child.origins(output.get("Value"))
        return frozenset({self.place(logical_id)})

    def _substituted(self, text: str, values: Mapping[str, Any]) -> Origins:
        found: Origins = frozenset()
        for name in _VARIABLE.findall(text):
            reference = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
            found |= self.origins(values.get(name, reference))
        return found or frozenset({text})

    def branches(self, argument: list[Any]) -> list[Any]:
        """The values between which an `Fn::If` chooses: one where its condition is known, otherwise both."""
        condition, then, otherwise = argument
        holds = self.holds({"Condition": condition})
        return [then, otherwise] if holds is None else [then if holds else otherwise]

    def holds(self, condition: object) -> bool | None:
        """Whether a condition holds; None if that is not known.

        A parameter that is empty counts as one that is not known yet: its value comes with a later deployment.
        """
        match condition:
            case {"Condition": str(name)}:
                named = _section(self.template, "Conditions").get(name)
                holds = self.holds(named) if named else None
            case {"Fn::Equals": [left, right]}:
                one, other = self._literal(left), self._literal(right)
                holds = None if one is None or other is None else one == other
            case {"Fn::Not": [part]}:
                opposite = self.holds(part)
                holds = None if opposite is None else not opposite
            case {"Fn::And": list(parts)}:
                holds = _decided([self.holds(part) for part in parts], by=False)
            case {"Fn::Or": list(parts)}:
                holds = _decided([self.holds(part) for part in parts], by=True)
            case _:
                holds = None
        return holds

    def _literal(self, side: object) -> str | None:
        """One side of an `Fn::Equals`, if it is one known string."""
        if isinstance(side, str):
            return side
        match tuple(self.origins(side)):
            case (str(only),) if only:
                return only
        return None


def _decided(parts: list[bool | None], *, by: bool) -> bool | None:
    """What parts say together when a single part of that value decides (true for Or, false for And)."""
    if by in parts:
        return by
    return None if None in parts else not by


def trees(file: Path) -> list[Node]:
    """The trees in a file's folder that the file is a part of, each by its topmost template."""
    folder = {path: template for path in sorted(file.parent.glob("*.json")) if (template := read(path))}
    tops = [Node(file=path, template=template) for path, template in folder.items()]
    nested = {child.file for top in tops for child in top.children.values()}
    return [top for top in tops if top.file not in nested and any(node.file == file for node in top.walk())]


def read(file: Path) -> dict[str, Any] | None:
    """A template in JSON; None if the file is none."""
    try:
        template = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return template if isinstance(template, dict) else None


def _section(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of a template that is a map; an empty one if it is not there, or not a map."""
    part = value.get(name)
    return part if isinstance(part, dict) else {}
