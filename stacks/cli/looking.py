"""The look of `adopt`: the state is read, the account that answers is compared with its own, what runs is surveyed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks import settings, terminal
from stacks.adopt.origin import Origin
from stacks.adopt.settings.derivation import Overrides, complete, unknown
from stacks.adopt.surveying import Found, Look, Wanted, read_origin, survey
from stacks.adopt.types import allowed_attributes
from stacks.aws.session import Aws
from stacks.cli import session
from stacks.cli.connection import connected
from stacks.cli.reporting import progress
from stacks.errors import Code, UserError
from stacks.terraform.sources import Source, open_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from stacks.cli.arguments import SettingsOptions
    from stacks.settings import Settings

ANY_REGION = "us-east-1"
"""Where S3 is asked for a state, where nothing says a region: it says which one the bucket is in."""
VARIABLES = {"project": "project", "aws.region": "aws_region"}
"""Variables of `--var` for what may have to be asked for, by the key."""
QUESTIONS = {
    "project": "Neither tags nor names say it: what is the project called?",
    "aws.region": "No ARN says it: in which region is it?",
}


@dataclass(frozen=True, kw_only=True)
class StateOptions:
    """Where the state is: `--state`, `--workspace`, `--lock-table`."""

    state: str
    workspace: str
    lock_table: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A look, the AWS at which it was taken, and the source that can be looked at again; both end with the stack."""

    look: Look
    aws: Aws
    source: Source


class Looking:
    """One look at the state of an environment. What it opens is closed with `stack`."""

    def __init__(self, environment: str, where: StateOptions, options: SettingsOptions, stack: ExitStack) -> None:
        self._environment = environment
        self._where = where
        self._stack = stack
        self._emit = progress(options)
        self._overrides = Overrides(var_files=options.var_file, variables=options.var, directory=session.ENVIRONMENTS)
        has_file = (session.ENVIRONMENTS / f"{environment}.toml").exists()
        self.existing = session.load(environment, options) if has_file else None
        """The settings of the environment, where it has a file."""

    def open(self) -> Source:
        """Return where the state is. AWS is asked only where it is in S3, and not before it is read."""
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ANY_REGION

        def connect() -> Aws:
            where = self.existing or self._known(Origin(project="any", region=region))
            return self._stack.enter_context(connected(_of_anybody(where)))

        it = self._where
        return open_source(it.state, aws=connect, workspace=it.workspace, lock_table=it.lock_table)

    def look(self, source: Source, mapping: Mapping[str, str], values: frozenset[str]) -> Looked:
        """Return the look at a state; `values` are environment variables whose values are written.

        Raises UserError where the state cannot be read, or is of another region or account than those that answer.
        """
        found = read_origin(source.read(allowed_attributes), self._environment, mapping)
        for note in source.notes:
            self._emit(note)
        if self.existing is None:
            self._ask(found)
        where = self.existing or self._known(found.origin)
        _refuse_other_region(found, where)
        aws = self._stack.enter_context(connected(_of_anybody(where)))
        _refuse_other_account(found, aws)
        wanted = Wanted(overrides=self._overrides, settings=self.existing, written_variables=values)
        return Looked(look=survey(aws, found, wanted, emit=self._emit), aws=aws, source=source)

    def _ask(self, found: Found) -> None:
        """Ask for what nothing says. Raises UserError where nobody can answer."""
        missing = complete(found.origin, self._environment, self._overrides)
        if isinstance(missing, settings.Settings):
            return
        if not terminal.is_interactive():
            raise unknown(missing)
        answers = [f"{VARIABLES[key]}={terminal.ask(QUESTIONS[key])}" for key in missing]
        self._overrides = replace(self._overrides, variables=[*self._overrides.variables, *answers])

    def _known(self, origin: Origin) -> Settings:
        known = complete(origin, self._environment, self._overrides)
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
