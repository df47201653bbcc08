"""`permissions`: nothing here talks to AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session

if TYPE_CHECKING:
    import argparse


def permissions(args: argparse.Namespace) -> int:
    """`permissions ENV`."""
    from stacks import render
    from stacks.permissions import deployment
    from stacks.views import permissions as view

    settings = session.one(args)
    found = view.only(deployment.needs(settings, render.render(settings)), args.party)
    form = args.format or ("json" if args.json else "table")
    if form == "table":
        terminal.data(view.text(found))
    else:
        terminal.document(view.policies(found) if form == "policy" else view.document(found))
    return session.DONE
