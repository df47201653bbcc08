"""`adopt ENV --state SOURCE`: look at what Terraform runs and how it differs, and take it over."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import files, settings, terminal
from stacks.adopt.origin import Origin
from stacks.adopt.places.mapping import parse_map
from stacks.adopt.settings.derivation import Overrides, complete, unknown
from stacks.adopt.surveying import Found, Look, Wanted, read_origin, survey
from stacks.adopt.types import allowed_attributes
from stacks.cli import arguments, session
from stacks.cli.adopting import execute_adoption, undo_adoption
from stacks.cli.connection import connected
from stacks.cli.reporting import CHANGED, DONE, FAILED, Formats, progress, show
from stacks.errors import Code, UserError
from stacks.terraform.sources import open_source
from stacks.views import adopt as view

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.settings import Settings
    from stacks.terraform.sources import Source

MARKDOWN = "markdown"
FORMATS: Formats[Look] = {
    "text": lambda look: view.shown(look, sys.stdout),
    "json": view.document,
    MARKDOWN: view.markdown,
}
ANY_REGION = "us-east-1"
"""Where S3 is asked for a state, where nothing says a region: it says which one the bucket is in."""
VARIABLES = {"project": "project", "aws.region": "aws_region"}
"""Variables of `--var` for what may have to be asked for, by the key."""
QUESTIONS = {
    "project": "Neither tags nor names say it: what is the project called?",
    "aws.region": "No ARN says it: in which region is it?",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.OperationOptions):
    """The options of `adopt`."""

    environment: str
    state: str
    workspace: str
    lock_table: str
    map: list[str]
    environment_value: list[str]
    write: Path | None
    execute: bool
    undo: bool

    def __post_init__(self) -> None:
        """Raise ValueError for what does not go together."""
        if self.undo and (self.state or self.write):
            raise ValueError("--undo goes by the journal: without --state and --write")
        if not self.undo and not self.state:
            raise ValueError(
                "--state SOURCE says where Terraform's state is: a file, a directory, s3://BUCKET/KEY or -"
            )
        if self.execute and self.write:
            raise ValueError("--write is for a look, before --execute")
        if (self.execute or self.undo) and self.format == MARKDOWN:
            raise ValueError("--format markdown is for a look")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_format(parser, FORMATS, "form of what is shown")
    parser.add_argument(
        "--state",
        default="",
        metavar="SOURCE",
        help="Terraform's state: a file, a Terraform directory, s3://BUCKET/KEY, or - for standard input",
    )
    parser.add_argument(
        "--workspace", default="", metavar="NAME", help="Terraform workspace (default: the selected one)"
    )
    parser.add_argument("--lock-table", default="", metavar="TABLE", help="DynamoDB table that locks the state")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ADDRESS=Child/LogicalId",
        help="where a resource goes, such as aws_ecs_service.web=Ecs/Service",
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the environment file that says what runs; no file is replaced"
    )
    parser.add_argument(
        "--environment-value",
        action="append",
        default=[],
        metavar="NAME",
        help="with --write: write this environment variable's value, too, which is no secret",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--execute", action="store_true", help="take over: import what runs, and change nothing of it")
    how.add_argument("--undo", action="store_true", help="take back a takeover, as long as nothing was deployed since")
    arguments.add_yes(parser)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Look, and show it; exit code 2 where something differs, 1 where something blocks the takeover.

    With `--execute`, take over what the look has found; with `--undo`, take that back.
    """
    if options.undo:
        known = session.load(options.environment, options)
        with connected(known) as aws:
            return undo_adoption(aws, known, options)
    if options.write is not None:
        _refuse_existing(options.write)
    emit = progress(options)
    mapping = parse_map(options.map)
    existing, overrides = _existing(options), _overrides(options)
    if options.execute and existing is None:
        raise _unwritten(options)
    with ExitStack() as stack:
        source = _source(options, existing, overrides, stack)
        if options.execute:
            source.refuse_unrepeatable()
        found = read_origin(source.read(allowed_attributes), options.environment, mapping)
        for note in source.notes:
            emit(note)
        if existing is None:
            overrides = _completed(found, overrides)
        where = existing or _known(found.origin, found.environment, overrides)
        _refuse_other_region(found, where)
        aws = stack.enter_context(connected(_of_anybody(where)))
        _refuse_other_account(found, aws)
        values = frozenset(options.environment_value)
        wanted = Wanted(overrides=overrides, settings=existing, written_variables=values)
        look = survey(aws, found, wanted, emit=emit)
        if options.execute:
            return _execute(aws, look, source, options)
        show(options, look, FORMATS)
    if options.write is not None:
        _write(options.write, look, emit)
    return exit_code(look)


