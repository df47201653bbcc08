"""Reopen a saved plan, if nothing has changed since it was made."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, is_missing_stack, translate_aws_errors
from stacks.cloudformation.change_set import ChangeSet, Request
from stacks.cloudformation.changes import StackChanges, describe_change_set, read_changes
from stacks.cloudformation.stack import find_stack
from stacks.errors import Code, UserError, coded
from stacks.plan import adoption, publish
from stacks.plan.conditions import describe_change, nested_stacks, operation_began
from stacks.plan.explanation import explain
from stacks.plan.proposal import Plan
from stacks.plan.sources import gather_sources
from stacks.plan.traffic import refuse_traffic_reset
from stacks.request.repository import has_image

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.plan.saved import Saved
    from stacks.rendered.rendered import Rendered


@translate_aws_errors()
@coded(Code.SAVED_PLAN)
def reopen(aws: Aws, saved: Saved, environment: str, stack_name: str) -> Plan:
    """Return the saved plan, with its changes as CloudFormation has them.

    Raises UserError if the plan is for another environment, account or region, if its change set or image no longer
    exists, if the stack or a nested stack has changed since, or if ECS has shifted the traffic of a rule it changes.
    """
    _refuse_other(aws, saved, environment, stack_name)
    existing = find_stack(aws, saved.stack_id)
    _refuse_changed(aws, saved, existing)
    if saved.change_set_id:
        _refuse_missing_image(aws, saved)
    request = Request(
        environment=saved.environment,
        stack_name=saved.stack_name,
        delete_command=f"python build.py destroy {saved.environment}",
        template="",
        existing=existing,
        nested=True,
        notes=saved.notes,
        architecture=saved.architecture,
        kept=True,
    )
    change_set, tree = None, StackChanges(stack_id=saved.stack_id)
    if saved.change_set_id:
        tree = _read_changes(aws, saved)
        change_set = ChangeSet(
            change_set_id=saved.change_set_id,
            stack_id=saved.stack_id,
            stack_name=saved.stack_name,
            stack_is_new=saved.creates,
        )
    explained = explain(tree, gather_sources(aws, tree, creates=saved.creates))
    refuse_traffic_reset(aws, request, explained)
    mismatches = adoption.adopted_mismatches(aws, explained)
    return Plan(
        request=request,
        changes=adoption.with_mismatches(explained, mismatches),
        mismatches=mismatches,
        change_set=change_set,
        artifact_bucket=saved.artifact_bucket,
        account_id=aws.account_id,
        region=aws.region,
        made_at=datetime.now(UTC),
        estimate=saved.estimate,
        conditions=saved.conditions,
    )


def was_made_from(aws: Aws, saved: Saved, rendered: Rendered) -> bool:
    """Whether the plan was made from these templates; False if CloudFormation does not return them."""
    try:
        body: Any = aws.cloudformation.get_template(
            ChangeSetName=saved.change_set_id, StackName=saved.stack_id, TemplateStage="Original"
        )["TemplateBody"]
        planned = json.loads(body) if isinstance(body, str) else dict(body)
    except (ClientError, json.JSONDecodeError):
        return False
    return bool(planned == publish.root_template(aws, rendered, saved.artifact_bucket))


def _refuse_other(aws: Aws, saved: Saved, environment: str, stack_name: str) -> None:
    for what, planned, now in (
        ("environment", saved.environment, environment),
        ("stack", saved.stack_name, stack_name),
        ("account", saved.account_id, aws.account_id),
        ("region", saved.region, aws.region),
    ):
        if planned != now:
            raise UserError("saved plan", f"it is for {what} {planned}, and this is {now}", "Nothing was changed.")


def _remediation(saved: Saved) -> str:
    return f"Nothing was changed. Plan anew: python build.py plan {saved.environment} --out FILE"


def _refuse_changed(aws: Aws, saved: Saved, existing: Stack | None) -> None:
    remediation = _remediation(saved)
    if existing is None or existing.state == "DELETE_COMPLETE":
        raise UserError(
            "saved plan", f"stack {saved.stack_name} for which it was made does not exist any more", remediation
        )
    has_changed = existing.state != saved.state or (not saved.creates and operation_began(existing) != saved.changed_at)
    if has_changed:
        why = (
            f"stack {saved.stack_name} has changed since: it was {saved.state} ({saved.changed_at or 'new'}), "
            f"and is {existing.state} ({operation_began(existing)})"
        )
        raise UserError("saved plan", why, remediation)
    if not saved.creates and (why := describe_change(saved.conditions.nested, nested_stacks(aws, existing.stack_id))):
        raise UserError("saved plan", why, remediation)


def _refuse_missing_image(aws: Aws, saved: Saved) -> None:
    repository, tag = saved.conditions.repository, saved.conditions.image_tag
    if repository and not has_image(aws, repository, tag):
        why = f"its image {tag} is not in repository {repository} any more"
        raise UserError("saved plan", why, f"Push it again, or another one. {_remediation(saved)}")


def _read_changes(aws: Aws, saved: Saved) -> StackChanges:
    """Return the changes of the change set. Raises UserError if it can no longer be executed."""
    remediation = _remediation(saved)
    try:
        found = next(describe_change_set(aws, saved.change_set_id))
        if found["ExecutionStatus"] == "AVAILABLE" and found["StackId"] == saved.stack_id:
            return read_changes(aws, saved.change_set_id)
    except ClientError as error:
        if error_code(error) != "ChangeSetNotFound" and not is_missing_stack(error):
            raise
        raise UserError(
            "saved plan", "its change set does not exist any more: it was executed or deleted", remediation
        ) from error
    why = f"its change set cannot be executed any more: {found['ExecutionStatus']}"
    raise UserError("saved plan", why, remediation)
