"""The two who make calls: whoever runs the commands, and CloudFormation with its role, or with the caller's rights."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation import bootstrapped
from stacks.cloudformation.bootstrapped import Bootstrapped
from stacks.errors import UserError
from stacks.iam.compare import principal
from stacks.iam.compare.judging import judge_principal
from stacks.iam.compare.missing import DEPLOYER, Found, find_missing, join_found
from stacks.iam.compare.principal import find_caller
from stacks.iam.evaluate.evaluation import Decision, Outcome

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.iam.compare.principal import Principal
    from stacks.iam.derive.needs import Needs
    from stacks.settings import Settings


ROOT = "the root user, who has every right"
"""How reports name the caller that no policy of the account limits."""


def read_bootstrap(aws: Aws, settings: Settings) -> tuple[Bootstrapped, tuple[str, ...]]:
    """Return what the bootstrap stack has; where it is absent or unreadable, a note says so of the execution role."""
    try:
        with translate_aws_errors():
            return bootstrapped.read_bootstrap(aws, settings), ()
    except UserError as error:
        note = f"CloudFormation's rights are not known: {error.what}: {error.why}"
        return Bootstrapped(artifact_bucket=""), (note,) if settings.bootstrap.execution_role else ()


def compare_parties(aws: Aws, needs: Needs, role: Principal | None) -> Found:
    """Return what the caller lacks, and what CloudFormation lacks: as the execution role, or else as the caller.

    Needs of one party alone are that party's. Raises UserError where there is no principal with policies.
    """
    who = find_caller(aws)
    if role is None:
        if who is None:
            then = "Name a role (--role NAME), or policies (--policy FILE)."
            raise UserError(f"caller {aws.caller_arn}", unlimited_caller(aws), then)
        return judge_principal(aws, needs, who)
    found = [] if not needs.deployer else [_calls(aws, dataclasses.replace(needs, cloudformation=(), unknown=()), who)]
    if needs.cloudformation:
        found.append(judge_principal(aws, dataclasses.replace(needs, deployer=()), role))
    return found[0] if len(found) == 1 else join_found(*found)


def compare_role(aws: Aws, needs: Needs, named: Principal, executing: str) -> Found:
    """Return what a named role lacks: of CloudFormation's needs where it is the `executing` role, else of the caller's.

    Without an executing role it is both. Needs of one party alone are the named role's, whoever it is.
    """
    if executing and needs.deployer and needs.cloudformation:
        of_cloudformation = dataclasses.replace(needs, deployer=())
        of_commands = dataclasses.replace(needs, cloudformation=(), unknown=())
        needs = of_cloudformation if named.name == executing else of_commands
    return judge_principal(aws, needs, named)


def compare_root(needs: Needs) -> Found:
    """Return what the account's root user lacks, for itself and for CloudFormation with its rights: nothing."""
    allowed = Decision(Outcome.ALLOWED, (), "the root user has every right")
    return find_missing(needs, lambda _need, _resource: allowed, whose=ROOT)


def unlimited_caller(aws: Aws) -> str:
    """Return why nothing is asked about whoever calls."""
    return "the account's root user has every right" if principal.is_root(aws) else "it has no policies to look up"


def _calls(aws: Aws, needs: Needs, who: Principal | None) -> Found:
    """Return what the caller lacks for the commands' own calls; nothing for the root user."""
    if who is not None:
        return judge_principal(aws, needs, who)
    is_root = principal.is_root(aws)
    name = ROOT if is_root else aws.caller_arn
    return Found(
        environment=needs.environment,
        stack_name=needs.stack_name,
        principals={DEPLOYER: name},
        asked=0,
        missing=(),
        undecided=(),
        notes=() if is_root else (f"{aws.caller_arn}: {unlimited_caller(aws)}",),
    )
