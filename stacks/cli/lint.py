"""`lint [ENV...]`: check environments, and write nothing. Nothing here talks to AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.build.check import render_and_lint
from stacks.cli import arguments, session
from stacks.cli.reporting import DONE, FAILED, Formats, show
from stacks.views import lint as view

if TYPE_CHECKING:
    import argparse

    from stacks.lint import Report

FORMATS: Formats[tuple[Report, ...]] = {
    "text": view.text,
    "json": view.document,
    "sarif": view.sarif,
    "github": view.github,
}

EXAMPLES = {
    "lint": "every environment",
    "lint prod --format sarif > lint.sarif": "one of them, for a code scanner",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `lint`."""

    environments: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environments(parser)
    arguments.add_format(parser, FORMATS, "form of the findings")


def run(options: Options) -> int:
    """Check all of them."""
    settings = session.load_all(options.environments, options)
    reports = tuple(render_and_lint(each, session.LINT_CACHE).report for each in settings)
    show(options, reports, FORMATS)
    return DONE if all(report.passed for report in reports) else FAILED
