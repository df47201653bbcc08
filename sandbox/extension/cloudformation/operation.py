"""One operation on one stack: what it has to do, and what it has done so far."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ministack.services.cloudformation import engine, provisioners, stacks

from sandbox.extension.untyped import Record, Untyped

if TYPE_CHECKING:
    from sandbox.extension.untyped import Properties

STACK = "AWS::CloudFormation::Stack"

SNAPSHOT = (
    "_resources",
    "_template",
    "_template_body",
    "_resolved_params",
    "_conditions",
    "Parameters",
    "Tags",
    "Outputs",
)
"""The keys of a stack's record that are restored when an update is rolled back."""


@dataclass(kw_only=True)
class Operation:
    """A create (`previous` is None) or an update of a stack, with its progress.

    The stack's record refers to the same lists, so that a failed operation can be rolled back later on request.
    """

    stack: Record
    template: Record
    parameters: Record
    previous: Record | None = None
    imports: Mapping[str, Record] = field(default_factory=dict)
    disable_rollback: bool = False
    retain_except_on_create: bool = False
    created: list[str] = field(default_factory=list)
    """Logical ids for which this operation has created a resource, replacements included."""
    updated: list[str] = field(default_factory=list)
    """Logical ids of resources that it has updated in place, or has tried to."""
    failed: dict[str, str] = field(default_factory=dict)
    """Reasons by logical id, in the order of the failures; cancelled resources included."""
    predecessors: dict[str, Record] = field(default_factory=dict)
    """The earlier records of replaced resources, to be deleted after success."""
    queued_deletes: dict[str, list[Untyped]] = field(default_factory=dict)
    """Further deletes that ministack's handlers have requested for replaced resources."""

    @property
    def name(self) -> str:
        """The stack's name."""
        return str(self.stack["StackName"])

    @property
    def kind(self) -> str:
        """The first word of its statuses, `CREATE` or `UPDATE`."""
        return "CREATE" if self.previous is None else "UPDATE"

    @property
    def resources(self) -> Record:
        """The stack's resources by logical id."""
        found: Record = self.stack.setdefault("_resources", {})
        return found

    @property
    def previous_resources(self) -> Record:
        """The stack's resources before an update."""
        found: Record = (self.previous or {}).get("_resources", {})
        return found

    @property
    def conditions(self) -> Record:
        """The template's conditions with their values."""
        found: Record = engine._evaluate_conditions(self.template, self.parameters)
        return found

    def definitions(self) -> Record:
        """Return the template's resources whose condition is true, in the order of dependencies. Raises ValueError."""
        defined = self.template.get("Resources", {})
        return {name: defined[name] for name in engine._topological_sort(defined, self.conditions)}

    def resolve(self, value: Untyped) -> Untyped:
        """Return the value with its references resolved, as far as the resources exist. Raises ValueError."""
        return engine._resolve_refs(copy.deepcopy(value), *self._references())

    def _references(self) -> tuple[Untyped, ...]:
        """Return what references refer to, in the order of ministack's parameters."""
        mappings = self.template.get("Mappings", {})
        return self.resources, self.parameters, self.conditions, mappings, self.name, self.stack["StackId"]

    def with_stack_tags(
        self, resource_type: str, logical_id: str, props: Properties, *, before: bool = False
    ) -> Properties:
        """Return the properties with the stack's tags added; `before`: with those before an update."""
        tags = (self.previous or {}).get("Tags") if before else self.stack.get("Tags")
        tagged: Properties = provisioners._with_stack_tags(
            resource_type, props, tags or [], self.name, self.stack["StackId"], logical_id
        )
        return tagged

    def policy(self, logical_id: str, attribute: str) -> str:
        """Return the resource's DeletionPolicy or UpdateReplacePolicy, by default `Delete`."""
        definition = self.template.get("Resources", {}).get(logical_id)
        return str(stacks._resource_policy(definition, attribute, *self._references()))

    def before(self) -> Operation:
        """Return an operation on the stack as it was, for policies and dependencies of what is removed."""
        previous = self.previous or {}
        return Operation(
            stack=self.stack,
            template=previous.get("_template") or {},
            parameters=previous.get("_resolved_params") or {},
        )

    def record(self) -> Record:
        """Return its progress, to be kept on the stack's record, with the lists to which it still adds."""
        kept = ("template", "parameters", "previous", "imports", "disable_rollback", "retain_except_on_create")
        return {key: getattr(self, key) for key in (*kept, "created", "updated", "failed", "predecessors")}

    def reason(self) -> str:
        """Return the reason of the failure in AWS's words."""
        kept = self.previous_resources
        created = sorted(name for name in self.failed if name not in kept)
        updated = sorted(name for name in self.failed if name in kept)
        parts = [
            f"The following resource(s) failed to {verb}: [{', '.join(names)}]. "
            for verb, names in (("create", created), ("update", updated))
            if names
        ]
        return str(self.stack.get("_failure", "")) or "".join(parts)

    def event(self, logical_id: str, status: str, reason: str = "", physical_id: str = "") -> None:
        """Record an event of one of the stack's resources."""
        definition = self.template.get("Resources", {}).get(logical_id)
        known = self.resources.get(logical_id) or self.previous_resources.get(logical_id) or {}
        resource_type = (definition or {}).get("Type") or known.get("ResourceType", "")
        stacks._add_event(self.stack["StackId"], self.name, logical_id, resource_type, status, reason, physical_id)

    def stack_event(self, status: str, reason: str = "") -> None:
        """Set the stack's status, and record an event of it."""
        self.stack["StackStatus"] = status
        self.stack["StackStatusReason"] = reason
        stack_id = self.stack["StackId"]
        stacks._add_event(stack_id, self.name, self.name, STACK, status, reason, stack_id)


def dependents(template: Record, names: Collection[str]) -> dict[str, set[str]]:
    """Return for each of these resources those that depend on it, which are deleted before it."""
    defined = template.get("Resources", {})
    found: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        for needed in engine._extract_deps(defined.get(name, {}), set(names)):
            found[needed].add(name)
    return found


def snapshot(stack: Record) -> Record:
    """Return a copy of the stack's present state, to restore it later."""
    return {key: copy.deepcopy(stack[key]) for key in SNAPSHOT if key in stack}
