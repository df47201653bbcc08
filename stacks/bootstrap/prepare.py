"""The stack that an account needs once in a region, planned like any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks import plan
from stacks.aws.errors import translate_aws_errors
from stacks.bootstrap.conflicts import check_conflicts
from stacks.cloudformation.bootstrapped import bootstrap_version, find_fleet_stack
from stacks.cloudformation.change_set import Request, required_capabilities
from stacks.cloudformation.stack import find_stack, refuse_unchangeable, stack_template
from stacks.errors import Code, UserError
from stacks.iam.compare.derived import refuse_too_many_on_the_way, shared_documents, sharing_environments
from stacks.plan import publish
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.plan import Plan
    from stacks.settings import Settings

INLINE = 51_200
"""Bytes of a template that CloudFormation takes without a bucket, which is not there yet:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

FOLDER = "bootstrap/"
"""Where a template that is longer goes."""


def stack_name(settings: Settings) -> str:
    """Return the name of the stack."""
    return bootstrap.identity(settings.project).name


@translate_aws_errors()
def plan_bootstrap(
    aws: Aws, settings: Settings, *, emit: Callable[[str], None], others: Iterable[Settings] = ()
) -> Plan:
    """Plan its creation, or its upgrade in place; no changes where it is as it should be.

    `others` are environments whose templates count, too, where the execution role's rights are derived from them.
    Raises UserError where the stack is in a state that allows no change, was deployed by a newer version of this, or
    where somebody else's role or identity provider has the name of what it would make.
    """
    identity = bootstrap.identity(settings.project, tags=settings.stack.tags)
    delete_command = f"aws cloudformation delete-stack --stack-name {identity.name}"
    existing = find_stack(aws, identity.name)
    if existing is not None:
        refuse_unchangeable(existing, delete_command)
        _refuse_newer(existing)
    else:
        refuse_of_fleet(aws, settings)
    sharing = sharing_environments(aws, settings, others) if _derives(settings) else ()
    policies = shared_documents(aws, sharing) if sharing else None
    document = json.loads(bootstrap.build(settings.project, settings.bootstrap, policies, settings.stack.tags).body)
    if existing is not None and not existing.under_review and settings.bootstrap.execution_role:
        old = stack_template(aws, existing.stack_id)
        refuse_too_many_on_the_way(old, document, len(settings.bootstrap.execution_policy_arns))
    told = check_conflicts(aws, settings, document, existing)
    request = Request(
        environment=settings.environment,
        stack_name=identity.name,
        delete_command=delete_command,
        template=_sent(aws, settings, document, existing),
        existing=existing,
        tags=identity.tags,
        capabilities=required_capabilities([document]),
        notes=(*_derived_from(sharing), *_notes(existing, document), *told),
    )
    return plan.propose(aws, request, emit=emit)


def refuse_of_fleet(aws: Aws, settings: Settings) -> None:
    """Raise UserError where account and region have the bootstrap stack by a stack set."""
    if (found := find_fleet_stack(aws, stack_name(settings))) is not None:
        why = f"account {aws.account_id}, {aws.region} has it by a stack set of the administrator account"
        then = f"There, `python build.py bootstrap {settings.environment} --fleet` changes it, or deletes it."
        raise UserError(f"stack {found.name}", why, then, code=Code.STATE)


def _derives(settings: Settings) -> bool:
    return settings.bootstrap.execution_role and settings.bootstrap.execution_rights == "derived"


def _derived_from(sharing: tuple[Settings, ...]) -> tuple[str, ...]:
    """Whose rights the execution role gets."""
    if not sharing:
        return ()
    names = ", ".join(sorted(it.environment for it in sharing))
    return (f"The execution role's rights are what these environments need, as they are and as deployed: {names}.",)


def _sent(aws: Aws, settings: Settings, document: Mapping[str, Any], existing: Stack | None) -> str:
    """Return the template without white space; where it is too long to be sent, its address in the artifact bucket.

    It is where none of the stack's roles can put anything: what they write is under the stacks' names, and drafts.
    Raises UserError where it is too long, and there is no bucket yet.
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) <= INLINE:
        return text
    bucket = existing.outputs.get(bootstrap.BUCKET, "") if existing else ""
    if not bucket:
        why = f"the template has {len(text.encode())} bytes, and CloudFormation takes {INLINE} without a bucket"
        other = ' (or with execution_rights = "project")' if _derives(settings) else ""
        then = f"Run it first without [bootstrap]{other}: that makes the bucket."
        raise UserError("[bootstrap]", why, then)
    return publish.upload_template(aws, bucket, FOLDER, text)


def _refuse_newer(existing: Stack) -> None:
    found = bootstrap_version(existing)
    if found > bootstrap.VERSION:
        why = f"it is version {found}, and this knows version {bootstrap.VERSION}: deploying would downgrade it"
        raise UserError(f"stack {existing.name}", why, "Update your copy of the project, then run bootstrap again.")


def _notes(existing: Stack | None, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what other environments may still need: the stack is theirs, too."""
    gone = sorted(name for name in (existing.outputs if existing else {}) if name not in document["Outputs"])
    if not gone:
        return ()
    what = ", ".join(gone)
    return (f"Another environment's [bootstrap] asked for what is not in this one's, and goes: {what}.",)
