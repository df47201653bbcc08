"""What `plan` and `deploy` refuse before anything is uploaded: missing rights, and a stack that cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cli.session import RIGHTS_CACHE
from stacks.errors import Code, UserError, coded
from stacks.iam.compare.gate import find_lacking
from stacks.iam.derive.adopting import ADOPT
from stacks.iam.derive.commands import OWN
from stacks.operations import recovery
from stacks.operations.recovery import Answer
from stacks.views import missing as view
from stacks.views import recovery as recovery_view

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from stacks.aws.session import Aws
    from stacks.iam.compare.missing import Found
    from stacks.operations.recovery import Diagnosis
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings


@coded(Code.RIGHTS)
def refuse_missing_rights(
    aws: Aws,
    settings: Settings,
    rendered: Rendered,
    commands: Collection[str],
    *,
    emit: Callable[[str], None],
    resources: bool = True,
) -> None:
    """Raise UserError where the caller or CloudFormation certainly lacks a right; nothing has been uploaded yet.

    `commands` are as in `find_lacking`; without `resources` only what they call themselves is checked. Nothing is asked
    on the embedded AWS, nor of the root user, who has all rights.
    """
    if settings.aws.is_embedded:
        return
    try:
        with translate_aws_errors():
            found = find_lacking(aws, settings, rendered, commands=commands, cache=RIGHTS_CACHE, resources=resources)
    except UserError as error:
        emit(f"Rights are not checked: {error.what}: {error.why}")
        return
    if found is None:
        return
    if found.missing:
        raise UserError("rights", view.refusal(found), _then(settings, found, commands))
    if note := view.warning(found):
        emit(note)


def _then(settings: Settings, found: Found, commands: Collection[str]) -> str:
    """Return what to do next, which for the execution role is to run bootstrap again."""
    name, lines = settings.environment, []
    if settings.bootstrap.execution_role and any(it.party == "cloudformation" for it in found.missing):
        also = (
            ""
            if settings.bootstrap.execution_rights == "derived"
            else ", perhaps with [bootstrap] execution_policy_arns"
        )
        lines = [f"CloudFormation's role gets its rights from `python build.py bootstrap {name}`{also}."]
    ways = [f" --for {it}" for it in commands if it == ADOPT or it in OWN]
    if {*commands} - {ADOPT, *OWN}:
        ways.insert(0, "")
    lists = " and ".join(f"`python build.py permissions {name}{way} --missing`" for way in ways)
    verb = "prints" if len(ways) == 1 else "print"
    return "\n".join([*lines, f"{lists} {verb} what to add; --skip-permissions goes on all the same."])


@coded(Code.STATE)
def refuse_unready(aws: Aws, settings: Settings, stack_name: str, *, emit: Callable[[str], None]) -> None:
    """Raise UserError where the stack cannot be changed as it is, and say why, and how it gets out of it."""
    if found := recovery.diagnose(aws, stack_name):
        raise unready(found, f"python build.py deploy {settings.environment}")
    recovery.clear_leftovers(aws, stack_name, emit=emit)


def unready(found: Diagnosis, command: str) -> UserError:
    """Return the error that says why a stack cannot be changed; `command` is the one that offers a way out."""
    stack = found.stack
    then = recovery_view.then(found, command)
    if found.answer is Answer.RECREATE and stack.protected:
        then = (
            f"{then}\nTermination protection is on; switch it off first: aws cloudformation "
            f"update-termination-protection --no-enable-termination-protection --stack-name {stack.name}"
        )
    return UserError(f"stack {stack.name}", f"it cannot be changed: its state is {stack.state}", then)
