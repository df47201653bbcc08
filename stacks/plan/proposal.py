"""What a change set of a whole tree would do, as CloudFormation works it out, and as it is explained."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stacks.aws.session import translate_aws_errors
from stacks.cloudformation import changes
from stacks.cloudformation.change_set import ChangeSet, Request, create_change_set, discard_change_set
from stacks.cloudformation.changes import StackChanges
from stacks.cloudformation.drift import Drift
from stacks.estimate import Estimate
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
    """What would change in a stack; `change_set` is None where nothing would.

    `request` says what was asked for, with the notes on it. `estimate` is how long it will take, where that is known;
    `artifact_bucket` keeps the durations for later estimates, "" for a stack of which none are kept. `made_at` is when
    it was made; `drift` is what was changed by hand, where that was asked for. `conditions` is what must still hold
    when another command executes it. `unlike` are repositories and log groups that differ from what is wanted: those
    that are adopted, or, where nothing else changes, all. `former` is where the image still is: it has to come over
    when this plan is executed, and the next one moves the service to it.
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
    unlike: tuple[Mismatch, ...] = ()
    conditions: Conditions = NO_CONDITIONS
    former: Former | None = None


@translate_aws_errors()
def propose(aws: Aws, request: Request, *, emit: Callable[[str], None]) -> Plan:
    """Have CloudFormation work out one request, and read what it would do; no changes are no change set."""
    emit(f"Waiting for the change set of {request.stack_name}")
    change_set = create_change_set(aws, request)
    if change_set is None:
        return _no_changes(aws, request)
    with ExitStack() as undo:
        undo.callback(discard_change_set, aws, change_set)
        tree = changes.read_changes(aws, change_set.change_set_id)
        sources = gather_sources(aws, tree, creates=request.creates)
        explained = explain(tree, sources)
        if changes_nothing(explained, sources):
            return _no_changes(aws, request)
        undo.pop_all()
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
    """Take the change set away, and the stacks that exist because of it only. Nothing else is touched."""
    if plan.change_set is not None:
        discard_change_set(aws, plan.change_set)
