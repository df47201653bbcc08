"""`drift ENV`: show what was changed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import CHANGED, DONE, Formats, progress, show
from stacks.cloudformation.drift import Drift, detect_drift
from stacks.views import drift as view

if TYPE_CHECKING:
    import argparse

FORMATS: Formats[Drift] = {"text": view.text, "json": view.document}

EXAMPLES = {
    "drift prod": "exit code 2 where something was changed by hand",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `drift`."""

    environment: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Detect drift; exit code 2 when something was changed by hand."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        found = detect_drift(aws, settings.environment, settings.identity.name, emit=progress(options))
    show(options, found, FORMATS)
    return CHANGED if found.drifted else DONE
