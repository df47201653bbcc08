"""What it means to create, change, delete and take back a resource: one way for most, others for some types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ministack.core.concurrency import run_reentrant
from ministack.services.cloudformation import provisioners, stacks

from sandbox.extension.authorisation import resource_calls
from sandbox.extension.authorisation.subjects import Subject
from sandbox.extension.cloudformation import fault_injection, stack_policy
from sandbox.extension.cloudformation.operation import Operation
from sandbox.extension.operations import OPERATIONS
from sandbox.extension.untyped import Properties, Untyped
from stacks.estimate import durations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sandbox.extension.untyped import Made, Record
    from stacks.estimate.durations import Action

NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One resource of one operation, its references resolved."""

    operation: Operation
    logical_id: str
    resource_type: str
    properties: Properties

    def tagged(self) -> Properties:
        """The properties as the service gets them."""
        return self.operation.with_stack_tags(self.resource_type, self.logical_id, self.properties)

    def authorise(
        self, action: str, properties: Properties, physical_id: str = "", before: Properties | None = None
    ) -> None:
        """Raise ValueError where CloudFormation may not do this to it; `before`: what it was like."""
        subject = Subject(
            resource_type=self.resource_type,
            properties=properties,
            stack_name=self.operation.name,
            logical_id=self.logical_id,
            physical_id=physical_id,
            before=before,
        )
        resource_calls.require_allowed(action, subject)

    def tagged_before(self, record: Record) -> Properties:
        """The properties as the service got them before this update."""
        return self.operation.with_stack_tags(
            self.resource_type, self.logical_id, record.get("Properties", {}), before=True
        )


class ResourceHandler(Protocol):
    """How resources of a type come and go. Every method raises ValueError, with AWS's words, where it fails."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Make it and wait until it is stable; `initiated` is called as soon as it has a physical id."""

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Bring it from its record to the step's properties; None, and `started` not called, where nothing is to do."""

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Bring it back from its record to the previous one."""

    async def commit(self, record: Record) -> None:
        """Let go of what reverting would have needed."""

    async def delete(self, record: Record, stack_name: str, logical_id: str, keeping: Collection[str]) -> None:
        """Take it away, but for what has one of the policies `keeping` inside it."""


class PlainHandler:
    """A resource that one of ministack's handlers makes, at once; the time that it takes is waited for."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Make it, and wait."""
        step.authorise("create", step.tagged())
        made, seed = await _call(
            step.resource_type,
            stacks._provision_keeping_seed,
            step.resource_type,
            step.logical_id,
            step.tagged(),
            step.operation.name,
        )
        initiated(made[0], {"Attributes": made[1], **({"_name_seed": seed} if seed else {})})
        await OPERATIONS.spend(durations.assumed(step.resource_type, "create"))
        await fault_injection.inject_fault("stabilise", step.logical_id)
        await self.stabilise(step, made)
        return made[0], made[1]

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Change it in place, or make another in its place."""
        before, after = step.tagged_before(record), step.tagged()
        if before == after:
            return None
        replaces = provisioners._replacing_change(step.resource_type, before, after)
        action_wanted = "Update:Replace" if replaces else "Update:Modify"
        stack_policy.require(step.operation.stack, action_wanted, step.logical_id, step.resource_type)
        if replaces and step.operation.disable_rollback:
            raise ValueError(NO_REPLACEMENT)
        if self.is_overlooked(step, before, after):
            return None
        started(REPLACING if replaces else "")
        await fault_injection.inject_fault("update", step.logical_id)
        if replaces:
            step.authorise("create", after)
        else:
            step.authorise("update", after, record["PhysicalResourceId"], before)
        made, seed = await self._change(step, record, before, after)
        if seed:
            record["_name_seed"] = seed
        action: Action = "replace" if made[0] != record["PhysicalResourceId"] else "update"
        await OPERATIONS.spend(durations.assumed(step.resource_type, action))
        await fault_injection.inject_fault("stabilise", step.logical_id)
        await self.stabilise(step, made)
        return made

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Change it back. One whose replacement could not be made is what it was."""
        applied = step.operation.with_stack_tags(step.resource_type, step.logical_id, record.get("Properties", {}))
        before = step.tagged_before(previous)
        if applied == before or provisioners._replacing_change(step.resource_type, applied, before):
            return
        step.authorise("update", before, record["PhysicalResourceId"], applied)
        made, _ = await self._change(step, record, applied, before)
        previous["Attributes"] = {**previous.get("Attributes", {}), **made[1]}
        await OPERATIONS.spend(durations.assumed(step.resource_type, "update"))
        await self.stabilise(step, made)

    async def commit(self, record: Record) -> None:
        """Nothing is kept back."""

    async def delete(self, record: Record, stack_name: str, logical_id: str, keeping: Collection[str]) -> None:  # noqa: ARG002 - for stacks
        """Wait, and take it away."""
        resource_type = record["ResourceType"]
        await OPERATIONS.spend(durations.assumed(resource_type, "delete"))
        await _call(
            resource_type,
            provisioners._delete_resource,
            resource_type,
            record["PhysicalResourceId"],
            record.get("Properties", {}),
            stack_name,
            logical_id,
        )

    def is_overlooked(self, step: Step, before: Properties, after: Properties) -> bool:  # noqa: ARG002 - for services
        """Whether CloudFormation does not carry out this change, although it says that all is done."""
        return False

    async def stabilise(self, step: Step, made: Made) -> None:
        """Wait for what the service does by itself. Raises ValueError where it does not come about."""

    async def _change(self, step: Step, record: Record, before: Properties, after: Properties) -> tuple[Made, str]:
        # Each resource runs in a task of its own, whose context these settings end with.
        operation, queued = step.operation, list[Untyped]()
        retained = operation.policy(step.logical_id, "UpdateReplacePolicy") in provisioners._RETAINING_POLICIES
        provisioners._RETAIN_REPLACED.set(retained)
        provisioners._DEFERRED_PREDECESSOR_DELETES.set(queued)
        provisioners._NAME_SEED.set(record.get("_name_seed", ""))
        made, seed = await _call(
            step.resource_type,
            stacks._update_keeping_seed,
            step.resource_type,
            record["PhysicalResourceId"],
            before,
            after,
            operation.name,
            step.logical_id,
            record.get("Attributes", {}),
        )
        if queued:
            operation.queued_deletes[step.logical_id] = queued
        return made, seed


_PLAIN_HANDLER = PlainHandler()
_HANDLERS: dict[str, ResourceHandler] = {}


def register_handler(resource_type: str, kind: ResourceHandler) -> None:
    """Let resources of this type come and go in this way."""
    _HANDLERS[resource_type] = kind


def handler_of(resource_type: str) -> ResourceHandler:
    """The way of this type."""
    return _HANDLERS.get(resource_type, _PLAIN_HANDLER)


async def _call(resource_type: str, function: Callable[..., Untyped], *arguments: Untyped) -> Untyped:
    """Call one of ministack's handlers, on a thread where it may block."""
    if stacks._runs_on_worker_thread(resource_type):
        return await run_reentrant(function, *arguments)
    return function(*arguments)
