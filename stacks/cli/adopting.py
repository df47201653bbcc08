"""The execution of a takeover, and its undo, from the command line: ask, follow, and report."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.adopt.execution.executing import execute_takeover
from stacks.adopt.execution.serving import is_as_before
from stacks.adopt.execution.stack_steps import Follow
from stacks.adopt.execution.takeover import prepare_takeover
from stacks.adopt.execution.undo import refuse_undo, undo
from stacks.aws.errors import translate_aws_errors
from stacks.build.render import render
from stacks.cli import refusals
from stacks.cli.reporting import CHANGED, DONE, Formats, progress, show
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.iam.derive.adopting import ADOPT
from stacks.rendered.names import NESTED_STACK
from stacks.views import live
from stacks.views.adopt import execution as view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.adopt.execution.executing import Adoption
    from stacks.adopt.execution.takeover import StateInUse, Takeover
    from stacks.adopt.execution.undo import Undone
    from stacks.adopt.survey import Survey
    from stacks.aws.session import Aws
    from stacks.cli.arguments import TakeoverOptions
    from stacks.settings import Settings

ADOPTED: Formats[Adoption] = {"text": view.text, "json": view.document}
UNDONE: Formats[Undone] = {"text": view.undone_text, "json": view.undone_document}


def execute_adoption(aws: Aws, settings: Settings, survey: Survey, state: StateInUse, options: TakeoverOptions) -> int:
    """Ask, take over, report, and return the exit code: 2 where something was found that had not been announced."""
    if not options.skip_permissions:
        refusals.refuse_missing_rights(aws, settings, render(settings), [ADOPT], emit=progress(options))
    takeover = prepare_takeover(aws, settings, survey, state)
    _ask(view.question(takeover), settings, options)
    with _following(options, f"adopt {settings.environment} --state {shlex.quote(state.named)} --execute") as shown:
        shown.expect(_planned(takeover))
        adoption = execute_takeover(takeover, _follow(shown), emit=_say(shown, options))
    show(options, adoption, ADOPTED)
    return DONE if adoption.proof.is_as_foretold else CHANGED


def undo_adoption(aws: Aws, settings: Settings, options: TakeoverOptions) -> int:
    """Ask, take back what was imported, report, and return the exit code."""
    root = settings.identity.name
    with translate_aws_errors():
        bucket = read_bootstrap(aws, settings).artifact_bucket
        journal = refuse_undo(aws, bucket, root)
    _ask(view.undo_question(journal, settings.environment), settings, options)
    with _following(options, f"adopt {settings.environment} --undo") as shown:
        undone = undo(aws, bucket, root, _follow(shown), emit=_say(shown, options))
    show(options, undone, UNDONE)
    return DONE if is_as_before(undone.before, undone.after) else CHANGED


def _ask(question: str, settings: Settings, options: TakeoverOptions) -> None:
    if options.yes:
        progress(options)(question)
    else:
        terminal.confirm(question, settings.confirmation)


def _planned(takeover: Takeover) -> Iterator[tuple[tuple[str, ...], str]]:
    for child in takeover.templates.children:
        yield (child.logical_id,), NESTED_STACK
        for it in child.resources:
            yield (child.logical_id, it.logical_id), it.type


def _follow(shown: live.View) -> Follow:
    return Follow(on_event=shown.event)


def _say(shown: live.View, options: TakeoverOptions) -> Callable[[str], None]:
    return terminal.silent if options.quiet else shown.say


@contextmanager
def _following(options: TakeoverOptions, command: str) -> Iterator[live.View]:
    """Hold the terminal for the tree; say after Ctrl-C how to go on."""
    try:
        with live.choose(quiet=options.quiet, as_json=options.json) as shown:
            yield shown
    except KeyboardInterrupt:
        terminal.message(f"CloudFormation ends the step that is under way.\nGo on with: {terminal.PROGRAM} {command}")
        raise
