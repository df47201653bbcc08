"""Explain a change set: which of its changes are certain, their causes, and their values.

CloudFormation reports that every nested stack with an output of a sibling as a parameter may change. This module
compares the old and new templates and parameters, stack by stack, in the order of their dependencies.
"""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from stacks.plan.comparison import Definitions, compare, is_placeholder, list_properties
from stacks.plan.consequences import consequence_of
from stacks.rendered.expressions import plain
from stacks.rendered.names import NESTED_STACK, OUTPUTS
from stacks.rendered.references import needed_by
from stacks.rendered.values import Later, Scope, Value, causes, equal, hidden, parts
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.cloudformation.changes import Certainty, Change, PropertyChange, StackChanges
    from stacks.plan.sources import Source


def explain(tree: StackChanges, sources: Mapping[str, Source]) -> StackChanges:
    """Return the tree with the properties, certainty and consequence of each change."""
    if tree.stack_id not in sources:
        return tree
    return StackExplainer(tree, sources, sources[tree.stack_id].new_parameters).explained()


def changes_nothing(explained: StackChanges, sources: Mapping[str, Source]) -> bool:
    """Whether the templates and parameters prove that the change set changes nothing, whatever it lists.

    CloudFormation lists every nested stack with an output of a sibling as a parameter, even if nothing changes
    (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/759).
    """
    source = sources.get(explained.stack_id)
    if source is None or any(change.certainty != "none" for change in explained.changes):
        return False
    return StackExplainer(explained, sources, source.new_parameters).is_equal()


