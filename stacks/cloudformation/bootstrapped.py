"""What the stack that an account needs once has for a deployment: the artifact bucket and the execution role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied
from stacks.cloudformation.stack import find_stack
from stacks.errors import Code, UserError, coded
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_cloudformation.literals import StackStatusType

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

VERSION, EXECUTION_ROLE = "Version", "ExecutionRoleArn"
"""Outputs of the stack."""
LIVE: Sequence[StackStatusType] = (
    "CREATE_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
)
"""States of a stack whose outputs hold."""


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """Where templates go, and the role with which CloudFormation deploys: "" where it has the caller's rights."""

    artifact_bucket: str
    execution_role_arn: str = ""


def find_bootstrap_stack(aws: Aws, project: str) -> Stack | None:
    """Return the bootstrap stack of account and region: the one of its name, or else that of a stack set."""
    name = bootstrap.identity(project).name
    return find_stack(aws, name) or find_fleet_stack(aws, name)


def fleet_names(stack_set: str) -> re.Pattern[str]:
    """Return the pattern of the names that StackSets give to the stacks of a stack set: `StackSet-NAME-UUID`."""
    return re.compile(rf"StackSet-{re.escape(stack_set)}-[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")


def find_fleet_stack(aws: Aws, stack_set: str) -> Stack | None:
    """Return the stack that a stack set of this name has in account and region; None where stacks may not be listed."""
    own = fleet_names(stack_set)
    try:
        pages = aws.cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=LIVE)
        found = next((it for page in pages for it in page["StackSummaries"] if own.fullmatch(it["StackName"])), None)
    except ClientError as error:
        if not is_denied(error):
            raise
        return None
    return find_stack(aws, found.get("StackId", "")) if found else None


@coded(Code.BOOTSTRAP)
def read_bootstrap(aws: Aws, settings: Settings) -> Bootstrapped:
    """Return what the settings name, and what they leave to the bootstrap stack.

    Raises UserError where that is not there, too old, or without what the settings ask for.
    """
    named = settings.aws.artifact_bucket or ""
    if named and not settings.bootstrap.execution_role:
        return Bootstrapped(artifact_bucket=named)
    stack = find_bootstrap_stack(aws, settings.project)
    bucket = named or (stack.outputs.get(bootstrap.BUCKET, "") if stack else "")
    if stack is None or not bucket:
        where = f"account {aws.account_id}, {aws.region}"
        what, why = ("artifact bucket", "has none to put templates into") if not named else ("bootstrap", "lacks it")
        raise UserError(what, f"{where} {why}", f"Run once: {_command(settings)}")
    _refuse_old(stack, settings)
    role = stack.outputs.get(EXECUTION_ROLE, "") if settings.bootstrap.execution_role else ""
    if settings.bootstrap.execution_role and not role:
        why = "it has no execution role, which [bootstrap] execution_role asks for"
        raise UserError(f"stack {stack.name}", why, f"Run bootstrap again: {_command(settings, stack)}")
    _refuse_other_role(stack, settings, role, aws.region)
    return Bootstrapped(artifact_bucket=bucket, execution_role_arn=role)


def lacks_bootstrap(aws: Aws, settings: Settings) -> bool:
    """Whether deployments need the bootstrap stack, and it is not there, or was never created."""
    if settings.aws.artifact_bucket and not settings.bootstrap.execution_role:
        return False
    stack = find_bootstrap_stack(aws, settings.project)
    return stack is None or bootstrap.BUCKET not in stack.outputs


def bootstrap_version(stack: Stack) -> int:
    """Return the version of a deployed bootstrap stack; 0 where it says none."""
    text = stack.outputs.get(VERSION, "")
    return int(text) if text.isdecimal() else 0


def _refuse_old(stack: Stack, settings: Settings) -> None:
    if bootstrap_version(stack) < bootstrap.VERSION:
        why = f"it is version {bootstrap_version(stack)}, and this needs version {bootstrap.VERSION}"
        raise UserError(f"stack {stack.name}", why, f"Run bootstrap again: {_command(settings, stack)}")


def _refuse_other_role(stack: Stack, settings: Settings, role_arn: str, region: str) -> None:
    """Another environment's file may have given it another name since."""
    there = role_arn.rpartition("/")[2]
    asked = bootstrap.execution_role_name(settings.project, settings.bootstrap, region)
    if there and there != asked:
        why = f"its execution role is {there}, and {settings.environment} asks for {asked}"
        then = f"Set [bootstrap] execution_role_name, or run bootstrap again: {_command(settings, stack)}"
        raise UserError(f"stack {stack.name}", why, then)


def _command(settings: Settings, stack: Stack | None = None) -> str:
    """Return the command that makes the stack, or changes it: all of a stack set at once."""
    is_own = stack is None or stack.name == bootstrap.identity(settings.project).name
    return f"python build.py bootstrap {settings.environment}{'' if is_own else ' --fleet'}"
