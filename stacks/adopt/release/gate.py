"""Before the first deployment after a takeover: Terraform must have let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import Journal, read_journal
from stacks.adopt.execution.templates import adoption_of
from stacks.adopt.release.releasing import still_held
from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.cloudformation.stack import find_stack, stack_template
from stacks.errors import Code, UserError
from stacks.terraform.sources import restore_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.settings import Settings

POINT = "This is the first deployment after the takeover from Terraform: after it, `adopt --undo` is not possible."


@dataclass(frozen=True, kw_only=True)
class Takeover:
    """A takeover that no deployment has followed yet. `journal` is None where it is lost."""

    stack_name: str
    journal: Journal | None


@translate_aws_errors()
def find_takeover(aws: Aws, settings: Settings) -> Takeover | None:
    """Return the takeover whose templates a stack still has; None after the first deployment, and without one."""
    name = settings.identity.name
    stack = find_stack(aws, name)
    if stack is None or stack.under_review or adoption_of(stack_template(aws, stack.stack_id)) is None:
        return None
    bucket = read_bootstrap(aws, settings).artifact_bucket
    return Takeover(stack_name=name, journal=read_journal(aws, bucket, name))


def refuse_while_held(aws: Aws, settings: Settings, *, emit: Callable[[str], None]) -> None:
    """Emit that there is no way back after this deployment, where it follows a takeover; nothing otherwise.

    Raises UserError while a takeover has not ended, and while Terraform's state still has what CloudFormation owns.
    Where the state cannot be read, it emits that instead.
    """
    takeover = find_takeover(aws, settings)
    if takeover is None:
        return
    if takeover.journal is None:
        emit(f"{takeover.stack_name}: its journal is lost, and so it is not known whether Terraform has let go.")
    else:
        _refuse_unfinished(takeover.journal, settings.environment)
        _refuse_held(aws, takeover.journal, settings.environment, emit=emit)
    emit(POINT)


def _refuse_unfinished(journal: Journal, environment: str) -> None:
    if journal.status != "adopted":
        why = f"its takeover from Terraform has not ended: the journal says {journal.status}"
        then = f"Go on with it: python build.py adopt {environment} --state SOURCE --execute, or --undo"
        raise UserError(f"stack {journal.root}", why, then, code=Code.STATE)


def _refuse_held(aws: Aws, journal: Journal, environment: str, *, emit: Callable[[str], None]) -> None:
    try:
        source = restore_source(journal.state.source, aws=lambda: aws)
        state = source.read({}, as_is=True)
    except UserError as error:
        if error.code is Code.STATE:  # it is locked, for one
            raise
        emit(f"Whether Terraform has let go cannot be looked up: {error}")
        return
    if held := still_held(journal, state):
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        why = f"Terraform's state still has what it owns: {held[0]}{more}"
        then = (
            f"Terraform would destroy or change it. Let go first: python build.py adopt {environment} --release\n"
            f"The state was read from {source.name}: if that is a copy, write it anew by `terraform state pull`."
        )
        raise UserError(f"stack {journal.root}", why, then, code=Code.STATE)