class StackExplainer:
    """Explains the changes of one stack of the tree, each once, after the changes that it refers to."""

    def __init__(
        self, tree: StackChanges, sources: Mapping[str, Source], parameters: Mapping[str, Value], path: str = ""
    ) -> None:
        self._tree = tree
        self._sources = sources
        self._source = sources[tree.stack_id]
        self._path = path
        self._changes = {change.logical_id: change for change in tree.changes}
        self._explained: dict[str, Change] = {}
        self._children: dict[str, StackExplainer] = {}
        source = self._source
        self.old = self._scope(source.old_template, source.old_parameters, self._current_value)
        self.new = self._scope(source.new_template, parameters, self._new_value)

    def _scope(
        self,
        template: Mapping[str, Value] | None,
        parameters: Mapping[str, Value],
        reference: Callable[[str, str], Value],
    ) -> Scope:
        secret = hidden(template or {})
        return Scope(
            template=template or {},
            parameters={name: secret.get(name, value) for name, value in parameters.items()},
            reference=reference,
            pseudo=self._source.pseudo,
        )

    @property
    def is_known(self) -> bool:
        """Whether both templates are known."""
        return self._source.old_template is not None and self._source.new_template is not None

    def explained(self) -> StackChanges:
        """Return the explained changes of this stack, in CloudFormation's order.

        They are explained in the order of their references: a long chain would exceed Python's recursion limit.
        """
        for name in self._order():
            self._explain(name)
        return replace(self._tree, changes=tuple(self._explain(name) for name in self._changes))

    def _order(self) -> list[str]:
        """Return the changed resources in the order of their references; in CloudFormation's if these are circular."""
        definitions = self.new.template.get("Resources", {})
        graph = {name: needed_by(definitions.get(name, {})) & self._changes.keys() for name in self._changes}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError:
            return list(self._changes)

    def is_equal(self) -> bool:
        """Whether the template and all parameters are unchanged."""
        if not self.is_known or self._source.old_template != self._source.new_template:
            return False
        return self.old.parameters.keys() == self.new.parameters.keys() and all(
            equal(value, self.new.parameters[name]) is True for name, value in self.old.parameters.items()
        )

    def output(self, name: str) -> Value:
        """Return an output: its present value if it is proven to stay, else a `Later` with its causes."""
        before, after = self.old.output(name), self.new.output(name)
        if self.is_known and before is not None and equal(before, after) is True and name in self._source.outputs:
            return self._source.outputs[name]
        if self.is_known and after is not None and not parts(after):
            return after
        found = causes(after)
        return Later(f"${{{self._path.rstrip('/')}.{OUTPUTS}{name}}}", found, not found)

    def _explain(self, name: str) -> Change:
        if name not in self._explained:
            change = self._changes[name]
            known = self._child(change) if change.nested is not None else self._resource(change)
            self._explained[name] = replace(known, consequence=consequence_of(known, self._definitions(name)))
        return self._explained[name]

    def _resource(self, change: Change) -> Change:
        if change.action == "SyncWithActual":
            return replace(change, certainty="none")
        if change.action != "Modify":
            certainty: Certainty = "unproven" if change.action == "Dynamic" else "certain"
            new = self._own(self.new, change.logical_id) if change.action == "Import" else None
            return replace(change, certainty=certainty, properties=self._listed(change), new=new)
        definitions = self._definitions(change.logical_id)
        if definitions is not None:
            old, new = (it.get("Properties", {}) for it in (definitions.before, definitions.after))
            change = replace(change, old=old, new=new)
        return compare(change, definitions, self._source.values.get(change.logical_id))

    def _listed(self, change: Change) -> tuple[PropertyChange, ...]:
        """Return all properties of an added or removed resource."""
        name, removed = change.logical_id, change.action == "Remove"
        if change.action not in {"Add", "Remove"}:
            return ()
        scope, values = self.old if removed else self.new, self._source.values.get(name)
        reported = (values.before if removed else values.after) if values else {}
        return list_properties(self._own(scope, name), reported, removed=removed)

    @staticmethod
    def _own(scope: Scope, name: str) -> dict[str, Value]:
        """Return the properties that the template gives a resource."""
        found = scope.resolve(scope.template.get("Resources", {}).get(name, {}).get("Properties", {}))
        return found if isinstance(found, dict) else {}

    def _definitions(self, name: str) -> Definitions | None:
        """Return the resource's definitions; None unless both are known."""
        before, after = (scope.resources().get(name) for scope in (self.old, self.new))
        if not self.is_known or before is None or after is None:
            return None
        return Definitions(before=self.old.resolve(before), after=self.new.resolve(after))

    def _child(self, change: Change) -> Change:
        """Return the change of a nested stack with its own changes, and the highest of their certainties."""
        level = self._explainer(change)
        if level is None:
            return change
        nested = level.explained()
        if change.action != "Modify":
            return replace(change, nested=nested, certainty="certain")
        certainties = {inner.certainty for inner in nested.changes}
        if level.is_equal() and certainties <= {"none"} and not _has_new_tags(change):
            return replace(change, nested=nested, certainty="none")
        order = ("certain", "depends", "unproven")
        certainty = next(
            (each for each in order if each in certainties), "unproven" if not level.is_known else "certain"
        )
        causes = dict.fromkeys(cause for inner in nested.changes for cause in inner.causes)
        return replace(change, nested=nested, certainty=certainty, causes=tuple(causes))

    def _explainer(self, change: Change) -> StackExplainer | None:
        """Return the explainer of a nested stack; None if nothing is known of it."""
        name, nested = change.logical_id, change.nested
        if nested is None or nested.stack_id not in self._sources:
            return None
        if name not in self._children:
            given = self._parameters(name, self._sources[nested.stack_id])
            self._children[name] = StackExplainer(nested, self._sources, given, f"{self._path}{name}/")
        return self._children[name]

    def _parameters(self, name: str, child: Source) -> dict[str, Value]:
        """Return the child's new parameters; the parent's templates give what is not known yet."""
        before, after = (self._arguments(scope, name) for scope in (self.old, self.new))
        given: dict[str, Value] = {}
        for key, value in child.new_parameters.items():
            if not is_placeholder(value):
                given[key] = value
            elif key in child.old_parameters and key in before and equal(before[key], after.get(key)) is True:
                given[key] = child.old_parameters[key]
            else:
                given[key] = _argument(after.get(key, Later(value, is_open=True)))
        return given

    def _arguments(self, scope: Scope, name: str) -> dict[str, Value]:
        definition = scope.template.get("Resources", {}).get(name, {})
        found = definition.get("Properties", {}).get("Parameters", {})
        return {key: scope.resolve(value) for key, value in found.items()}

    def _current_value(self, name: str, attribute: str) -> Value:
        """Return the present value of a reference."""
        output = attribute.removeprefix(OUTPUTS)
        if output != attribute:
            known = self._source.deployed_outputs(name)
            return known.get(output, _reference(name, attribute))
        return _reference(name, attribute)

    def _new_value(self, name: str, attribute: str) -> Value:
        """Return the value of a reference after the change: the present one, unless its resource is new or replaced."""
        if name not in self._changes:
            return self._current_value(name, attribute)
        change, path = self._explain(name), f"{self._path}{name}"
        if change.certainty == "none":
            return self._current_value(name, attribute)
        if change.type == NESTED_STACK:
            level = self._explainer(self._changes[name])
            if level is not None and attribute.startswith(OUTPUTS):
                return level.output(attribute.removeprefix(OUTPUTS))
        stays = change.action == "Modify" and change.replacement in {"", "False"}
        if stays and (not attribute or attribute in record(change.type).fixed):
            return self._current_value(name, attribute)
        return replace(_reference(name, attribute), causes=(path,))


def _has_new_tags(change: Change) -> bool:
    """Whether the tags of a nested stack change; CloudFormation passes them on to its resources."""
    return any(
        detail["Target"].get("Attribute") == "Tags" and detail.get("Evaluation") == "Static"
        for detail in change.details
    )


def _reference(name: str, attribute: str) -> Later:
    return Later(f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}")


def _argument(value: Value) -> Value:
    """Return a value as a parameter gets it; an unknown value without causes may turn out to be equal."""
    if isinstance(value, list) and not parts(value):
        return ",".join(map(plain, value))
    if not parts(value):
        return value
    found = causes(value)
    return Later(plain(value), found, not found)
