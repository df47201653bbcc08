"""Before `plan` and `deploy`: the rights that the caller, or CloudFormation, certainly lacks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.iam.compare.missing import CLOUDFORMATION, DEPLOYER, Found, Lacking
from stacks.iam.compare.parties import compare_parties, read_bootstrap
from stacks.iam.compare.principal import find_execution_role, is_root
from stacks.iam.compare.remembered import remembered_needs
from stacks.iam.derive.adopting import ADOPT, adoption_needs
from stacks.iam.derive.calls import commands_of
from stacks.iam.derive.commands import own_needs

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from stacks.aws.session import Aws
    from stacks.iam.derive.needs import Needs
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

EXECUTE = "cloudformation:ExecuteChangeSet"


def find_lacking(
    aws: Aws,
    settings: Settings,
    rendered: Rendered,
    *,
    commands: Collection[str],
    cache: Path,
    resources: bool = True,
) -> Found | None:
    """Return what a deployment lacks; None where nothing is checked: for the root user, if CloudFormation acts as it.

    `commands` is what is run, as `calls` names it: `plan` and the options that make it call more, one of the two of
    `deploy`, `adopt`, or a command with a table of its own. Their own calls are the caller's. What CloudFormation calls
    is its execution role's, or the caller's where there is none; it is left out without `resources`. A caller who may
    not execute change sets plans for somebody else: then only what `plan` itself calls counts, and of CloudFormation's
    calls only those of a role of its own.
    """
    if not is_checked(aws, settings, resources=resources):
        return None
    base, notes = read_bootstrap(aws, settings)
    role = find_execution_role(base) if resources else None
    resources = resources and not (settings.bootstrap.execution_role and role is None)
    if ADOPT in commands:
        needs = adoption_needs(settings, rendered, aws.account_id, base.artifact_bucket)
    else:
        needs = _needed(remembered_needs(settings, rendered, aws.account_id, cache, base.artifact_bucket), commands)
        own = own_needs(settings, rendered, commands, aws.account_id, base.artifact_bucket)
        needs = dataclasses.replace(needs, deployer=(*needs.deployer, *own))
    found = compare_parties(
        aws, needs if resources else dataclasses.replace(needs, cloudformation=(), unknown=()), role
    )
    found = dataclasses.replace(found, notes=(*found.notes, *notes))
    executes = not any(lack.need.action == EXECUTE for lack in found.missing)
    if "plan" not in commands or executes:
        return found
    kept = {DEPLOYER} if role is None else {DEPLOYER, CLOUDFORMATION}
    return dataclasses.replace(
        found, missing=_planned(found.missing, commands, kept), undecided=_planned(found.undecided, commands, kept)
    )


def is_checked(aws: Aws, settings: Settings, *, resources: bool = True) -> bool:
    """Whether there is a principal to judge: the caller, unless it is the root user, or CloudFormation's role."""
    return not is_root(aws) or (resources and settings.bootstrap.execution_role)


def _needed(needs: Needs, commands: Collection[str]) -> Needs:
    """Return what the command calls; whoever plans is usually about to deploy."""
    wanted = {*commands, "deploy"} if "plan" in commands else {*commands}
    return dataclasses.replace(needs, deployer=tuple(it for it in needs.deployer if commands_of(it) & wanted))


def _planned(lacks: tuple[Lacking, ...], commands: Collection[str], parties: set[str]) -> tuple[Lacking, ...]:
    return tuple(
        lack
        for lack in lacks
        if lack.party in parties and (lack.party != DEPLOYER or commands_of(lack.need) & {*commands})
    )
