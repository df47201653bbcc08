"""An operation: region after region, some accounts at a time, until too many have failed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ministack.core.responses import now_iso

from sandbox.extension.operations import OPERATIONS
from sandbox.extension.stack_sets import instances, store

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

EXCEEDED, STOPPED = "Cancelled since failure tolerance has exceeded", "User initiated operation"
PAUSE = 0.01
"""Seconds between two polls of the operations before it."""


def begin(stack_set: Record, operation: Record) -> None:
    """Let an operation run in a task of its own, after those that were begun before it."""
    task = asyncio.get_event_loop().create_task(_run(stack_set, operation))
    OPERATIONS.track(task)


async def _run(stack_set: Record, operation: Record) -> None:
    while _first(stack_set) is not operation:
        if operation["Status"] == "STOPPING":
            break
        await asyncio.sleep(PAUSE)
    if operation["Status"] == "QUEUED":
        operation["Status"] = "RUNNING"
    regions = _regions(operation)
    if operation["OperationPreferences"].get("RegionConcurrencyType") == "PARALLEL":
        exceeded = any(await asyncio.gather(*(_in_region(stack_set, operation, it) for it in regions)))
    else:
        exceeded = False
        for region in regions:
            if exceeded or operation["Status"] == "STOPPING":
                break
            exceeded = await _in_region(stack_set, operation, region)
    stopped = operation["Status"] == "STOPPING"
    for result in operation["_results"]:
        if result["Status"] == "PENDING":
            _end(stack_set, operation, result, "CANCELLED", STOPPED if stopped else EXCEEDED)
    failed = sum(it["Status"] == "FAILED" for it in operation["_results"])
    operation["StatusDetails"] = {"FailedStackInstancesCount": failed}
    operation["EndTimestamp"] = now_iso()
    operation["Status"] = "STOPPED" if stopped else "FAILED" if exceeded else "SUCCEEDED"


def _first(stack_set: Record) -> Record:
    return store.under_way(stack_set)[0]


def _regions(operation: Record) -> list[str]:
    """Return the regions in the order that is wanted, and others after them."""
    found = {it["Region"] for it in operation["_results"]}
    order = [it for it in operation["OperationPreferences"].get("RegionOrder", []) if it in found]
    return [*order, *sorted(found - {*order})]


async def _in_region(stack_set: Record, operation: Record, region: str) -> bool:
    """Work on the accounts in one region. Whether more have failed than is tolerated."""
    waiting = [it for it in operation["_results"] if it["Region"] == region]
    tolerated, at_once = _limits(operation["OperationPreferences"], len(waiting))
    is_strict = operation["OperationPreferences"].get("ConcurrencyMode") != "SOFT_FAILURE_TOLERANCE"
    results, running = list(waiting), set[asyncio.Task[None]]()
    while waiting or running:
        failed = sum(it["Status"] == "FAILED" for it in results)
        if failed > tolerated or operation["Status"] == "STOPPING":
            waiting.clear()
        allowed = min(at_once, tolerated + 1 - failed) if is_strict else at_once
        while waiting and len(running) < max(allowed, 1):
            running.add(asyncio.create_task(_one(stack_set, operation, waiting.pop(0))))
        if running:
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    failed = sum(it["Status"] == "FAILED" for it in results)
    return bool(failed > tolerated)


def _limits(preferences: Record, accounts: int) -> tuple[int, int]:
    """Return how many accounts may fail in a region, and how many are worked on at a time."""
    tolerated, at_once = preferences.get("FailureToleranceCount", 0), preferences.get("MaxConcurrentCount", 1)
    if (percentage := preferences.get("FailureTolerancePercentage")) is not None:
        tolerated = accounts * percentage // 100
    if (percentage := preferences.get("MaxConcurrentPercentage")) is not None:
        at_once = max(accounts * percentage // 100, 1)
    return tolerated, at_once


async def _one(stack_set: Record, operation: Record, result: Record) -> None:
    instance = stack_set["_instances"][store.instance_key(result["Account"], result["Region"])]
    result["Status"] = instance["StackInstanceStatus"]["DetailedStatus"] = "RUNNING"
    try:
        if operation["Action"] != "DELETE":
            await instances.deploy(stack_set, instance)
        elif not operation["RetainStacks"]:
            await instances.remove(stack_set, instance)
    except ValueError as error:
        _end(stack_set, operation, result, "FAILED", str(error))
    else:
        _end(stack_set, operation, result, "SUCCEEDED", "")


def _end(stack_set: Record, operation: Record, result: Record, status: str, reason: str) -> None:
    """Record how it has ended for one instance."""
    key = store.instance_key(result["Account"], result["Region"])
    instance = stack_set["_instances"][key]
    result |= {"Status": status, "StatusReason": reason}
    instance |= {"StatusReason": reason, "LastOperationId": operation["OperationId"]}
    instance["StackInstanceStatus"]["DetailedStatus"] = status
    if operation["Action"] == "DELETE":
        if status == "SUCCEEDED":
            stack_set["_instances"].pop(key)
        elif status == "FAILED":
            instance["Status"] = "INOPERABLE"
    elif status == "SUCCEEDED":
        instance["Status"] = "CURRENT"
