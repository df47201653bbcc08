"""A plan: the change set of a whole tree, and its explained changes."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation import changes
from stacks.cloudformation.change_set import ChangeSet, Request, create_change_set, discard_change_set
from stacks.cloudformation.changes import StackChanges
from stacks.cloudformation.drift import Drift
from stacks.cost.change import CostChange, Sides
from stacks.estimate.estimating import Estimate
from stacks.plan.adoption import Mismatch
from stacks.plan.conditions import NO_CONDITIONS, Conditions
from stacks.plan.explanation import changes_nothing, explain
from stacks.plan.sources import gather_sources
from stacks.request.former_image import Former

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The planned changes of a stack; `change_set` is None if there are none.

    `request` is what was requested, with notes. `estimate` is the duration, if known; `artifact_bucket` stores the
    durations for later estimates, "" to store none. `drift` is None unless it was detected. `conditions` must still
    hold when another command executes the plan. `mismatches` are the repositories and log groups that differ from the
    settings: the adopted ones or, if nothing else changes, all. `former` is the repository that still has the image:
    the image is copied when this plan is executed, and the next plan moves the service to the new repository.
    `sides` are both trees, by which `cost` is counted; None where they are not known, or nobody asked.
    """

    request: Request
    changes: StackChanges
    change_set: ChangeSet | None
    estimate: Estimate | None = None
    artifact_bucket: str = ""
    account_id: str = ""
    region: str = ""
    made_at: datetime | None = None
    drift: Drift | None = None
    mismatches: tuple[Mismatch, ...] = ()
    conditions: Conditions = NO_CONDITIONS
    former: Former | None = None
    sides: Sides | None = None
    cost: CostChange | None = None

    def with_notes(self, *notes: str) -> Plan:
        """Return the plan with more notes; "" is none."""
        request = dataclasses.replace(self.request, notes=(*self.request.notes, *filter(None, notes)))
        return dataclasses.replace(self, request=request)


@translate_aws_errors()
def propose(aws: Aws, request: Request, *, emit: Callable[[str], None]) -> Plan:
    """Create the change set of one request, and return its explained changes."""
    emit(f"Waiting for the change set of {request.stack_name}")
    change_set = create_change_set(aws, request)
    if change_set is None:
        return _no_changes(aws, request)
    with ExitStack() as undo:
        undo.callback(discard_change_set, aws, change_set)
        tree = changes.read_changes(aws, change_set.change_set_id)
        sources = gather_sources(aws, tree, creates=request.creates)
        explained = explain(tree, sources)
        is_empty = changes_nothing(explained, sources)
        undo.pop_all()
    if is_empty:
        discard_change_set(aws, change_set, tree)
        return _no_changes(aws, request)
    return _plan(aws, request, explained, change_set)


def _no_changes(aws: Aws, request: Request) -> Plan:
    stack_id = request.existing.stack_id if request.existing else ""
    return _plan(aws, request, StackChanges(stack_id=stack_id), None)


def _plan(aws: Aws, request: Request, tree: StackChanges, change_set: ChangeSet | None) -> Plan:
    return Plan(
        request=request,
        changes=tree,
        change_set=change_set,
        account_id=aws.account_id,
        region=aws.region,
        made_at=datetime.now(UTC),
    )


@translate_aws_errors()
def discard(aws: Aws, plan: Plan) -> None:
    """Delete the change set, and the stacks that exist only because of it."""
    if plan.change_set is not None:
        discard_change_set(aws, plan.change_set)
