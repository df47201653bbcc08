"""From a request to the plan that is shown: with the fewest changes, notes, and an estimate."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import TYPE_CHECKING

from stacks.cloudformation import changes
from stacks.cloudformation.change_set import discard_change_set
from stacks.cloudformation.stack import REPEAT_EXPRESS
from stacks.errors import UserError
from stacks.estimate.estimating import estimate_changes
from stacks.plan import adoption
from stacks.plan.forced_deployment import find_forced_deployment, forced_parameters
from stacks.plan.interruption import interruption_note
from stacks.plan.proposal import Plan, discard, propose
from stacks.plan.tasks import task_notes
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import ROOT
from stacks.request.parameters import FORCED_DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.change_set import Request
    from stacks.cloudformation.changes import StackChanges
    from stacks.estimate.history import History
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings


def propose_smallest(
    aws: Aws,
    settings: Settings,
    request: Request,
    unchanged: Mapping[str, str | None] | None,
    *,
    emit: Callable[[str], None],
) -> Plan:
    """Return the plan with the fewest changes, a forced deployment if needed, and notes on the number of tasks.

    `unchanged` are parameters with which the service may not need an update. Raises UserError, and leaves no change
    set, if CloudFormation would refuse a replacement.
    """
    plan = _forced(aws, _least(aws, request, unchanged, emit=emit))
    with ExitStack() as undo:
        undo.callback(discard, aws, plan)
        plan = plan.with_notes(*task_notes(aws, settings, plan.request, plan.changes))
        _refuse_replacements(plan)
        undo.pop_all()
    return plan


def with_estimate(
    aws: Aws, plan: Plan, rendered: Rendered, past: History, bucket: str, *, emit: Callable[[str], None]
) -> Plan:
    """Return the plan with its estimate, and the mismatches of what it adopts."""
    return _with_mismatches(aws, _estimated(plan, rendered, past, bucket, emit=emit), rendered)


def _least(
    aws: Aws, request: Request, unchanged: Mapping[str, str | None] | None, *, emit: Callable[[str], None]
) -> Plan:
    """Return the plan with the `unchanged` parameters, if they leave the service unchanged, else the request's."""
    if unchanged is not None:
        plan = propose(aws, dataclasses.replace(request, parameters=unchanged), emit=emit)
        if plan.change_set is None or not _updates_service(plan.changes):
            return plan
        discard_change_set(aws, plan.change_set)
        emit = _emit_nothing
    return propose(aws, request, emit=emit)


def _emit_nothing(_: str) -> None:
    """Emit nothing: the first proposal has emitted it."""


def _updates_service(tree: StackChanges) -> bool:
    """Whether a service changes, or a nested stack whose changes are not known."""
    types = {changes.SERVICE, NESTED_STACK}
    return any(change.type in types and change.certainty != "none" for change in tree.resources())


def _refuse_replacements(plan: Plan) -> None:
    """Raise UserError for replacements without rollback, which CloudFormation refuses.

    "Replacement type updates not supported on stack with disable-rollback": the stack would stay UPDATE_FAILED.
    """
    replaced = [path for path, change in plan.changes.paths() if change.kind == "replace"]
    if replaced and not plan.request.rollback:
        why = f"without rollback, as after its last update, nothing can be replaced: {', '.join(replaced)}"
        raise UserError(f"stack {plan.request.stack_name}", why, f"Nothing was changed. {REPEAT_EXPRESS}")


def _forced(aws: Aws, plan: Plan) -> Plan:
    """Return the plan, or another one that forces a service deployment if it is needed."""
    request = plan.request
    before = {} if request.creates or request.existing is None else request.existing.parameters
    force = find_forced_deployment(plan.changes, before.get(FORCED_DEPLOYMENT, ""))
    if force is None:
        return plan
    discard(aws, plan)
    notes = (*request.notes, *([force.note] if force.note else []))
    values = forced_parameters(request.parameters, force)
    return propose(aws, dataclasses.replace(request, parameters=values, notes=notes), emit=_emit_nothing)


def _with_mismatches(aws: Aws, plan: Plan, rendered: Rendered) -> Plan:
    """Return the plan with the mismatches of what it adopts; without changes, with those of all existing resources."""
    if plan.change_set is None:
        found = adoption.existing_mismatches(aws, rendered)
    else:
        found = adoption.adopted_mismatches(aws, plan.changes)
    plan = plan.with_notes(*(line for it in found for line in it.lines))
    return dataclasses.replace(plan, changes=adoption.with_mismatches(plan.changes, found), mismatches=found)


def _estimated(plan: Plan, rendered: Rendered, past: History, bucket: str, *, emit: Callable[[str], None]) -> Plan:
    """Return the plan with its estimate by the durations of earlier operations.

    Express mode does not wait for resources to stabilise: its durations are not comparable.
    """
    if plan.request.express:
        return _with_interruption(plan)
    if past.note:
        emit(past.note)
    expected = estimate_changes(plan.changes, rendered.templates, ROOT, past.past)
    return _with_interruption(dataclasses.replace(plan, estimate=expected, artifact_bucket=bucket))


def _with_interruption(plan: Plan) -> Plan:
    """Return the plan with a note on an interruption of the running service."""
    return plan.with_notes(interruption_note(plan.changes, plan.estimate))
