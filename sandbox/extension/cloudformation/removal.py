"""Delete resources concurrently, each after all that depend on it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ministack.core.responses import now_iso
from ministack.services.cloudformation import provisioners

from sandbox.extension.cloudformation import child_stacks, fault_injection, resource_handlers
from sandbox.extension.cloudformation.concurrency import run_concurrently
from sandbox.extension.cloudformation.operation import STACK, Operation, dependents
from sandbox.extension.cloudformation.resource_handlers import Step
from sandbox.extension.untyped import Record, Untyped


@dataclass(kw_only=True)
class Removal:
    """The resources to delete from a stack, and what keeps some of them."""

    operation: Operation
    """The stack, with the template whose dependencies count."""
    records: Record
    """The records of the resources, by logical id."""
    policy: Callable[[str], str]
    """Returns the policy of a logical id: `Delete`, `Snapshot`, or one that keeps the resource."""
    keeping: Collection[str] = provisioners._RETAINING_POLICIES
    """The policies that keep a resource."""
    give_up: bool = False
    """Skip what cannot be deleted, as a forced delete does."""
    queued: dict[str, list[Untyped]] = field(default_factory=dict)
    """Further deletes that ministack's handlers have requested, by logical id."""
    removed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Delete all that can be deleted; `removed` then has what is gone, and `failed` the reasons of failures."""
        await run_concurrently(dependents(self.operation.template, self.records), self._remove, keep_going=True)

    def reason(self) -> str:
        """Return which resources could not be deleted, in AWS's words, or ""."""
        return (
            f"The following resource(s) failed to delete: [{', '.join(sorted(self.failed))}]. " if self.failed else ""
        )

    async def _remove(self, logical_id: str) -> bool:
        record = self.records[logical_id]
        policy = self.policy(logical_id)
        if policy in self.keeping:
            self._event(record, logical_id, "DELETE_SKIPPED")
            if record["ResourceType"] == STACK:
                child_stacks.release(record["PhysicalResourceId"])
            self.removed.add(logical_id)
            return True
        self._event(record, logical_id, "DELETE_IN_PROGRESS")
        record |= {"ResourceStatus": "DELETE_IN_PROGRESS", "ResourceStatusReason": "", "Timestamp": now_iso()}
        try:
            await fault_injection.inject_fault("delete", logical_id)
            self._authorise(record, logical_id)
            if policy == "Snapshot":
                provisioners._snapshot_resource(
                    record["ResourceType"], record["PhysicalResourceId"], record["Properties"]
                )
            for function, arguments, options in self.queued.get(logical_id, []):
                function(*arguments, **options)
            await resource_handlers.handler_of(record["ResourceType"]).delete(
                record, self.operation.name, logical_id, self.keeping
            )
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is the reason that the delete failed
            return self._failed(record, logical_id, str(error))
        self._event(record, logical_id, "DELETE_COMPLETE")
        self.removed.add(logical_id)
        return True

    def _authorise(self, record: Record, logical_id: str) -> None:
        step = Step(
            operation=self.operation,
            logical_id=logical_id,
            resource_type=record["ResourceType"],
            properties=record.get("Properties", {}),
        )
        step.authorise("delete", step.tagged(), record["PhysicalResourceId"])

    def _failed(self, record: Record, logical_id: str, reason: str) -> bool:
        if self.give_up:
            self._event(record, logical_id, "DELETE_SKIPPED", reason)
            self.removed.add(logical_id)
            return True
        self._event(record, logical_id, "DELETE_FAILED", reason)
        record |= {"ResourceStatus": "DELETE_FAILED", "ResourceStatusReason": reason, "Timestamp": now_iso()}
        self.failed[logical_id] = reason
        return False

    def _event(self, record: Record, logical_id: str, status: str, reason: str = "") -> None:
        self.operation.event(logical_id, status, reason, record["PhysicalResourceId"])


def existing(records: Record) -> Record:
    """Return the records that have a physical id, and so a resource to delete."""
    return {name: record for name, record in records.items() if record.get("PhysicalResourceId")}
