"""From settings to a plan: run the checks, publish the templates, and create a change set."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.build.render import render
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.cloudformation.change_set import Request, required_capabilities
from stacks.cloudformation.drift import detect_drift
from stacks.cloudformation.stack import find_stack, refuse_unchangeable
from stacks.errors import Code, coded
from stacks.estimate.history import read_history
from stacks.plan import publish
from stacks.plan.after_takeover import is_after_takeover, without_retention
from stacks.plan.conditions import NO_CONDITIONS, read_conditions
from stacks.plan.cost_sides import cost_sides
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
    """Whether a plan is only shown, kept for another command, or executed by this one."""

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
    """Run the checks, publish the templates, and return the changes of the whole tree by a change set.

    `express`: the plan is executed in express mode. For a plan that is only shown, the change set gets no role and the
    templates are drafts, so that a caller without deployment rights can plan. Only the artifact bucket is changed.
    Raises UserError if the deployment could not succeed.
    """
    existing = find_stack(aws, rendered.stack_name)
    is_retry = express and existing is not None and existing.is_stranded
    if existing is not None and not is_retry:
        refuse_unchangeable(existing, _delete_command(rendered))
    target = _target(aws, settings, rendered, existing)
    settings, rendered, former = target.settings, target.rendered, target.former
    base = read_bootstrap(aws, settings)
    bucket, shows = base.artifact_bucket, purpose is Purpose.SHOW
    chosen = choose_parameters(aws, settings, rendered, existing, look_up(aws, settings, existing))
    chosen = dataclasses.replace(chosen, notes=(*target.notes, *chosen.notes), former=former)
    creations = Creations.of(aws, rendered)
    if note := check_name_conflicts(aws, creations.tree.root, chosen, existing, target.current):
        emit(note)
    new = _checked(aws, settings, chosen, existing, creations, emit=emit)
    published = publish.publish(aws, rendered, bucket, draft=shows)
    emit(f"Published to {bucket}: {published.uploaded} of {len(rendered.templates)} templates are new")
    request = dataclasses.replace(
        _request(rendered, chosen, existing, published.template_url),
        kept=purpose is Purpose.KEEP,
        express=express,
        rollback=not is_retry,
        architecture=settings.ecs.architecture,
        sandbox_state=settings.aws.embedded_state,
        role_arn="" if shows else base.execution_role_arn,
    )
    conditions = _conditions(aws, settings, request, "" if former else chosen.image_tag)
    with ThreadPoolExecutor(1) as pool, ExitStack() as undo:
        earlier = pool.submit(read_history, aws, bucket, rendered.stack_name)
        plan = propose_smallest(aws, settings, request, chosen.unchanged, emit=emit)
        undo.callback(discard, aws, plan)
        refuse_traffic_reset(aws, plan.request, plan.changes)
        for note in check_creation(aws, settings, creations.by_changes(plan.changes, new)):
            emit(note)
        plan = with_estimate(aws, plan, rendered, earlier.result(), bucket, emit=emit)
        if is_after_takeover(target.current) and plan.change_set is not None:
            plan = without_retention(plan)
        undo.pop_all()
    sides = cost_sides(plan.request, rendered, target.current, settings.ecs.desired_count)
    return dataclasses.replace(plan, conditions=conditions, former=former, sides=sides)


@dataclass(frozen=True, kw_only=True)
class _Target:
    """The target of this deployment, which may be a first step towards the settings; `notes` say so."""

    settings: Settings
    rendered: Rendered
    former: Former | None
    current: CurrentStack | None
    notes: tuple[str, ...]


def _target(aws: Aws, settings: Settings, rendered: Rendered, existing: Stack | None) -> _Target:
    """Return the next step towards the settings, with the stack's present names and subscriptions."""
    settings, step = prepare_traffic(aws, settings, existing)
    former = find_former_image(aws, settings, _tag(settings, existing), existing)
    if step or former:
        rendered = render(settings, former_image=former.address if former else "")
    current = read_current_tree(aws, existing) if existing is not None and not existing.under_review else None
    rendered, kept = keep_subscriptions(aws, keep_names(rendered, current, settings.identity), existing)
    notes = (*((step,) if step else ()), *((former.note,) if former else ()), *kept)
    return _Target(settings=settings, rendered=rendered, former=former, current=current, notes=notes)


def _tag(settings: Settings, existing: Stack | None) -> str:
    """Return the image tag to deploy: that of the settings, or else the deployed one."""
    return settings.image_tag or (existing.parameters.get(IMAGE_TAG, "") if existing else "")


def _request(rendered: Rendered, chosen: Chosen, existing: Stack | None, template_url: str) -> Request:
    """Return the request for a change set of the whole tree."""
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
    """Return what is certainly created, after all checks that need no change set."""
    creates = existing is None or existing.under_review
    new = creations.beforehand(chosen.values, None if existing is None or creates else existing.parameters)
    for note in check_before_upload(aws, settings, chosen, existing):
        emit(note)
    for note in check_creation(aws, settings, new):
        emit(note)
    check_registry_scanning(aws, settings, existing)
    return new


def _conditions(aws: Aws, settings: Settings, request: Request, image_tag: str) -> Conditions:
    """Return the conditions of a plan that another command executes."""
    if not request.kept:
        return NO_CONDITIONS
    existing = request.existing
    return read_conditions(aws, settings, existing.stack_id if existing and not request.creates else "", image_tag)


def with_drift(aws: Aws, plan: Plan, *, emit: Callable[[str], None]) -> Plan:
    """Return the plan with the drift of its stacks; a new stack has none."""
    if plan.request.creates:
        return plan
    found = detect_drift(aws, plan.request.environment, plan.request.stack_name, emit=emit)
    return dataclasses.replace(plan, drift=found)
