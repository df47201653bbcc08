"""`push ENV`: build the image of the commit that is checked out, and push it to the environment's repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, Formats, progress, show
from stacks.images.engines import ENGINES
from stacks.images.push import Pushed, find_wanted, push_image
from stacks.views import push as view

if TYPE_CHECKING:
    import argparse

FORMATS: Formats[Pushed] = {"text": view.text, "json": view.document}
EXAMPLES = {
    "push prod": "build the image, push it under the commit's tag, and print the tag",
    "push prod --tag v2": "under this tag, also with changes that are in no commit",
    "push prod --json | jq -r .image": "its address, for other programs",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `push`."""

    environment: str
    tag: str | None
    engine: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument("--tag", metavar="TAG", help="push under this tag, and not under the commit's")
    arguments.add_engine(parser, ENGINES)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Push the image; standard output has its tag alone."""
    settings, emit = session.load(options.environment, options), progress(options)
    wanted = find_wanted(settings, tag=options.tag, own=session.own_folders(settings))
    with connected(settings) as aws:
        pushed = push_image(aws, settings, wanted, engine=options.engine, emit=emit)
    if not options.json:
        emit(view.report(pushed))
    show(options, pushed, FORMATS)
    return DONE
