"""One operation on one stack: what it is to do, and what it has done so far."""

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
"""What a stack's record has at one time, and gets back when an update is rolled back."""


@dataclass(kw_only=True)
class Operation:
    """A create (`previous` is None) or an update of a stack, as far as it has come.

    Its lists are kept on the stack's record, too, so that a failed operation can be rolled back later by request.
    """

    stack: Record
    template: Record
    parameters: Record
    previous: Record | None = None
    imports: Mapping[str, Record] = field(default_factory=dict)
    disable_rollback: bool = False
    retain_except_on_create: bool = False
    created: list[str] = field(default_factory=list)
    """Logical ids for which this operation made something, replacements included."""
    updated: list[str] = field(default_factory=list)
    """Logical ids that it has changed, or tried to change, in place."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why what failed did, in the order of failing; what was cancelled because of it included."""
    predecessors: dict[str, Record] = field(default_factory=dict)
    """The replaced resources' earlier records, to be deleted when all is well."""
    queued_deletes: dict[str, list[Untyped]] = field(default_factory=dict)
    """Deletes that ministack's own handlers of replaced resources want done at the same time."""

    @property
    def name(self) -> str:
        """The stack's name."""
        return str(self.stack["StackName"])

    @property
    def kind(self) -> str:
        """The first word of its statuses."""
        return "CREATE" if self.previous is None else "UPDATE"

    @property
    def resources(self) -> Record:
        """The stack's resources by logical id."""
        found: Record = self.stack.setdefault("_resources", {})
        return found

    @property
    def previous_resources(self) -> Record:
        """The resources before an update."""
        found: Record = (self.previous or {}).get("_resources", {})
        return found

    @property
    def conditions(self) -> Record:
        """The template's conditions, evaluated."""
        found: Record = engine._evaluate_conditions(self.template, self.parameters)
        return found

    def definitions(self) -> Record:
        """The template's resources whose condition holds, in an order that dependencies allow. Raises ValueError."""
        defined = self.template.get("Resources", {})
        return {name: defined[name] for name in engine._topological_sort(defined, self.conditions)}

    def resolve(self, value: Untyped) -> Untyped:
        """The value with its references resolved, as far as resources are there. Raises ValueError."""
        return engine._resolve_refs(copy.deepcopy(value), *self._references())

    def _references(self) -> tuple[Untyped, ...]:
        """All that a reference can refer to, in the order in which ministack takes it."""
        mappings = self.template.get("Mappings", {})
        return self.resources, self.parameters, self.conditions, mappings, self.name, self.stack["StackId"]

    def with_stack_tags(
        self, resource_type: str, logical_id: str, props: Properties, *, before: bool = False
    ) -> Properties:
        """The properties with the stack's tags among the resource's own; `before`: the tags before an update."""
        tags = (self.previous or {}).get("Tags") if before else self.stack.get("Tags")
        tagged: Properties = provisioners._with_stack_tags(
            resource_type, props, tags or [], self.name, self.stack["StackId"], logical_id
        )
        return tagged

    def policy(self, logical_id: str, attribute: str) -> str:
        """The resource's DeletionPolicy or UpdateReplacePolicy; `Delete` where it has none."""
        definition = self.template.get("Resources", {}).get(logical_id)
        return str(stacks._resource_policy(definition, attribute, *self._references()))

    def before(self) -> Operation:
        """The stack as it was, seen as an operation of its own: for the policies and the order of what is removed."""
        previous = self.previous or {}
        return Operation(
            stack=self.stack,
            template=previous.get("_template") or {},
            parameters=previous.get("_resolved_params") or {},
        )

    def record(self) -> Record:
        """Its course, to be kept on the stack's record; the lists go on growing with it."""
        kept = ("template", "parameters", "previous", "imports", "disable_rollback", "retain_except_on_create")
        return {key: getattr(self, key) for key in (*kept, "created", "updated", "failed", "predecessors")}

    def reason(self) -> str:
        """What failed, or that somebody has cancelled it, in AWS's words."""
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
        """Bring the stack into this status, and record it."""
        self.stack["StackStatus"] = status
        self.stack["StackStatusReason"] = reason
        stack_id = self.stack["StackId"]
        stacks._add_event(stack_id, self.name, self.name, STACK, status, reason, stack_id)


def dependents(template: Record, names: Collection[str]) -> dict[str, set[str]]:
    """For each of these resources those of them that depend on it, and so have to go first."""
    defined = template.get("Resources", {})
    found: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        for needed in engine._extract_deps(defined.get(name, {}), set(names)):
            found[needed].add(name)
    return found


def snapshot(stack: Record) -> Record:
    """What the stack is now, to come back to."""
    return {key: copy.deepcopy(stack[key]) for key in SNAPSHOT if key in stack}
