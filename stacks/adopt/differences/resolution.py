"""The values of our templates, where each reference to an adopted resource is that resource's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.references import reference_to
from stacks.adopt.survey import Adopted
from stacks.place import Place
from stacks.rendered.expressions import plain
from stacks.rendered.names import NESTED_STACK, OUTPUTS
from stacks.rendered.rendered import ROOT
from stacks.rendered.tree import Module
from stacks.rendered.values import Later, Scope, Value, hidden, parameters, text
from templates.partitions import PARTITIONS

if TYPE_CHECKING:
    from stacks.rendered.rendered import Rendered


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A resource of our templates with its values; `Later` for what only a deployment knows."""

    type: str
    properties: Mapping[str, Value]


def resolve(rendered: Rendered, adopted: Iterable[Adopted], place: Place) -> dict[str, Resolved]:
    """Return the resources that a deployment has, by their places (`Ecs/Service`), without nested stacks.

    A reference to a resource that is not adopted is `Later`, with its place as the cause.
    """
    documents = {name: json.loads(body) for name, body in rendered.templates.items()}
    tree = _Tree(pseudo=_pseudo(place), adopted={it.path: it for it in adopted}, place=place)
    module = Module(template=documents[ROOT], load=documents.get, address=ROOT)
    root = _Stack(tree, module, dict(rendered.parameters), rendered.stack_name)
    return dict(root.resources())


def _pseudo(place: Place) -> dict[str, str]:
    suffix = next((it.suffix for it in PARTITIONS if it.name == place.partition), "amazonaws.com")
    return {
        "AWS::AccountId": place.account,
        "AWS::Partition": place.partition,
        "AWS::Region": place.region,
        "AWS::URLSuffix": suffix,
    }


@dataclass(frozen=True, kw_only=True)
class _Tree:
    """What all stacks of the tree have in common."""

    pseudo: Mapping[str, str]
    adopted: Mapping[str, Adopted]
    place: Place


class _Stack:
    """One stack of the tree, with the values of its parameters."""

    def __init__(self, tree: _Tree, module: Module, given: Mapping[str, Value], name: str = "") -> None:
        self._tree = tree
        self._module = module
        pseudo = {**tree.pseudo, **({"AWS::StackName": name} if name else {})}
        reference: Callable[[str, str], Value] = self._reference
        self._scope = Scope(
            template=module.template,
            parameters=parameters(module.template, given) | hidden(module.template),
            reference=reference,
            pseudo=pseudo,
        )
        self._there = self._scope.resources()
        self._children: dict[str, _Stack] = {}

    def resources(self) -> Iterator[tuple[str, Resolved]]:
        """Yield the resources of this stack and of those in it."""
        for name, definition in self._there.items():
            if definition["Type"] == NESTED_STACK:
                if name in self._module.children:
                    yield from self._child(name).resources()
            else:
                properties = self._scope.resolve(definition.get("Properties", {}))
                yield f"{self._module.path}{name}", Resolved(type=definition["Type"], properties=properties)

    def output(self, name: str) -> Value:
        """Return an output's value; None where there is none of this name."""
        return self._scope.output(name)

    def _child(self, name: str) -> _Stack:
        if name not in self._children:
            module = self._module.children[name]
            found = {key: self._scope.resolve(value) for key, value in module.arguments.items()}
            given = {key: _argument(value) for key, value in found.items() if value is not None}
            self._children[name] = _Stack(self._tree, module, given)
        return self._children[name]

    def _reference(self, name: str, attribute: str) -> Value:
        if attribute.startswith(OUTPUTS) and name in self._module.children:
            return self._child(name).output(attribute.removeprefix(OUTPUTS))
        path = f"{self._module.path}{name}"
        written = f"${{{path}{f'.{attribute}' if attribute else ''}}}"
        resource = self._tree.adopted.get(path)
        if resource is None:
            return Later(written, causes=(path,))
        known = reference_to(resource, attribute, self._tree.place)
        return Later(written, is_computed=True) if known is None else known


def _argument(value: Value) -> Any:  # noqa: ANN401 - JSON, or `Later`
    """Return a value as a parameter gets it: a list as text."""
    return text(",".join(map(plain, value)), value) if isinstance(value, list) else value
