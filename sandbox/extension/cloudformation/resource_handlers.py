"""How resources are created, updated, reverted and deleted: one handler for most types, and some of their own."""

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
from stacks.estimate.durations import assumed_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sandbox.extension.untyped import Made, Record
    from stacks.estimate.durations import Action

NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
FIXED = "_fixed"
"""Where the record of an imported resource keeps the resource's own values of properties that cannot be changed.

A template need not name what it imports: the identifier does. ministack would take a missing name for a new one, and
replace the resource.
"""
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One resource of one operation, its references resolved."""

    operation: Operation
    logical_id: str
    resource_type: str
    properties: Properties

    def tagged(self) -> Properties:
        """Return the properties with the stack's tags, as the service gets them."""
        return self.operation.with_stack_tags(self.resource_type, self.logical_id, self.properties)

    def authorise(
        self, action: str, properties: Properties, physical_id: str = "", before: Properties | None = None
    ) -> None:
        """Raise ValueError if CloudFormation is not allowed to do this; `before`: the properties before an update."""
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
        """Return the properties as the service got them before this update."""
        return self.operation.with_stack_tags(
            self.resource_type, self.logical_id, record.get("Properties", {}), before=True
        )


class ResourceHandler(Protocol):
    """What is done to resources of a type. Every method raises ValueError, with AWS's words, if it fails."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Create it and wait until it is stable; `initiated` is called as soon as it has a physical id."""

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Update it to the step's properties. If nothing has changed, return None without calling `started`."""

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Revert it to the previous record."""

    async def commit(self, record: Record) -> None:
        """Delete what only reverting would need."""

    async def delete(self, record: Record, stack_name: str, logical_id: str, keeping: Collection[str]) -> None:
        """Delete it, except what is in it with one of the policies in `keeping`."""


class PlainHandler:
    """A resource that ministack's handlers create, update and delete at once; here it takes its time."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Create it, and wait."""
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
        await OPERATIONS.wait(assumed_seconds(step.resource_type, "create"))
        await fault_injection.inject_fault("stabilise", step.logical_id)
        await self.stabilise(step, made)
        return made[0], made[1]

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Update it in place, or replace it."""
        before, after = step.tagged_before(record), step.tagged()
        if before == after:
            return None
        replaces = provisioners._replacing_change(step.resource_type, before, after)
        action_wanted = "Update:Replace" if replaces else "Update:Modify"
        stack_policy.require_allowed(step.operation.stack, action_wanted, step.logical_id, step.resource_type)
        if replaces and step.operation.disable_rollback:
            raise ValueError(NO_REPLACEMENT)
        if self.is_skipped(step, before, after):
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
        await OPERATIONS.wait(assumed_seconds(step.resource_type, action))
        await fault_injection.inject_fault("stabilise", step.logical_id)
        await self.stabilise(step, made)
        return made

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Update it back. A resource whose replacement failed has not been changed."""
        applied = step.operation.with_stack_tags(step.resource_type, step.logical_id, record.get("Properties", {}))
        before = step.tagged_before(previous)
        if applied == before or provisioners._replacing_change(step.resource_type, applied, before):
            return
        step.authorise("update", before, record["PhysicalResourceId"], applied)
        made, _ = await self._change(step, record, applied, before)
        previous["Attributes"] = {**previous.get("Attributes", {}), **made[1]}
        await OPERATIONS.wait(assumed_seconds(step.resource_type, "update"))
        await self.stabilise(step, made)

    async def commit(self, record: Record) -> None:
        """Do nothing: reverting needs nothing but the record."""

    async def delete(self, record: Record, stack_name: str, logical_id: str, keeping: Collection[str]) -> None:  # noqa: ARG002 - for stacks
        """Wait, and delete it."""
        resource_type = record["ResourceType"]
        await OPERATIONS.wait(assumed_seconds(resource_type, "delete"))
        await _call(
            resource_type,
            provisioners._delete_resource,
            resource_type,
            record["PhysicalResourceId"],
            record.get("Properties", {}),
            stack_name,
            logical_id,
        )

    def is_skipped(self, step: Step, before: Properties, after: Properties) -> bool:  # noqa: ARG002 - for services
        """Whether CloudFormation does not make this change, although it reports success."""
        return False

    async def stabilise(self, step: Step, made: Made) -> None:
        """Wait until the service has reached the wanted state. Raises ValueError if it does not."""

    async def _change(self, step: Step, record: Record, before: Properties, after: Properties) -> tuple[Made, str]:
        # Each resource runs in a task of its own, and these settings end with the task's context.
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
            {**record.get(FIXED, {}), **before},
            {**record.get(FIXED, {}), **after},
            operation.name,
            step.logical_id,
            record.get("Attributes", {}),
        )
        if queued:
            operation.queued_deletes[step.logical_id] = queued
        return made, seed


_PLAIN_HANDLER = PlainHandler()
_HANDLERS: dict[str, ResourceHandler] = {}


def register_handler(resource_type: str, handler: ResourceHandler) -> None:
    """Use this handler for resources of this type."""
    _HANDLERS[resource_type] = handler


def handler_of(resource_type: str) -> ResourceHandler:
    """Return the handler for resources of this type."""
    return _HANDLERS.get(resource_type, _PLAIN_HANDLER)


async def _call(resource_type: str, function: Callable[..., Untyped], *arguments: Untyped) -> Untyped:
    """Call one of ministack's handlers, on a worker thread if it may block."""
    if stacks._runs_on_worker_thread(resource_type):
        return await run_reentrant(function, *arguments)
    return function(*arguments)
