"""`permissions ENV`: show which rights a deployment needs, and which of them are missing or new."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.build.render import render
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, FAILED, Formats, chosen, progress, show
from stacks.errors import Code, UserError, coded
from stacks.iam.compare.difference import added_needs
from stacks.iam.compare.missing import find_missing, judge_by_policies
from stacks.iam.compare.parties import compare_parties, compare_role, compare_root, read_bootstrap
from stacks.iam.compare.principal import find_execution_role, find_role, is_root
from stacks.iam.compare.remembered import remembered_needs
from stacks.iam.derive.adopting import ADOPT, adoption_needs
from stacks.iam.derive.commands import NAMES, command_needs
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.evaluate import requests
from stacks.iam.evaluate.documents import read_policy
from stacks.iam.evaluate.evaluation import Policies
from stacks.place import place
from stacks.views import missing as missing_view
from stacks.views import permissions as view
from templates import bootstrap

if TYPE_CHECKING:
    import argparse

    from stacks.iam.compare.missing import Found
    from stacks.iam.derive.needs import Needs
    from stacks.settings import Settings

FORMATS: Formats[Needs] = {"table": view.text, "policy": view.policies, "json": view.document}
MISSING: Formats[Found] = {"text": missing_view.text, "json": missing_view.document}

EXAMPLES = {
    "permissions prod": "what a deployment needs, and what is lacking",
    "permissions prod --missing": "only what is lacking",
    "permissions prod --offline --format policy > policy.json": "an IAM policy, without asking AWS",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `permissions`."""

    environment: str
    party: str | None
    diff: bool
    offline: bool
    missing: bool
    role: str | None
    policy: list[Path]
    boundary: Path | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_format(parser, FORMATS, "form of the rights")
    parser.add_argument(
        "--for",
        dest="party",
        choices=("deployer", "cloudformation", ADOPT, *NAMES),
        metavar="WHOM",
        help="only what the caller of a deployment needs (deployer), or CloudFormation's own role (cloudformation), "
        f"or the caller of one command: {', '.join((ADOPT, *NAMES))}",
    )
    parser.add_argument("--diff", action="store_true", help="only what is new, compared to what is deployed")
    parser.add_argument("--offline", action="store_true", help="do not look what the caller lacks: ask AWS nothing")
    parser.add_argument(
        "--missing", action="store_true", help="only what is lacking: of the caller, and of CloudFormation's role"
    )
    parser.add_argument(
        "--role",
        metavar="NAME",
        help="only what this role of the account lacks; with [bootstrap] execution_role, of the calls of the commands, "
        "or of CloudFormation's where it is that role",
    )
    parser.add_argument(
        "--policy",
        action="extend",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="only what is missing where a role has these IAM policies (JSON), without asking AWS",
    )
    parser.add_argument(
        "--boundary", type=Path, metavar="FILE", help="with --policy: the role's permissions boundary (JSON)"
    )
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Show them; exit code 1 where something is certainly missing, or asked for and nothing known."""
    _refuse_contradictions(options)
    settings = session.load(options.environment, options)
    if options.policy:
        needs = _derived(options, settings)
        return _show_missing(options, _offline(options, settings, needs))
    if options.role or options.missing:
        return _show_missing(options, _online(options, settings))
    needs = view.only(_added(settings), options.party) if options.diff else _derived(options, settings)
    show(options, needs, FORMATS)
    if options.diff or options.offline or chosen(options, FORMATS) != "table":
        return DONE
    return _compare(options, settings)


def _derived(options: Options, settings: Settings) -> Needs:
    """Return the needs of one party, or of both; those of a takeover where they are asked for."""
    if options.party == ADOPT:
        return adoption_needs(settings, render(settings))
    if options.party in NAMES:
        return command_needs(settings, render(settings), options.party)
    return view.only(deployment_needs(settings, render(settings)), options.party)


@coded(Code.USAGE)
def _refuse_contradictions(options: Options) -> None:
    asks = options.role or options.missing
    for wrong, what, why in (
        (options.diff and options.party == ADOPT, "--diff", "a takeover is made once, and compares no templates"),
        (options.diff and options.party in NAMES, "--diff", "the calls of a command hang on no template"),
        (options.diff and (options.policy or asks), "--diff", "it compares templates, not policies"),
        (options.policy and options.role, "--role", "--policy already says which policies there are"),
        (options.offline and (options.diff or asks), "--offline", "the other option asks AWS"),
        (options.boundary and not options.policy, "--boundary", "it limits what the policies of --policy allow"),
    ):
        if wrong:
            raise UserError(what, why, "Leave one of them out." if what != "--boundary" else "Add --policy FILE.")


def _added(settings: Settings) -> Needs:
    """Return what a change needs that the deployed stacks do not."""
    with connected(settings) as aws, translate_aws_errors():
        return added_needs(aws, settings, render(settings))


def _compare(options: Options, settings: Settings) -> int:
    """After the table: what whoever calls lacks of it, where there are credentials; else a line that says why not."""
    say = progress(options)
    if settings.aws.is_embedded:
        say("Nothing was compared: on the embedded AWS the root user calls, who has every right")
        return DONE
    try:
        found = _online(options, settings)
    except UserError as error:
        say(f"Nothing was compared: {error.what}: {error.why}")
        return DONE
    terminal.data(f"\n{missing_view.text(found)}")
    return FAILED if found.missing else DONE


def _offline(options: Options, settings: Settings, needs: Needs) -> Found:
    """Find what is missing where a role has the policies in files, and no others."""
    boundary = read_policy(options.boundary) if options.boundary else None
    policies = Policies(identity=tuple(read_policy(path) for path in options.policy), boundary=boundary)
    whose = ", ".join(map(str, options.policy)) + (f", within {options.boundary}" if options.boundary else "")
    account = settings.aws.account_id
    where = place(settings.aws.region, account or requests.SOME_ACCOUNT)
    is_known = account or not requests.names_an_account(policies, requests.CLUSTER)
    judge = judge_by_policies(
        policies,
        requests.of_account(account),
        settings.aws.region,
        own_role=needs.own_role,
        cluster_arn=requests.cluster(needs, where) if is_known else "",
    )
    return find_missing(needs, judge, whose=whose)


def _online(options: Options, settings: Settings) -> Found:
    """Find what a role lacks, or the caller and CloudFormation's role."""
    with connected(settings) as aws, translate_aws_errors():
        base, notes = read_bootstrap(aws, settings)
        rendered, cache = render(settings), session.RIGHTS_CACHE
        if options.party == ADOPT:
            needs = adoption_needs(settings, rendered, aws.account_id, base.artifact_bucket)
        elif options.party in NAMES:
            needs = command_needs(settings, rendered, options.party, aws.account_id, base.artifact_bucket)
        else:
            needs = remembered_needs(settings, rendered, aws.account_id, cache, base.artifact_bucket)
            needs = view.only(needs, options.party)
        if options.role:
            return compare_role(aws, needs, find_role(aws, options.role), _executing(settings))
        role = find_execution_role(base)
        if role is None and settings.bootstrap.execution_role:
            if not needs.deployer:
                command = f"python build.py bootstrap {settings.environment}"
                then = f"Run `{command}`, or ask as somebody who may read its stack (cloudformation:DescribeStacks)."
                raise UserError("execution role", "; ".join(notes), then)
            needs = dataclasses.replace(needs, cloudformation=(), unknown=())
        asked_for = options.missing and role is None and is_root(aws)
        found = compare_root(needs) if asked_for else compare_parties(aws, needs, role)
        return dataclasses.replace(found, notes=(*found.notes, *notes))


def _executing(settings: Settings) -> str:
    """Return the name of the role with which CloudFormation deploys; "" where it has the caller's rights."""
    own = settings.bootstrap
    return bootstrap.execution_role_name(settings.project, own, settings.aws.region) if own.execution_role else ""


def _show_missing(options: Options, found: Found) -> int:
    if options.format in {"policy", "table"}:
        raise UserError(
            "--format", "it shows what is needed, not what is missing", "Leave it out, or say --json.", code=Code.USAGE
        )
    show(options, found, MISSING)
    return FAILED if found.missing or found.nothing_known else DONE
