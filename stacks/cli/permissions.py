"""`permissions`: which rights a deployment needs, and which are missing or new; AWS is asked for these two only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session
from stacks.errors import UserError

if TYPE_CHECKING:
    import argparse
    from typing import Literal

    from stacks.aws import Aws
    from stacks.permissions.missing import Found
    from stacks.permissions.needs import Needs
    from stacks.render import Rendered
    from stacks.settings import Settings


def permissions(args: argparse.Namespace) -> int:
    """`permissions ENV`; with `--policy`, `--role` or `--missing`, exit code 1 where something is missing."""
    from stacks import render
    from stacks.permissions import deployment
    from stacks.views import permissions as view

    settings = session.one(args)
    if args.diff and (args.policy or args.role or args.missing):
        raise UserError("--diff", "it compares templates, not policies", "Leave it out, or the other option.")
    if args.policy and args.role:
        raise UserError("--role", "--policy already says which policies there are", "Leave one of them out.")
    if args.policy:
        return _missing(
            args, _offline(args, view.only(deployment.needs(settings, render.render(settings)), args.party))
        )
    if args.role or args.missing:
        return _missing(args, _online(args, settings))
    needs = _added(settings) if args.diff else deployment.needs(settings, render.render(settings))
    found = view.only(needs, args.party)
    form = args.format or ("json" if args.json else "table")
    if form == "table":
        terminal.data(view.text(found))
    else:
        terminal.document(view.policies(found) if form == "policy" else view.document(found))
    return session.DONE


def _added(settings: Settings) -> Needs:
    """What a change needs that what is deployed does not."""
    from stacks import render
    from stacks.aws import reported
    from stacks.rights import difference

    with session.connected(settings) as aws, reported():
        return difference.added(aws, settings, render.render(settings))


def refuse_missing(
    args: argparse.Namespace, aws: Aws, settings: Settings, rendered: Rendered, command: Literal["plan", "deploy"]
) -> None:
    """Before anything is uploaded: raise UserError where the caller certainly lacks a right, say what is not known.

    Neither on the embedded AWS nor of the root user, who has all rights, is anything asked.
    """
    from stacks.aws import reported
    from stacks.rights import gate, principal
    from stacks.views import missing as view

    if args.skip_permissions or settings.aws.endpoint == session.SANDBOX or principal.is_root(aws):
        return
    progress, who = session.progress(args), principal.caller(aws)
    if who is None:
        progress(f"Rights are not checked: {aws.caller_arn} has no policies to look up")
        return
    try:
        with reported():
            found = gate.look(aws, settings, rendered, who, command=command, cache=session.RIGHTS_CACHE)
    except UserError as error:
        progress(f"Rights are not checked: {error.what}: {error.why}")
        return
    if found.missing:
        lists = f"python build.py permissions {settings.environment} --missing"
        then = f"`{lists}` prints what to add; --skip-permissions goes on all the same."
        raise UserError("rights", f"{who} lacks {view.counted(found)} for this:\n{view.short(found)}", then)
    if note := view.warning(found):
        progress(note)


def _offline(args: argparse.Namespace, needs: Needs) -> Found:
    """By the policies in files; they are taken for all that the role has."""
    from stacks.permissions import missing
    from stacks.permissions.documents import read_policy
    from stacks.permissions.evaluation import Policies

    policies = Policies(identity=tuple(read_policy(path) for path in args.policy))
    return missing.find(needs, missing.by(policies, {}), whose=", ".join(map(str, args.policy)))


def _online(args: argparse.Namespace, settings: Settings) -> Found:
    """Those of a role, or of whoever calls."""
    from stacks import render
    from stacks.aws import reported
    from stacks.permissions import deployment
    from stacks.rights import judging, principal
    from stacks.views import permissions as view

    with session.connected(settings) as aws, reported():
        who = principal.role(aws, args.role) if args.role else principal.caller(aws)
        if who is None:
            why = (
                "the account's root user has every right" if principal.is_root(aws) else "it has no policies to look up"
            )
            raise UserError(f"caller {aws.caller_arn}", why, "Name a role (--role NAME), or policies (--policy FILE).")
        needs = deployment.needs(settings, render.render(settings), aws.account_id)
        return judging.find(aws, view.only(needs, args.party), who)


def _missing(args: argparse.Namespace, found: Found) -> int:
    from stacks.views import missing as view

    if args.format in {"policy", "table"}:
        raise UserError("--format", "it shows what is needed, not what is missing", "Leave it out, or say --json.")
    session.show(args, found, view)
    return session.FAILED if found.missing else session.DONE
