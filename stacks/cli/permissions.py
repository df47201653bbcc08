"""`permissions`: which rights a deployment needs, and which are missing; only the latter asks AWS anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session
from stacks.errors import UserError

if TYPE_CHECKING:
    import argparse

    from stacks.permissions.missing import Found
    from stacks.permissions.needs import Needs


def permissions(args: argparse.Namespace) -> int:
    """`permissions ENV`; with `--policy`, exit code 1 where something is missing."""
    from stacks import render
    from stacks.permissions import deployment
    from stacks.views import permissions as view

    settings = session.one(args)
    found = view.only(deployment.needs(settings, render.render(settings)), args.party)
    if args.policy:
        return _missing(args, _offline(args, found))
    form = args.format or ("json" if args.json else "table")
    if form == "table":
        terminal.data(view.text(found))
    else:
        terminal.document(view.policies(found) if form == "policy" else view.document(found))
    return session.DONE


def _offline(args: argparse.Namespace, needs: Needs) -> Found:
    """By the policies in files; they are taken for all that the role has."""
    from stacks.permissions import missing
    from stacks.permissions.documents import read_policy
    from stacks.permissions.evaluation import Policies

    policies = Policies(identity=tuple(read_policy(path) for path in args.policy))
    return missing.find(needs, missing.by(policies, {}), whose=", ".join(map(str, args.policy)))


def _missing(args: argparse.Namespace, found: Found) -> int:
    from stacks.views import missing as view

    if args.format in {"policy", "table"}:
        raise UserError("--format", "it shows what is needed, not what is missing", "Leave it out, or say --json.")
    session.show(args, found, view)
    return session.FAILED if found.missing else session.DONE
