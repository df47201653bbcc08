"""`status ENV`: show stacks, service and autoscaling."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import status
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, Formats, show
from stacks.fleet.reading import FleetStatus, read_fleet
from stacks.views import fleet as fleet_view
from stacks.views import status as view

if TYPE_CHECKING:
    import argparse

EXAMPLES = {
    "status prod": "what is there now",
    "status prod --json": "the same for programs",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `status`."""

    environment: str
    fleet: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument("--fleet", action="store_true", help="the bootstrap stacks in the accounts of [fleet] instead")
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Show what is there now."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        if options.fleet:
            show(options, read_fleet(aws, settings), FLEET)
            return DONE
        found = status.read_status(aws, settings)
    show(options, found, FORMATS)
    return DONE


def _text(found: status.Status) -> str:
    """As wide as the terminal, where it is one."""
    return view.wrapped(found, shutil.get_terminal_size().columns) if sys.stdout.isatty() else view.text(found)


FLEET: Formats[FleetStatus] = {"text": fleet_view.status_text, "json": fleet_view.status_document}
FORMATS: Formats[status.Status] = {"text": _text, "json": view.document}
