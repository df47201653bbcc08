"""`history ENV`: what was deployed when, by whom, with which image, and how it ended."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, Formats, show
from stacks.history.reading import History, read_history
from stacks.views import history as view
from stacks.views import styled

if TYPE_CHECKING:
    import argparse

USUAL, MOST = 10, 200
"""Deployments that are shown, and the most that can be: each is events to read, and images."""
EXAMPLES = {
    "history prod": "the last ten deployments",
    "history prod --limit 50 --json": "more of them, for programs",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `history`."""

    environment: str
    limit: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environment(parser)
    parser.add_argument("--limit", type=_count, default=USUAL, metavar="N", help=f"the newest N (default: {USUAL})")


def run(options: Options) -> int:
    """Show the deployments that were."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        found = read_history(aws, settings, options.limit)
    show(options, found, FORMATS)
    return DONE


def _text(found: History) -> str:
    return styled.shown(lambda width: view.lines(found, width), sys.stdout)


FORMATS: Formats[History] = {"text": _text, "json": view.document}


def _count(text: str) -> int:
    return arguments.whole(text, "number of deployments", 1, MOST)
