"""What an account needs once, made by `bootstrap`, and offered by the first `deploy`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.bootstrap import prepare
from stacks.cli import recovery, session
from stacks.cli.execution import execute
from stacks.cli.reporting import DONE, progress
from stacks.cloudformation.bootstrapped import lacks_bootstrap
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cli.arguments import ChangeOptions
    from stacks.settings import Settings


def bootstrap_account(aws: Aws, settings: Settings, options: ChangeOptions, *, last: bool = True) -> int:
    """Bring the stack to where it can be changed, plan, ask, execute, and return the exit code.

    `last` is as in `execute`.
    """
    recovery.make_ready(aws, settings, prepare.stack_name(settings), options, "bootstrap")
    others = session.load_others(settings) if settings.bootstrap.execution_rights == "derived" else []
    plan = prepare.plan_bootstrap(aws, settings, emit=progress(options), others=others)
    return execute(aws, plan, settings, options, last=last)


def offer_bootstrap(aws: Aws, settings: Settings, options: ChangeOptions) -> None:
    """On a terminal, make the bootstrap stack after a question where there is none.

    With `--yes`, or where nobody can answer, nothing is made: an unattended deployment to an account that nobody has
    prepared may be one to the wrong account, and the deployment itself refuses with the command. Raises UserError where
    nobody agrees or it fails.
    """
    if options.yes or not terminal.is_interactive():
        return
    with translate_aws_errors():
        if not lacks_bootstrap(aws, settings):
            return
    name = prepare.stack_name(settings)
    terminal.message(
        f"Account {aws.account_id}, {aws.region}, has no stack {name} yet, which deployments of all environments of "
        f"{settings.project} need. It is made first; this is its plan."
    )
    its_own = dataclasses.replace(options, timeline=None, fail_fast=None, allow_replace=[], express=False)
    if bootstrap_account(aws, settings, its_own, last=False) != DONE:
        then = f"Find out why, then repeat: {terminal.PROGRAM} bootstrap {settings.environment}"
        raise UserError(f"stack {name}", "it could not be made, and nothing was deployed", then, code=Code.BOOTSTRAP)
    terminal.message(f"Now the deployment of {settings.identity.name}.")
