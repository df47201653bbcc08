"""`bootstrap ENV`: deploy what an account needs once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bootstrap import prepare
from stacks.cli import arguments, recovery, session
from stacks.cli.connection import connected
from stacks.cli.execution import execute
from stacks.cli.reporting import progress

if TYPE_CHECKING:
    import argparse

EXAMPLES = {
    "bootstrap prod": "plan, ask, create or update",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.ChangeOptions):
    """The options of `bootstrap`."""

    environment: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    arguments.add_change(parser)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Bring the stack to where it can be changed, plan, ask, and execute."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        recovery.make_ready(aws, settings, prepare.stack_name(settings), options, "bootstrap")
        others = session.load_others(settings) if settings.bootstrap.execution_rights == "derived" else []
        plan = prepare.plan_bootstrap(aws, settings, emit=progress(options), others=others)
        return execute(aws, plan, settings, options)
