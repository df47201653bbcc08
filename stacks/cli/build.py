"""`build` and `lint`: nothing here talks to AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session

if TYPE_CHECKING:
    import argparse


def build(args: argparse.Namespace) -> int:
    """`build [ENV...]`."""
    from stacks.build import check as step
    from stacks.views import build as view

    built = step.build(session.named(args), session.OUT, session.LINT_CACHE, session.progress(args))
    session.show(args, built, view)
    return session.DONE if built.passed else session.FAILED


def lint(args: argparse.Namespace) -> int:
    """`lint [ENV...]`."""
    from stacks.build import check as step
    from stacks.views import lint as view

    reports = tuple(step.check(settings, session.LINT_CACHE).report for settings in session.named(args))
    form = args.format or ("json" if args.json else "text")
    terminal.data(view.FORMATS[form](reports))
    return session.DONE if all(report.passed for report in reports) else session.FAILED
