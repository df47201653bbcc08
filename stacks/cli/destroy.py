"""`destroy ENV`: delete the stacks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import arguments, recovery, session
from stacks.cli.connection import connected
from stacks.cli.follow import Following, report
from stacks.cli.reporting import DONE, Formats, progress, show
from stacks.operations.absence import Absence, find_absence
from stacks.operations.destroy import execute_destruction, prepare_destruction, refuse_protected
from stacks.views import destroy as view

if TYPE_CHECKING:
    import argparse

EXAMPLES = {
    "destroy staging": "list, ask, delete",
}

ABSENT: Formats[Absence] = {"text": view.absence_text, "json": view.absence_document}
"""Of an environment without a stack."""


@dataclass(frozen=True, kw_only=True)
class Options(arguments.OperationOptions):
    """The options of `destroy`."""

    environment: str
    retain: list[str]
    lift_protection: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    parser.add_argument(
        "--retain",
        action="append",
        default=[],
        metavar="PATH",
        help="leave behind what could not be deleted the last time, such as Network/Vpc",
    )
    parser.add_argument(
        "--lift-protection",
        action="store_true",
        help="with --yes: delete a load balancer that has deletion protection, too",
    )
    arguments.add_environment(parser)
    arguments.add_timeline(parser)


def run(options: Options) -> int:
    """Say what will be deleted, ask for the stack's name, and delete it; exit code 0 where there is nothing."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        if (absence := find_absence(aws, settings)) is not None:
            show(options, absence, ABSENT)
            return DONE
        left = recovery.make_deletable(aws, settings, options, options.retain)
        found = prepare_destruction(aws, settings, options.retain)
        refuse_protected(found, allowed=not options.yes or options.lift_protection)
        if options.yes:
            progress(options)(view.question(found))
        else:
            terminal.confirm(view.question(found), found.stack_name)
        with Following(options, aws, settings, found.stack_name, found.stack_id) as following:
            following.view.expect(
                ((tuple(held.path.split("/")), held.type) for held in found.deleted),
                found.estimate.learnt() if found.estimate else None,
            )
            destroyed = execute_destruction(
                aws,
                dataclasses.replace(found, leaving=left(following.on_event)),
                on_event=following.on_event,
                on_poll=following.on_poll,
                on_interrupt=following.on_interrupt,
            )
    return report(options, destroyed)
