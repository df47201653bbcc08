"""What the stack set is to be: its template, and how a changed one differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.bootstrap.prepare import FOLDER, INLINE
from stacks.cloudformation.bootstrapped import find_bootstrap_stack
from stacks.cloudformation.change_set import required_capabilities
from stacks.errors import UserError
from stacks.plan import publish
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.fleet.stack_set import StackSet
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What `[bootstrap]`, `[fleet]` and `[stack] tags` make of the stack set."""

    name: str
    description: str
    template: Mapping[str, Any]
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]


def want_stack_set(settings: Settings) -> Wanted:
    """Return the stack set that the settings want."""
    tags = settings.stack.tags
    identity = bootstrap.identity(settings.project, tags=tags)
    built = bootstrap.build(settings.project, settings.bootstrap, tags=tags, home_region=settings.fleet.home_region)
    document = json.loads(built.body)
    return Wanted(
        name=identity.name,
        description=document["Description"],
        template=document,
        capabilities=required_capabilities([document]),
        tags=identity.tags,
    )


def sent_template(aws: Aws, settings: Settings, wanted: Wanted) -> dict[str, str]:
    """Return the parameter with the template; where it is too long to be sent, its address in this account's bucket.

    Raises UserError where it is too long, and the administrator account has no artifact bucket.
    """
    text = json.dumps(wanted.template, separators=(",", ":"), ensure_ascii=False)
    length = len(text.encode())
    if length <= INLINE:
        return {"TemplateBody": text}
    stack = find_bootstrap_stack(aws, settings.project)
    bucket = stack.outputs.get(bootstrap.BUCKET, "") if stack else ""
    if not bucket:
        why = f"the template has {length} bytes, and CloudFormation takes {INLINE} without a bucket"
        then = f"Make one in this account first: python build.py bootstrap {settings.environment}"
        raise UserError("[bootstrap]", why, then)
    return {"TemplateURL": publish.upload_template(aws, bucket, FOLDER, text)}


def differences(existing: StackSet, wanted: Wanted, settings: Settings) -> Iterator[str]:
    """Yield what an update changes: `+ GitHubPlanRole`, `~ ArtifactBucket`, `- Old`, and settings of the stack set."""
    old, new = existing.template, wanted.template
    for part in ("Resources", "Outputs"):
        before, after = old.get(part, {}), new.get(part, {})
        for name in sorted(before.keys() | after.keys()):
            sign = "+" if name not in before else "-" if name not in after else "~"
            if before.get(name) != after.get(name):
                yield f"{sign} {name}" if part == "Resources" else f"{sign} output {name}"
    rest = ("Conditions", "Parameters", "Description", "Mappings")
    yield from (f"~ {part}" for part in rest if old.get(part) != new.get(part))
    if dict(existing.tags) != dict(wanted.tags):
        yield "~ tags of all stacks"
    fleet = settings.fleet
    pairs = (
        ("managed_execution", existing.managed_execution, fleet.managed_execution),
        ("auto_deployment", existing.auto_deployment, fleet.auto_deployment),
        ("retain_stacks_on_account_removal", existing.retain_on_removal, fleet.retain_stacks_on_account_removal),
    )
    yield from (f"~ {name}: {_word(was)} -> {_word(is_now)}" for name, was, is_now in pairs if was != is_now)
    if not fleet.is_service_managed:
        role = fleet.administration_role_arn
        if role and role != existing.administration_role_arn:
            yield f"~ administration_role_arn: {existing.administration_role_arn} -> {role}"
        if fleet.execution_role_name != existing.execution_role_name:
            yield f"~ execution_role_name: {existing.execution_role_name} -> {fleet.execution_role_name}"


def _word(flag: bool) -> str:  # noqa: FBT001 - a value to spell
    return "true" if flag else "false"
