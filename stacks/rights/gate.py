"""Before `plan` and `deploy`: what the caller certainly lacks for them, and what CloudFormation does."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from stacks.permissions import calls
from stacks.permissions.missing import CLOUDFORMATION, DEPLOYER, Found, Lack
from stacks.rights import parties, principal, remembered

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws import Aws
    from stacks.permissions.needs import Needs
    from stacks.render import Rendered
    from stacks.settings import Settings

EXECUTE = "cloudformation:ExecuteChangeSet"
Command = Literal["plan", "plan --out", "deploy", "deploy --plan"]


def look(
    aws: Aws, settings: Settings, rendered: Rendered, *, command: Command, cache: Path, resources: bool = True
) -> Found | None:
    """What is lacking for a deployment; None where nothing is asked: of the root user, where CloudFormation is it, too.

    The commands' own calls are the caller's. What CloudFormation calls is its execution role's, or the caller's where
    there is none; it is left out without `resources`. Whoever may not execute change sets plans for somebody else: then
    only what `plan` itself calls counts, and of CloudFormation's calls only those of a role of its own.
    """
    role = principal.execution_role(aws, settings) if resources else None
    if principal.caller(aws) is None and role is None and principal.is_root(aws):
        return None
    needs = _needed(remembered.needs(settings, rendered, aws.account_id, cache), command)
    found = parties.each(aws, needs if resources else dataclasses.replace(needs, cloudformation=(), unknown=()), role)
    executes = not any(lack.need.action == EXECUTE for lack in found.missing)
    if command.startswith("deploy") or executes:
        return found
    kept = {DEPLOYER} if role is None else {DEPLOYER, CLOUDFORMATION}
    return dataclasses.replace(
        found, missing=_planned(found.missing, command, kept), undecided=_planned(found.undecided, command, kept)
    )


def _needed(needs: Needs, command: Command) -> Needs:
    """What the command calls; whoever plans is usually about to deploy."""
    wanted = {command} if command.startswith("deploy") else {command, "plan", "deploy"}
    return dataclasses.replace(needs, deployer=tuple(it for it in needs.deployer if calls.commands(it) & wanted))


def _planned(lacks: tuple[Lack, ...], command: Command, parties: set[str]) -> tuple[Lack, ...]:
    return tuple(
        lack
        for lack in lacks
        if lack.party in parties and (lack.party != DEPLOYER or calls.commands(lack.need) & {command, "plan"})
    )
