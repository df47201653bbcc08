"""The stack that an account needs once in a region, planned like any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks import account_wide, bootstrapped, changeset, deployed, plan
from stacks.aws import reported
from stacks.changeset import Request
from stacks.errors import UserError
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from stacks.aws import Aws
    from stacks.deployed import Deployed
    from stacks.plan import Plan
    from stacks.settings import Settings

INLINE = 51_200
"""Bytes of a template that CloudFormation takes without a bucket, which is not there yet:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def stack_name(settings: Settings) -> str:
    """The name of the stack."""
    return bootstrap.identity(settings.project).name


@reported()
def prepare(aws: Aws, settings: Settings, *, emit: Callable[[str], None]) -> Plan:
    """Plan its creation, or its upgrade in place; no changes where it is as it should be.

    Raises UserError where the stack is in a state that allows no change, was deployed by a newer version of this, or
    where somebody else's role or identity provider has the name of what it would make.
    """
    identity = bootstrap.identity(settings.project)
    delete_command = f"aws cloudformation delete-stack --stack-name {identity.name}"
    existing = deployed.read(aws, identity.name)
    if existing is not None:
        deployed.refuse_unchangeable(existing, delete_command)
        _refuse_newer(existing)
    document = json.loads(bootstrap.build(settings.project, settings.bootstrap).body)
    told = account_wide.check(aws, settings, document, existing)
    request = Request(
        environment=settings.environment,
        stack_name=identity.name,
        delete_command=delete_command,
        template=_sent(document),
        existing=existing,
        tags=identity.tags,
        capabilities=changeset.capabilities([document]),
        notes=(*_notes(existing, document), *told),
    )
    return plan.propose(aws, request, emit=emit)


def _sent(document: Mapping[str, Any]) -> str:
    """The template without white space. Raises UserError where it is too long to be sent."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > INLINE:
        why = f"the template has {len(text.encode())} bytes, and CloudFormation takes {INLINE} without a bucket"
        raise UserError("[bootstrap]", why, "Name fewer branches, tags, environments or repositories.")
    return text


def _refuse_newer(existing: Deployed) -> None:
    found = bootstrapped.version(existing)
    if found > bootstrap.VERSION:
        why = f"it is version {found}, and this knows version {bootstrap.VERSION}: it would be taken back"
        raise UserError(f"stack {existing.name}", why, "Update your copy of the project, then run bootstrap again.")


def _notes(existing: Deployed | None, document: Mapping[str, Any]) -> tuple[str, ...]:
    """What other environments may still need: the stack is theirs, too."""
    gone = sorted(name for name in (existing.outputs if existing else {}) if name not in document["Outputs"])
    if not gone:
        return ()
    what = ", ".join(gone)
    return (f"Another environment's [bootstrap] asked for what is not in this one's, and goes: {what}.",)
