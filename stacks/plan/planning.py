"""The plan: what a deployment would change, as a change set that is ready to be executed."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from stacks import (
    bootstrapped,
    changes,
    changeset,
    deployed,
    drift,
    estimate,
    former_image,
    history,
    lookups,
    parameters,
    preflight,
    publish,
    registry,
    render,
    subscriptions,
    traffic,
)
from stacks.aws import reported
from stacks.changes import StackChanges
from stacks.changeset import ChangeSet, Request
from stacks.drift import Drift
from stacks.errors import Code, UserError, coded
from stacks.estimate import Estimate
from stacks.former_image import Former
from stacks.plan import adoption, breaks, conditions, forcing, kept_names, names_that_stay, standing, tasks
from stacks.plan.adoption import Unlike
from stacks.plan.conditions import Conditions
from stacks.plan.created import Creations
from stacks.plan.explanation import changes_nothing, explain
from stacks.plan.sources import gather
from stacks.preflight import creation
from stacks.render import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.aws import Aws
    from stacks.deployed import Deployed
    from stacks.history import History
    from stacks.parameters import Chosen
    from stacks.plan.created import Created
    from stacks.render import Rendered
    from stacks.settings import Settings


class Purpose(Enum):
    """What becomes of a plan: it is only looked at, kept for another command, or executed by this one."""

    LOOK = "look"
    KEEP = "keep"
    EXECUTE = "execute"


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
    unlike: tuple[Unlike, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    former: Former | None = None


@reported()
def prepare(
    aws: Aws,
    settings: Settings,
    rendered: Rendered,
    *,
    emit: Callable[[str], None],
    purpose: Purpose = Purpose.EXECUTE,
    express: bool = False,
) -> Plan:
    """Check, publish the templates, and have CloudFormation work out the changes of the whole tree.

    `express`: it is executed in express mode. Where nobody executes it, no role is handed over, and the templates are
    drafts: a caller who may only plan needs no more. Nothing is changed but the artifact bucket. Raises UserError where
    the deployment could not succeed.
    """
    existing = deployed.read(aws, rendered.stack_name)
    repeats = express and existing is not None and existing.is_stranded
    if existing is not None and not repeats:
        deployed.refuse_unchangeable(existing, _delete_command(rendered))
    settings, step = traffic.prepared(aws, settings, existing)
    former = former_image.find(aws, settings, _tag(settings, existing), existing)
    if step or former:
        rendered = render.render(settings, former_image=former.address if former else "")
    there = standing.read(aws, existing) if existing is not None and not existing.under_review else None
    rendered, told = subscriptions.kept(aws, kept_names.keep(rendered, there), existing)
    base = bootstrapped.read(aws, settings)
    bucket, looks = base.artifact_bucket, purpose is Purpose.LOOK
    chosen = parameters.choose(aws, settings, rendered, existing, lookups.find(aws, settings, existing))
    first = (*((step,) if step else ()), *((former.note,) if former else ()), *told)
    chosen = dataclasses.replace(chosen, notes=(*first, *chosen.notes), former=former)
    creations = Creations.of(aws, rendered)
    if said := names_that_stay.check(aws, creations.tree, chosen, existing, there):
        emit(said)
    new = _checked(aws, settings, chosen, existing, creations, emit=emit)
    published = publish.publish(aws, rendered, bucket, draft=looks)
    emit(f"Published to {bucket}: {published.uploaded} of {len(rendered.templates)} templates are new")
    request = dataclasses.replace(
        _request(rendered, chosen, existing, published.template_url),
        kept=purpose is Purpose.KEEP,
        express=express,
        rollback=not repeats,
        architecture=settings.ecs.architecture,
        sandbox_state=settings.aws.embedded_state,
        role_arn="" if looks else base.execution_role_arn,
    )
    stands_on = _conditions(aws, settings, request, "" if former else chosen.image_tag)
    with ThreadPoolExecutor(1) as beside, ExitStack() as undo:
        earlier = beside.submit(history.read, aws, bucket, rendered.stack_name)
        plan = _forced(aws, _least(aws, request, chosen.unchanged, emit=emit))
        undo.callback(discard, aws, plan)
        plan = _with_notes(aws, settings, plan)
        _refuse_replacements(plan)
        traffic.refuse_turning(aws, plan.request, plan.changes)
        for said in creation.check(aws, settings, creations.by_changes(plan.changes, new)):
            emit(said)
        estimated = _estimated(plan, rendered, earlier.result(), bucket, emit=emit)
        finished = _adopting(aws, estimated, rendered)
        undo.pop_all()
    return dataclasses.replace(finished, conditions=stands_on, former=former)


def _tag(settings: Settings, existing: Deployed | None) -> str:
    """The image tag that is to run: the one that is asked for, or else the one that runs."""
    return settings.image_tag or (existing.parameters.get(parameters.IMAGE_TAG, "") if existing else "")


def _request(rendered: Rendered, chosen: Chosen, existing: Deployed | None, template_url: str) -> Request:
    """The change set of the whole tree."""
    return Request(
        environment=rendered.environment,
        stack_name=rendered.stack_name,
        delete_command=_delete_command(rendered),
        template=template_url,
        existing=existing,
        parameters=chosen.values,
        tags=rendered.tags,
        capabilities=changeset.capabilities(json.loads(text) for text in rendered.templates.values()),
        nested=True,
        notes=chosen.notes,
    )


def _delete_command(rendered: Rendered) -> str:
    return f"python build.py destroy {rendered.environment}"


@coded(Code.PREFLIGHT)
def _checked(
    aws: Aws,
    settings: Settings,
    chosen: Chosen,
    existing: Deployed | None,
    creations: Creations,
    *,
    emit: Callable[[str], None],
) -> tuple[Created, ...]:
    """What is certainly created, after all that can be looked at before anything is uploaded was found to be well."""
    creates = existing is None or existing.under_review
    new = creations.beforehand(chosen.values, None if existing is None or creates else existing.parameters)
    for said in preflight.check(aws, settings, chosen, existing):
        emit(said)
    for said in creation.check(aws, settings, new):
        emit(said)
    registry.check(aws, settings, existing)
    return new


def _conditions(aws: Aws, settings: Settings, request: Request, image_tag: str) -> Conditions:
    """What the plan stands on, where it is to be executed later."""
    if not request.kept:
        return Conditions()
    existing = request.existing
    return conditions.now(aws, settings, existing.stack_id if existing and not request.creates else "", image_tag)


def _least(
    aws: Aws, request: Request, unchanged: Mapping[str, str | None] | None, *, emit: Callable[[str], None]
) -> Plan:
    """The request with parameters with which its service is perhaps not touched, where there are any, or as it is."""
    if unchanged is not None:
        plan = propose(aws, dataclasses.replace(request, parameters=unchanged), emit=emit)
        if plan.change_set is None or not _updates_service(plan.changes):
            return plan
        changeset.discard(aws, plan.change_set)
        emit = _nothing
    return propose(aws, request, emit=emit)


def _nothing(_: str) -> None:
    """Say nothing: it was said already."""


def _updates_service(tree: StackChanges) -> bool:
    """Whether a service changes, or a nested stack of which CloudFormation does not tell more."""
    types = {changes.SERVICE, deployed.NESTED_STACK}
    return any(change.type in types and change.certainty != "none" for change in tree.resources())


def _with_notes(aws: Aws, settings: Settings, plan: Plan) -> Plan:
    """The plan, with what becomes of the number of tasks by what changes."""
    more = tasks.notes(aws, settings, plan.request, plan.changes)
    request = dataclasses.replace(plan.request, notes=(*plan.request.notes, *more))
    return dataclasses.replace(plan, request=request)


def _refuse_replacements(plan: Plan) -> None:
    """Raise UserError where CloudFormation would refuse them: while the rollback is off, and so nothing goes back.

    "Replacement type updates not supported on stack with disable-rollback": the stack would stay UPDATE_FAILED.
    """
    replaced = [path for path, change in plan.changes.paths() if change.kind == "replace"]
    if replaced and not plan.request.rollback:
        why = f"without rollback, as after its last update, nothing can be replaced: {', '.join(replaced)}"
        raise UserError(f"stack {plan.request.stack_name}", why, f"Nothing was changed. {deployed.REPEAT}")


def _forced(aws: Aws, plan: Plan) -> Plan:
    """The plan, or another one that forces a deployment of the service where that is needed, and does not elsewhere."""
    request = plan.request
    before = {} if request.creates or request.existing is None else request.existing.parameters
    force = forcing.wanted(plan.changes, before.get(parameters.FORCED_DEPLOYMENT, ""))
    if force is None:
        return plan
    discard(aws, plan)
    notes = (*request.notes, *([force.note] if force.note else []))
    values = forcing.parameters(request.parameters, force)
    return propose(aws, dataclasses.replace(request, parameters=values, notes=notes), emit=_nothing)


def _adopting(aws: Aws, plan: Plan, rendered: Rendered) -> Plan:
    """The plan, with how what it adopts differs; where it changes nothing, with what is not what it should be."""
    unlike = adoption.deployed(aws, rendered) if plan.change_set is None else adoption.adopted(aws, plan.changes)
    notes = (*plan.request.notes, *(line for it in unlike for line in it.lines))
    changes = adoption.shown(plan.changes, unlike)
    return dataclasses.replace(
        plan, request=dataclasses.replace(plan.request, notes=notes), changes=changes, unlike=unlike
    )


def _estimated(plan: Plan, rendered: Rendered, past: History, bucket: str, *, emit: Callable[[str], None]) -> Plan:
    """The plan, with how long it will take by what earlier operations have taken.

    Express mode does not wait for resources to stabilise: its times say nothing about others, nor others' about it.
    """
    if plan.request.express:
        return _with_break(plan)
    if past.note:
        emit(past.note)
    expected = estimate.of(plan.changes, rendered.templates, ROOT, past.past)
    return _with_break(dataclasses.replace(plan, estimate=expected, artifact_bucket=bucket))


def _with_break(plan: Plan) -> Plan:
    """The plan, with what it means for the users of a running service among its notes."""
    said = breaks.note(plan.changes, plan.estimate)
    if not said:
        return plan
    return dataclasses.replace(plan, request=dataclasses.replace(plan.request, notes=(*plan.request.notes, said)))


@reported()
def propose(aws: Aws, request: Request, *, emit: Callable[[str], None]) -> Plan:
    """Have CloudFormation work out one request, and read what it would do; no changes are no change set."""
    emit(f"Waiting for the change set of {request.stack_name}")
    change_set = changeset.create(aws, request)
    if change_set is None:
        return _no_changes(aws, request)
    with ExitStack() as undo:
        undo.callback(changeset.discard, aws, change_set)
        tree = changes.read(aws, change_set.change_set_id)
        sources = gather(aws, tree, creates=request.creates)
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


def with_drift(aws: Aws, plan: Plan, *, emit: Callable[[str], None]) -> Plan:
    """The plan, and what was changed by hand; for a stack that is new there is nothing to look at."""
    if plan.request.creates:
        return plan
    found = drift.detect(aws, plan.request.environment, plan.request.stack_name, emit=emit)
    return dataclasses.replace(plan, drift=found)


@reported()
def discard(aws: Aws, plan: Plan) -> None:
    """Take the change set away, and the stacks that exist because of it only. Nothing else is touched."""
    if plan.change_set is not None:
        changeset.discard(aws, plan.change_set)
