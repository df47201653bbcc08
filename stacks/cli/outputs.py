"""`outputs ENV [NAME]`: print the outputs, or the bare value of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, Formats, show
from stacks.status import outputs
from stacks.views import outputs as view

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

FORMATS: Formats[Mapping[str, str | int | bool]] = {"text": view.text, "json": view.document}

EXAMPLES = {
    "outputs prod": "all of them",
    "outputs prod app_url": "one bare value, for scripts",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `outputs`."""

    environment: str
    name: str | None
    typed: bool

    def __post_init__(self) -> None:
        """Refuse `--typed` where it would change nothing."""
        if self.typed and not self.json:
            raise ValueError("--typed goes with --json: without it, everything is text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument(
        "--typed", action="store_true", help="with --json: numbers and flags as such, not as the text that AWS gives"
    )
    arguments.add_environment(parser)
    parser.add_argument("name", nargs="?", metavar="NAME", help="print this one's bare value")


def run(options: Options) -> int:
    """Print all outputs, or one."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        found = outputs.read_outputs(aws, settings)
    values = outputs.typed_outputs(found) if options.typed else found.values
    if options.name is None:
        show(options, values, FORMATS)
        return DONE
    one = outputs.one_output(found, options.name)
    if options.json:
        terminal.document(values[options.name])
    else:
        terminal.data(one)
    return DONE
