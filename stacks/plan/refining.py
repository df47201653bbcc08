"""From the request to the plan that is shown: the proposal that touches least, with its notes and how long it takes."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import TYPE_CHECKING

from stacks import estimate
from stacks.cloudformation import changes
from stacks.cloudformation.change_set import discard_change_set
from stacks.cloudformation.stack import REPEAT_EXPRESS
from stacks.errors import UserError
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
    """Return the plan with the parameters that change least, forced where needed, and with what happens to the tasks.

    `unchanged` are parameters with which the service is perhaps not touched. Raises UserError where CloudFormation
    would refuse a replacement; no change set is left then.
    """
    plan = _forced(aws, _least(aws, request, unchanged, emit=emit))
    with ExitStack() as undo:
        undo.callback(discard, aws, plan)
        plan = _with_notes(aws, settings, plan)
        _refuse_replacements(plan)
        undo.pop_all()
    return plan


def with_estimate(
    aws: Aws, plan: Plan, rendered: Rendered, past: History, bucket: str, *, emit: Callable[[str], None]
) -> Plan:
    """Return the plan, with how long it takes, and how what it adopts differs from the settings."""
    return _adopting(aws, _estimated(plan, rendered, past, bucket, emit=emit), rendered)


def _least(
    aws: Aws, request: Request, unchanged: Mapping[str, str | None] | None, *, emit: Callable[[str], None]
) -> Plan:
    """Return the request with parameters that may leave its service unchanged, where there are any."""
    if unchanged is not None:
        plan = propose(aws, dataclasses.replace(request, parameters=unchanged), emit=emit)
        if plan.change_set is None or not _updates_service(plan.changes):
            return plan
        discard_change_set(aws, plan.change_set)
        emit = _nothing
    return propose(aws, request, emit=emit)


def _nothing(_: str) -> None:
    """Say nothing: it was said already."""


def _updates_service(tree: StackChanges) -> bool:
    """Whether a service changes, or a nested stack of which CloudFormation does not tell more."""
    types = {changes.SERVICE, NESTED_STACK}
    return any(change.type in types and change.certainty != "none" for change in tree.resources())


def _with_notes(aws: Aws, settings: Settings, plan: Plan) -> Plan:
    """Return the plan, with what becomes of the number of tasks by what changes."""
    more = task_notes(aws, settings, plan.request, plan.changes)
    request = dataclasses.replace(plan.request, notes=(*plan.request.notes, *more))
    return dataclasses.replace(plan, request=request)


def _refuse_replacements(plan: Plan) -> None:
    """Raise UserError where CloudFormation would refuse them: while the rollback is off, and so nothing goes back.

    "Replacement type updates not supported on stack with disable-rollback": the stack would stay UPDATE_FAILED.
    """
    replaced = [path for path, change in plan.changes.paths() if change.kind == "replace"]
    if replaced and not plan.request.rollback:
        why = f"without rollback, as after its last update, nothing can be replaced: {', '.join(replaced)}"
        raise UserError(f"stack {plan.request.stack_name}", why, f"Nothing was changed. {REPEAT_EXPRESS}")


def _forced(aws: Aws, plan: Plan) -> Plan:
    """Return the plan, or another one that forces a deployment of the service exactly where it is needed."""
    request = plan.request
    before = {} if request.creates or request.existing is None else request.existing.parameters
    force = find_forced_deployment(plan.changes, before.get(FORCED_DEPLOYMENT, ""))
    if force is None:
        return plan
    discard(aws, plan)
    notes = (*request.notes, *([force.note] if force.note else []))
    values = forced_parameters(request.parameters, force)
    return propose(aws, dataclasses.replace(request, parameters=values, notes=notes), emit=_nothing)


def _adopting(aws: Aws, plan: Plan, rendered: Rendered) -> Plan:
    """Return the plan with the differences of what it adopts; without changes, with those of what it has adopted."""
    unlike = (
        adoption.existing_mismatches(aws, rendered)
        if plan.change_set is None
        else adoption.adopted_mismatches(aws, plan.changes)
    )
    notes = (*plan.request.notes, *(line for it in unlike for line in it.lines))
    changes = adoption.with_mismatches(plan.changes, unlike)
    return dataclasses.replace(
        plan, request=dataclasses.replace(plan.request, notes=notes), changes=changes, unlike=unlike
    )


def _estimated(plan: Plan, rendered: Rendered, past: History, bucket: str, *, emit: Callable[[str], None]) -> Plan:
    """Return the plan, with how long it will take by what earlier operations have taken.

    Express mode does not wait for resources to stabilise: its times say nothing about others, nor others' about it.
    """
    if plan.request.express:
        return _with_break(plan)
    if past.note:
        emit(past.note)
    expected = estimate.estimate_changes(plan.changes, rendered.templates, ROOT, past.past)
    return _with_break(dataclasses.replace(plan, estimate=expected, artifact_bucket=bucket))


def _with_break(plan: Plan) -> Plan:
    """Return the plan, with what it means for the users of a running service among its notes."""
    said = interruption_note(plan.changes, plan.estimate)
    if not said:
        return plan
    return dataclasses.replace(plan, request=dataclasses.replace(plan.request, notes=(*plan.request.notes, said)))
