"""`watch ENV`: follow the operation that is running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.follow import Following, report
from stacks.cli.reporting import DONE, Formats, show
from stacks.operations.destroy import Destroyed
from stacks.operations.running_operation import find_followed_stack, follow_operation
from stacks.views import watch as view

if TYPE_CHECKING:
    import argparse

    from stacks.cloudformation.stack import Stack

FORMATS: Formats[Stack] = {"text": view.text, "json": view.document}
"""Of a stack to which nothing is happening."""

EXAMPLES = {
    "watch prod": "follow a deployment that somebody else has started",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.OperationOptions):
    """The options of `watch`."""

    environment: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environment(parser)
    arguments.add_timeline(parser)
    arguments.add_fail_fast(parser)


def run(options: Options) -> int:
    """Follow what is happening to the stack until it is over; exit code 0 where nothing is."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        stack = find_followed_stack(aws, settings)
        if not stack.is_busy:
            show(options, stack, FORMATS)
            return DONE
        with Following(options, aws, settings, stack.name, stack.stack_id) as following:
            done = follow_operation(
                aws,
                stack,
                settings=settings,
                on_event=following.on_event,
                on_poll=following.on_poll,
                on_interrupt=following.on_interrupt,
            )
    return report(options, done if isinstance(done, Destroyed) else following.explained(done))
