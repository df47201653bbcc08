"""`permissions`: which rights a deployment needs, and which of them are missing or new."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session
from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    import argparse

    from stacks.iam.compare.missing import Found
    from stacks.iam.derive.needs import Needs
    from stacks.settings import Settings


def permissions(args: argparse.Namespace) -> int:
    """`permissions ENV`; exit code 1 where something is certainly missing, or asked for and nothing known."""
    from stacks.build import render
    from stacks.iam.derive import deployment
    from stacks.views import permissions as view

    _refuse_contradictions(args)
    settings = session.one(args)
    if args.policy:
        needs = view.only(deployment.needs(settings, render.render(settings)), args.party)
        return _missing(args, _offline(args, settings, needs))
    if args.role or args.missing:
        return _missing(args, _online(args, settings))
    needs = _added(settings) if args.diff else deployment.needs(settings, render.render(settings))
    found = view.only(needs, args.party)
    form = args.format or ("json" if args.json else "table")
    if form != "table":
        terminal.document(view.policies(found) if form == "policy" else view.document(found))
        return session.DONE
    terminal.data(view.text(found))
    return session.DONE if args.diff or args.offline else _compared(args, settings)


@coded(Code.USAGE)
def _refuse_contradictions(args: argparse.Namespace) -> None:
    asks = args.role or args.missing
    for wrong, what, why in (
        (args.diff and (args.policy or asks), "--diff", "it compares templates, not policies"),
        (args.policy and args.role, "--role", "--policy already says which policies there are"),
        (args.offline and (args.diff or asks), "--offline", "the other option asks AWS"),
        (args.boundary and not args.policy, "--boundary", "it limits what the policies of --policy allow"),
    ):
        if wrong:
            raise UserError(what, why, "Leave one of them out." if what != "--boundary" else "Add --policy FILE.")


def _added(settings: Settings) -> Needs:
    """What a change needs that what is deployed does not."""
    from stacks.aws.session import translate_aws_errors
    from stacks.build import render
    from stacks.iam.compare import difference

    with session.connected(settings) as aws, translate_aws_errors():
        return difference.added(aws, settings, render.render(settings))


def _compared(args: argparse.Namespace, settings: Settings) -> int:
    """After the table: what whoever calls lacks of it, where there are credentials; else a line that says why not."""
    from stacks.views import missing as view

    say = session.progress(args)
    if settings.aws.is_embedded:
        say("Nothing was compared: on the embedded AWS the root user calls, who has every right")
        return session.DONE
    try:
        found = _online(args, settings)
    except UserError as error:
        say(f"Nothing was compared: {error.what}: {error.why}")
        return session.DONE
    terminal.data(f"\n{view.text(found)}")
    return session.FAILED if found.missing else session.DONE


def _offline(args: argparse.Namespace, settings: Settings, needs: Needs) -> Found:
    """By the policies in files; they are taken for all that the role has. As much is known as of a role's requests."""
    from stacks.iam.compare import missing
    from stacks.iam.evaluate import requests
    from stacks.iam.evaluate.documents import read_policy
    from stacks.iam.evaluate.evaluation import Policies
    from stacks.place import place

    boundary = read_policy(args.boundary) if args.boundary else None
    policies = Policies(identity=tuple(read_policy(path) for path in args.policy), boundary=boundary)
    whose = ", ".join(map(str, args.policy)) + (f", within {args.boundary}" if args.boundary else "")
    account = settings.aws.account_id
    where = place(settings.aws.region, account or requests.SOME_ACCOUNT)
    is_known = account or not requests.names_an_account(policies, requests.CLUSTER)
    judge = missing.by(
        policies,
        requests.of_account(account),
        settings.aws.region,
        own_role=needs.own_role,
        cluster_arn=requests.cluster(needs, where) if is_known else "",
    )
    return missing.find(needs, judge, whose=whose)


def _online(args: argparse.Namespace, settings: Settings) -> Found:
    """Those of a role, or of whoever calls and of CloudFormation's role."""
    from stacks.aws.session import translate_aws_errors
    from stacks.build import render
    from stacks.iam.compare import parties, principal, remembered
    from stacks.views import permissions as view

    with session.connected(settings) as aws, translate_aws_errors():
        base, notes = parties.base(aws, settings)
        rendered, cache = render.render(settings), session.RIGHTS_CACHE
        needs = remembered.needs(settings, rendered, aws.account_id, cache, base.artifact_bucket)
        needs = view.only(needs, args.party)
        if args.role:
            return parties.of_role(aws, needs, principal.role(aws, args.role), _executing(settings))
        role = principal.execution_role(base)
        if role is None and settings.bootstrap.execution_role:
            if not needs.deployer:
                bootstrap = f"python build.py bootstrap {settings.environment}"
                then = f"Run `{bootstrap}`, or ask as somebody who may read its stack (cloudformation:DescribeStacks)."
                raise UserError("execution role", "; ".join(notes), then)
            needs = dataclasses.replace(needs, cloudformation=(), unknown=())
        asked_for = args.missing and role is None and principal.is_root(aws)
        found = parties.of_root(needs) if asked_for else parties.each(aws, needs, role)
        return dataclasses.replace(found, notes=(*found.notes, *notes))


def _executing(settings: Settings) -> str:
    """The name of the role with which CloudFormation deploys; "" where it has the caller's rights."""
    from templates import bootstrap

    own = settings.bootstrap
    return bootstrap.execution_role_name(settings.project, own, settings.aws.region) if own.execution_role else ""


def _missing(args: argparse.Namespace, found: Found) -> int:
    from stacks.views import missing as view

    if args.format in {"policy", "table"}:
        raise UserError(
            "--format", "it shows what is needed, not what is missing", "Leave it out, or say --json.", code=Code.USAGE
        )
    session.show(args, found, view)
    return session.FAILED if found.missing or found.nothing_known else session.DONE
