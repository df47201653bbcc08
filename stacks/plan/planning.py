"""The plan: what a deployment would change, as a change set that is ready to be executed."""

from __future__ import annotations

import dataclasses
import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import changes, changeset, deployed, parameters, preflight, publish
from stacks.aws import reported
from stacks.changes import StackChanges
from stacks.changeset import ChangeSet, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws import Aws
    from stacks.render import Rendered
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would change in a stack; `change_set` is None where nothing would.

    `request` says what was asked for, with the notes on it.
    """

    request: Request
    changes: StackChanges
    change_set: ChangeSet | None


@reported()
def prepare(aws: Aws, settings: Settings, rendered: Rendered, *, emit: Callable[[str], None]) -> Plan:
    """Check, publish the templates, and have CloudFormation work out the changes of the whole tree.

    Nothing is changed but the artifact bucket. Raises UserError where the deployment could not succeed.
    """
    delete_command = f"python build.py destroy {rendered.environment}"
    existing = deployed.read(aws, rendered.stack_name)
    if existing is not None:
        deployed.refuse_unchangeable(existing, delete_command)
    bucket = publish.artifact_bucket(aws, settings)
    chosen = parameters.choose(aws, settings, rendered, existing)
    preflight.check(aws, settings, chosen.image_tag)
    published = publish.publish(aws, rendered, bucket)
    emit(f"Published to {bucket}: {published.uploaded} of {len(rendered.templates)} templates are new")
    request = Request(
        environment=rendered.environment,
        stack_name=rendered.stack_name,
        delete_command=delete_command,
        template=published.template_url,
        existing=existing,
        parameters=chosen.values,
        tags=rendered.tags,
        capabilities=changeset.capabilities(json.loads(text) for text in rendered.templates.values()),
        nested=True,
        notes=chosen.notes,
    )
    if chosen.unchanged is not None:
        plan = propose(aws, dataclasses.replace(request, parameters=chosen.unchanged), emit=emit)
        if plan.change_set is None:
            return plan
        changeset.discard(aws, plan.change_set)
    return propose(aws, request, emit=emit)


@reported()
def propose(aws: Aws, request: Request, *, emit: Callable[[str], None]) -> Plan:
    """Have CloudFormation work out one request, and read what it would do; no changes are no change set."""
    emit(f"Waiting for the change set of {request.stack_name}")
    change_set = changeset.create(aws, request)
    if change_set is None:
        stack_id = request.existing.stack_id if request.existing else ""
        return Plan(request=request, changes=StackChanges(stack_id=stack_id), change_set=None)
    with ExitStack() as undo:
        undo.callback(changeset.discard, aws, change_set)
        tree = changes.read(aws, change_set.change_set_id)
        undo.pop_all()
    return Plan(request=request, changes=tree, change_set=change_set)


@reported()
def discard(aws: Aws, plan: Plan) -> None:
    """Take the change set away, and the stacks that exist because of it only. Nothing else is touched."""
    if plan.change_set is not None:
        changeset.discard(aws, plan.change_set)
