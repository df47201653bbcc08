"""`bootstrap ENV`: deploy what an account needs once, or take it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cli import arguments, session
from stacks.cli.bootstrap_destruction import destroy_bootstrap
from stacks.cli.bootstrapping import bootstrap_account
from stacks.cli.connection import connected
from stacks.cli.rolling_out import roll_out

if TYPE_CHECKING:
    import argparse

EXAMPLES = {
    "bootstrap prod": "plan, ask, create or update",
    "bootstrap prod --destroy": "delete it after the last environment",
    "bootstrap prod --fleet": "in many accounts and regions",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.ChangeOptions):
    """The options of `bootstrap`."""

    environment: str
    destroy: bool
    fleet: bool
    retain: bool

    def __post_init__(self) -> None:
        """Raise ValueError for what does not go together."""
        if (self.destroy or self.fleet) and (self.allow_replace or self.recreate or self.skip_failed):
            what = "--fleet" if self.fleet else "--destroy"
            raise ValueError(f"--allow-replace, --recreate and --skip-failed do not go with {what}")
        if self.retain and not self.fleet:
            raise ValueError("--retain is for the stacks of a fleet: it goes with --fleet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    arguments.add_change(parser)
    parser.add_argument(
        "--destroy", action="store_true", help="delete the stack and its bucket, where nothing uses them any more"
    )
    parser.add_argument("--fleet", action="store_true", help="in all accounts and regions of [fleet], by StackSets")
    parser.add_argument(
        "--retain",
        action="store_true",
        help="with --fleet: keep the stacks of accounts and regions that are no longer named",
    )
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Bring the stack to where it can be changed, plan, ask, and execute; with `--destroy`, take it away."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        if options.fleet:
            return roll_out(aws, settings, options, destroys=options.destroy, retains=options.retain)
        if options.destroy:
            return destroy_bootstrap(aws, settings, options)
        return bootstrap_account(aws, settings, options)