def _execute(aws: Aws, look: Look, source: Source, options: Options) -> int:
    """Show the look, on standard error where the result is a document, and take over."""
    show(replace(options, json=False), look, FORMATS, terminal.message if options.json else terminal.data)
    if look.survey.is_blocked:
        return FAILED
    revision = look.survey.state.revision
    return execute_adoption(
        aws,
        look.settings,
        look.survey,
        options,
        source=source.document(),
        recheck=lambda: source.check_unchanged(revision),
    )


def _unwritten(options: Options) -> UserError:
    file = session.ENVIRONMENTS / f"{options.environment}.toml"
    return UserError(
        str(file),
        "there is none, and what is taken over is deployed by it from then on",
        f"Write it first: {terminal.PROGRAM} adopt {options.environment} --state SOURCE --write {file}",
        code=Code.SETTINGS,
    )


def exit_code(look: Look) -> int:
    """Return 1 where something blocks the takeover, 2 where the first deployment after it changes something, else 0."""
    if look.survey.is_blocked:
        return FAILED
    return CHANGED if view.has_changes(look.survey) else DONE


def _existing(options: Options) -> Settings | None:
    """Return the settings of the environment, where it has a file."""
    if not (session.ENVIRONMENTS / f"{options.environment}.toml").exists():
        return None
    return session.load(options.environment, options)


def _source(options: Options, existing: Settings | None, overrides: Overrides, stack: ExitStack) -> Source:
    """Return where the state is. AWS is asked only where it is in S3, with a session that ends with the stack."""

    def connect() -> Aws:
        return stack.enter_context(connected(_of_anybody(existing or _known(anywhere, options.environment, overrides))))

    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ANY_REGION
    anywhere = Origin(project="any", region=region)
    return open_source(options.state, aws=connect, workspace=options.workspace, lock_table=options.lock_table)


def _overrides(options: Options) -> Overrides:
    return Overrides(var_files=options.var_file, variables=options.var, directory=session.ENVIRONMENTS)


def _completed(found: Found, overrides: Overrides) -> Overrides:
    """Return the overrides with what had to be asked for. Raises UserError where nobody can answer."""
    missing = complete(found.origin, found.environment, overrides)
    if isinstance(missing, settings.Settings):
        return overrides
    if not terminal.is_interactive():
        raise unknown(missing)
    answers = [f"{VARIABLES[key]}={terminal.ask(QUESTIONS[key])}" for key in missing]
    return replace(overrides, variables=[*overrides.variables, *answers])


def _known(origin: Origin, environment: str, overrides: Overrides) -> Settings:
    known = complete(origin, environment, overrides)
    if not isinstance(known, settings.Settings):
        raise unknown(known)
    return known


def _of_anybody(where: Settings) -> Settings:
    """Return the settings without the account, whoever answers: `_refuse_other_account` says more."""
    if where.aws.is_embedded:
        return where
    return where.model_copy(update={"aws": where.aws.model_copy(update={"account_id": None})})


def _refuse_other_region(found: Found, where: Settings) -> None:
    region = found.origin.region
    if region and where.aws.region != region:
        raise UserError(
            "region",
            f"[aws] region is {where.aws.region}, and the resources of the state are in {region}",
            "Nothing was asked of AWS. Is it the state of another environment?",
            code=Code.STATE,
        )


def _refuse_other_account(found: Found, aws: Aws) -> None:
    account = found.origin.account
    if account and aws.account_id != account:
        raise UserError(
            "wrong AWS account",
            f"{aws.account_id} answers ({aws.caller_arn}), and the resources of the state are in {account}",
            "Nothing else was asked. Choose other credentials, for instance with AWS_PROFILE.",
            code=Code.ACCOUNT,
        )


def _refuse_existing(path: Path) -> None:
    """Raise UserError where a file is there already, or none can be made, before anything is read."""
    if path.exists() or path.is_symlink():
        raise UserError(
            str(path), "it is there already, and no file is replaced", "Choose another name.", code=Code.FILE
        )
    files.refuse_unwritable(path)


def _write(path: Path, look: Look, emit: Callable[[str], None]) -> None:
    _refuse_existing(path)
    files.write_file(path, look.derived.text)
    emit(f"wrote {path}")
