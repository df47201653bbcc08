"""From settings to a plan: everything is looked at, the templates are published, and a change set is made."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from stacks.aws.session import translate_aws_errors
from stacks.build.render import render
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.cloudformation.change_set import Request, required_capabilities
from stacks.cloudformation.drift import detect_drift
from stacks.cloudformation.stack import find_stack, refuse_unchangeable
from stacks.errors import Code, coded
from stacks.estimate.history import read_history
from stacks.plan import publish
from stacks.plan.conditions import NO_CONDITIONS, read_conditions
from stacks.plan.current_tree import CurrentStack, read_current_tree
from stacks.plan.kept_names import keep_names
from stacks.plan.name_conflicts import check_name_conflicts
from stacks.plan.proposal import Plan, discard
from stacks.plan.refining import propose_smallest, with_estimate
from stacks.plan.traffic import prepare_traffic, refuse_traffic_reset
from stacks.preflight import check_before_upload
from stacks.preflight.creation import check_creation
from stacks.preflight.registry_scanning import check_registry_scanning
from stacks.rendered.rendered import Rendered
from stacks.request.created import Creations
from stacks.request.former_image import Former, find_former_image
from stacks.request.lookups import look_up
from stacks.request.parameters import IMAGE_TAG, choose_parameters
from stacks.request.subscriptions import keep_subscriptions
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.plan.conditions import Conditions
    from stacks.request.created import Created
    from stacks.request.parameters import Chosen


class Purpose(Enum):
    """What becomes of a plan: it is only looked at, kept for another command, or executed by this one."""

    SHOW = "show"
    KEEP = "keep"
    EXECUTE = "execute"


@translate_aws_errors()
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
    existing = find_stack(aws, rendered.stack_name)
    repeats = express and existing is not None and existing.is_stranded
    if existing is not None and not repeats:
        refuse_unchangeable(existing, _delete_command(rendered))
    wanted = _wanted(aws, settings, rendered, existing)
    settings, rendered, former = wanted.settings, wanted.rendered, wanted.former
    base = read_bootstrap(aws, settings)
    bucket, looks = base.artifact_bucket, purpose is Purpose.SHOW
    chosen = choose_parameters(aws, settings, rendered, existing, look_up(aws, settings, existing))
    chosen = dataclasses.replace(chosen, notes=(*wanted.notes, *chosen.notes), former=former)
    creations = Creations.of(aws, rendered)
    if said := check_name_conflicts(aws, creations.tree.root, chosen, existing, wanted.standing):
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
        earlier = beside.submit(read_history, aws, bucket, rendered.stack_name)
        plan = propose_smallest(aws, settings, request, chosen.unchanged, emit=emit)
        undo.callback(discard, aws, plan)
        refuse_traffic_reset(aws, plan.request, plan.changes)
        for said in check_creation(aws, settings, creations.by_changes(plan.changes, new)):
            emit(said)
        plan = with_estimate(aws, plan, rendered, earlier.result(), bucket, emit=emit)
        undo.pop_all()
    return dataclasses.replace(plan, conditions=stands_on, former=former)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What this deployment is to reach, which may be only a step to what the settings say; `notes` say so."""

    settings: Settings
    rendered: Rendered
    former: Former | None
    standing: CurrentStack | None
    notes: tuple[str, ...]


def _wanted(aws: Aws, settings: Settings, rendered: Rendered, existing: Stack | None) -> _Wanted:
    """Return the next step to the settings, with the names and subscriptions that the stack has."""
    settings, step = prepare_traffic(aws, settings, existing)
    former = find_former_image(aws, settings, _tag(settings, existing), existing)
    if step or former:
        rendered = render(settings, former_image=former.address if former else "")
    there = read_current_tree(aws, existing) if existing is not None and not existing.under_review else None
    rendered, told = keep_subscriptions(aws, keep_names(rendered, there), existing)
    notes = (*((step,) if step else ()), *((former.note,) if former else ()), *told)
    return _Wanted(settings=settings, rendered=rendered, former=former, standing=there, notes=notes)


def _tag(settings: Settings, existing: Stack | None) -> str:
    """Return the image tag that is to run: the one that is asked for, or else the one that runs."""
    return settings.image_tag or (existing.parameters.get(IMAGE_TAG, "") if existing else "")


def _request(rendered: Rendered, chosen: Chosen, existing: Stack | None, template_url: str) -> Request:
    """Return the change set of the whole tree."""
    return Request(
        environment=rendered.environment,
        stack_name=rendered.stack_name,
        delete_command=_delete_command(rendered),
        template=template_url,
        existing=existing,
        parameters=chosen.values,
        tags=rendered.tags,
        capabilities=required_capabilities(json.loads(text) for text in rendered.templates.values()),
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
    existing: Stack | None,
    creations: Creations,
    *,
    emit: Callable[[str], None],
) -> tuple[Created, ...]:
    """Return what is certainly created, after every check that can be made before an upload."""
    creates = existing is None or existing.under_review
    new = creations.beforehand(chosen.values, None if existing is None or creates else existing.parameters)
    for said in check_before_upload(aws, settings, chosen, existing):
        emit(said)
    for said in check_creation(aws, settings, new):
        emit(said)
    check_registry_scanning(aws, settings, existing)
    return new


def _conditions(aws: Aws, settings: Settings, request: Request, image_tag: str) -> Conditions:
    """Return what the plan stands on, where it is to be executed later."""
    if not request.kept:
        return NO_CONDITIONS
    existing = request.existing
    return read_conditions(aws, settings, existing.stack_id if existing and not request.creates else "", image_tag)


def with_drift(aws: Aws, plan: Plan, *, emit: Callable[[str], None]) -> Plan:
    """Return the plan, and what was changed by hand; for a stack that is new there is nothing to look at."""
    if plan.request.creates:
        return plan
    found = detect_drift(aws, plan.request.environment, plan.request.stack_name, emit=emit)
    return dataclasses.replace(plan, drift=found)
