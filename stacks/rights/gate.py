"""Before `plan` and `deploy`: what the caller certainly lacks for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from stacks.permissions.missing import DEPLOYER, Found, Lack
from stacks.rights import judging, remembered

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws import Aws
    from stacks.permissions.needs import Need
    from stacks.render import Rendered
    from stacks.rights.principal import Principal
    from stacks.settings import Settings

EXECUTE = "cloudformation:ExecuteChangeSet"
Command = Literal["plan", "deploy"]


def look(aws: Aws, settings: Settings, rendered: Rendered, who: Principal, *, command: Command, cache: Path) -> Found:
    """What `who` lacks for a deployment.

    With an execution role, what CloudFormation calls is that role's, and not looked at here. Whoever may not execute
    change sets plans for somebody else: for `plan`, only what the command itself calls counts
    then, and what CloudFormation will call is not that caller's.
    """
    needs = remembered.needs(settings, rendered, aws.account_id, cache)
    called = tuple(need for need in needs.deployer if _commands(need) & {command, "deploy"})
    resources = () if settings.bootstrap.execution_role else needs.cloudformation
    found = judging.find(aws, dataclasses.replace(needs, deployer=called, cloudformation=resources), who)
    executes = not any(lack.need.action == EXECUTE for lack in found.missing)
    if command == "deploy" or executes:
        return found
    return dataclasses.replace(found, missing=_own(found.missing), undecided=_own(found.undecided))


def _own(lacks: tuple[Lack, ...]) -> tuple[Lack, ...]:
    return tuple(lack for lack in lacks if lack.party == DEPLOYER and "plan" in _commands(lack.need))


def _commands(need: Need) -> set[str]:
    return set(need.why.logical_id.split(", "))
