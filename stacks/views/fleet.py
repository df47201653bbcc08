"""A fleet, for people and for programs: what would change, what came of it, and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.fleet.execution import CANCELLED, FAILED
from stacks.fleet.permissions import advice
from stacks.fleet.planning import Action
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stacks.fleet.execution import Result, Rolled
    from stacks.fleet.planning import Change, FleetPlan, Step
    from stacks.fleet.reading import FleetStatus
    from stacks.fleet.stack_set import Instance

SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
LOST = (
    "Environments that were deployed there lose their roles and templates. The artifact buckets stay, "
    "until `bootstrap ENV --destroy` runs in each account."
)
BROKEN = "Take these out of [fleet], run it with --retain, delete their stacks in their accounts, and add them again."
MANY = 40
"""Instances that are listed one by one; of more, the accounts of each step are counted."""


def plan_text(plan: FleetPlan) -> str:
    """Return what is created, updated and deleted, where, and in which order."""
    return "\n".join(_plan_lines(plan))


def _plan_lines(plan: FleetPlan) -> Iterator[str]:
    what = f"stack set {plan.wanted.name} in account {plan.account_id}, {plan.region}"
    if plan.is_nothing:
        if plan.destroys:
            yield f"Nothing to destroy: there is no {what}."
        else:
            yield f"No changes. The {what} has {_stacks(plan.unchanged)}, as the settings say."
        yield from _inoperable(plan)
        return
    if plan.destroys:
        yield (
            f"The {what} is deleted, with its stacks:" if plan.changes else f"The {what} is deleted; it has no stacks."
        )
    else:
        yield f"The {what} is {'updated' if plan.existing else 'created'}:"
    yield from (f"  {it}" for it in plan.differences)
    if len(plan.changes) <= MANY:
        yield from _table(plan.changes)
    else:
        yield from (f"  {SIGNS[it.action]} {_of(it)}" for it in plan.steps)
    yield from _inoperable(plan)
    deleted = any(it.action is Action.DELETE for it in plan.changes)
    if deleted and plan.retains:
        yield "Stacks that are no longer listed stay, and cannot come back into a stack set."
    elif deleted:
        yield LOST
    counts = [
        sum(it.action is action for it in plan.changes) for action in (Action.CREATE, Action.UPDATE, Action.DELETE)
    ]
    yield "Plan: {} to create, {} to update, {} to delete, {} unchanged; {}.".format(
        *counts, plan.unchanged, counted(len(plan.steps), "operation")
    )


def _stacks(number: int) -> str:
    return counted(number, "stack")


def _of(step: Step) -> str:
    return f"{counted(len(step.accounts), 'account')} in {', '.join(step.regions)}"


def _table(changes: Iterable[Change]) -> Iterator[str]:
    rows = [(SIGNS[it.action], it.account, it.region, it.unit, it.was if it.why else "", it.why) for it in changes]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False) if width)
        yield f"  {'  '.join([*cells, row[5]])}".rstrip()


def _inoperable(plan: FleetPlan) -> Iterator[str]:
    for it in plan.inoperable:
        yield f"  ! {it.account}  {it.region}  INOPERABLE, and in no update: {it.reason}"
    if plan.inoperable:
        yield BROKEN


def plan_document(plan: FleetPlan) -> dict[str, Any]:
    """Return the same as a JSON document."""
    return {
        "environment": plan.environment,
        "stack_set": plan.wanted.name,
        "account": plan.account_id,
        "region": plan.region,
        "exists": plan.existing is not None,
        "destroys": plan.destroys,
        "differences": list(plan.differences),
        "changes": [
            {
                "action": it.action.value,
                "account": it.account,
                "region": it.region,
                "unit": it.unit or None,
                "status": it.was or None,
                "reason": it.why or None,
            }
            for it in plan.changes
        ],
        "unchanged": plan.unchanged,
        "inoperable": [{"account": it.account, "region": it.region, "reason": it.reason} for it in plan.inoperable],
    }


def result_line(result: Result) -> str:
    """Return how far an operation is in one account and region."""
    return f"{result.account}  {result.region:<14}  {result.status}{f'  {result.reason}' if result.reason else ''}"


def rolled_text(rolled: Rolled) -> str:
    """Return what was done; or what failed, where, why, and what to do."""
    plan = rolled.plan
    if rolled.is_gone:
        return f"Deleted the stack set {plan.wanted.name}."
    if rolled.succeeded:
        return f"The stack set {plan.wanted.name} is what the settings say: {_stacks(len(plan.changes))} worked on."
    return "\n".join(_failed_lines(rolled))


def _failed_lines(rolled: Rolled) -> Iterator[str]:
    done, plan = rolled.done[-1], rolled.plan
    operation = done.operation
    why = f": {operation.reason}" if operation.reason else ""
    yield f"Stack set {plan.wanted.name}: the operation {operation.action} has ended as {operation.status}{why}."
    failed = [it for it in done.results if it.status == FAILED]
    yield from (f"  {result_line(it)}" for it in failed)
    role = plan.existing.execution_role_name if plan.existing else ""
    for line in dict.fromkeys(advice(it.reason, plan.account_id, role or _role_in(it.reason)) for it in failed):
        if line:
            yield line
    cancelled = sum(it.status == CANCELLED for it in done.results)
    if cancelled:
        yield f"{_stacks(cancelled)} were cancelled: [fleet] failure_tolerance_count says how many accounts may fail."
    command = f"python build.py bootstrap {plan.environment} --fleet{' --destroy' if plan.destroys else ''}"
    yield f"Remove the cause, then go on: {command}"
    if operation.action == Action.DELETE.value and failed:
        yield "Or leave these stacks behind: add --retain, and delete them in their accounts."


def _role_in(reason: str) -> str:
    """Return the role that a reason names first."""
    return reason.partition("should have '")[2].partition("'")[0]


def rolled_document(rolled: Rolled) -> dict[str, Any]:
    """Return the plan and what came of it as a JSON document."""
    return {
        **plan_document(rolled.plan),
        "succeeded": rolled.succeeded,
        "operations": [
            {
                "id": it.operation.id,
                "action": it.operation.action,
                "status": it.operation.status,
                "reason": it.operation.reason or None,
                "results": [
                    {"account": one.account, "region": one.region, "status": one.status, "reason": one.reason or None}
                    for one in it.results
                ],
            }
            for it in rolled.done
        ],
    }


def status_text(status: FleetStatus) -> str:
    """Return the stack set, a table of its instances, and what `bootstrap --fleet` would change."""
    return "\n".join(_status_lines(status))


def _status_lines(status: FleetStatus) -> Iterator[str]:
    found = status.stack_set
    model = "service-managed" if found.is_service_managed else "self-managed"
    yield f"Stack set {found.name} in account {status.account_id}, {status.region}: {model}, version {found.version}"
    if status.operation:
        reason = f" ({status.operation.reason})" if status.operation.reason else ""
        yield f"Last operation: {status.operation.action} {status.operation.status}{reason}"
    yield ""
    yield from _instance_table(status.instances)
    yield ""
    yield from _beside_wanted(status)


def _beside_wanted(status: FleetStatus) -> Iterator[str]:
    if status.stack_set.version < status.wanted_version:
        yield f"Its version is behind: this makes version {status.wanted_version}."
    if status.is_changed:
        yield "The settings or the templates have changed since."
    if status.missing:
        yield f"Not there yet: {_places(status.missing)}"
    if status.extra:
        yield f"No longer in [fleet]: {_places(status.extra)}"
    behind = [it for it in status.instances if not it.is_current]
    if behind:
        yield f"{_stacks(len(behind))} of {len(status.instances)} not current."
    if status.note:
        yield status.note
    if status.is_as_wanted:
        yield "All stacks are what the settings say."
    elif not status.note:
        yield f"Go on with: python build.py bootstrap {status.environment} --fleet"


def _places(places: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{account} {region}" for account, region in places)


def _instance_table(instances: Sequence[Instance]) -> Iterator[str]:
    head = ("account", "region", "unit", "status", "last operation", "drift", "reason")
    rows = [(it.account, it.region, it.unit, it.status, it.detail, it.drift, it.reason) for it in instances]
    shown = [column for column in range(7) if any(row[column] for row in rows)]
    widths = {column: max(len(row[column]) for row in [head, *rows]) for column in shown}
    for row in [head, *rows] if rows else []:
        yield "  ".join(f"{row[column]:<{widths[column]}}" for column in shown).rstrip()
    if not rows:
        yield "It has no stacks."


def status_document(status: FleetStatus) -> dict[str, Any]:
    """Return the same as a JSON document; times are ISO 8601."""
    found = status.stack_set
    return {
        "environment": status.environment,
        "stack_set": found.name,
        "account": status.account_id,
        "region": status.region,
        "permission_model": "SERVICE_MANAGED" if found.is_service_managed else "SELF_MANAGED",
        "version": found.version,
        "wanted_version": status.wanted_version,
        "is_as_wanted": status.is_as_wanted,
        "is_changed": status.is_changed,
        "drift": found.drift,
        "instances": [
            {
                "account": it.account,
                "region": it.region,
                "unit": it.unit or None,
                "stack_id": it.stack_id or None,
                "status": it.status,
                "detailed_status": it.detail or None,
                "drift": it.drift,
                "drift_checked_at": it.drift_checked_at.isoformat() if it.drift_checked_at else None,
                "reason": it.reason or None,
            }
            for it in status.instances
        ],
        "missing": [{"account": account, "region": region} for account, region in status.missing],
        "extra": [{"account": account, "region": region} for account, region in status.extra],
        "operation": {
            "id": status.operation.id,
            "action": status.operation.action,
            "status": status.operation.status,
            "reason": status.operation.reason or None,
        }
        if status.operation
        else None,
        "note": status.note or None,
    }
