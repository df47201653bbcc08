"""`build [ENV...]`: render and lint environments, and write them. Nothing here talks to AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.build.check import Built, build_environments
from stacks.cli import arguments, session
from stacks.cli.reporting import DONE, FAILED, Formats, progress, show
from stacks.views import build as view

if TYPE_CHECKING:
    import argparse


FORMATS: Formats[Built] = {"text": view.text, "json": view.document}

EXAMPLES = {
    "build": "every environment of environments/, into out/",
    "build prod --var ecs_cpu=1024": "one of them, with another value of a setting",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `build`."""

    environments: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environments(parser)


def run(options: Options) -> int:
    """Build all, or none where one has errors."""
    settings = session.load_all(options.environments, options)
    built = build_environments(settings, session.OUT, session.LINT_CACHE, progress(options))
    show(options, built, FORMATS)
    return DONE if built.passed else FAILED
