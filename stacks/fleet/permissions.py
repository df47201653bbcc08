"""The permissions for StackSets, before anything is created: the administration role, or trusted access.

Execution roles are in other accounts: an operation shows where one is missing.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import Code, UserError
from stacks.fleet.stack_set import call_as

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings

ADMINISTRATION_ROLE, EXECUTION_ROLE = (
    "AWSCloudFormationStackSetAdministrationRole",
    "AWSCloudFormationStackSetExecutionRole",
)
TEMPLATES = "https://s3.amazonaws.com/cloudformation-stackset-sample-templates-us-east-1"
"""AWS's own templates of both roles, named after them; that of the execution role attaches AdministratorAccess."""
ENABLED = "ENABLED"


def check_permissions(aws: Aws, settings: Settings) -> None:
    """Raise UserError where they are not there; what the caller may not look up is left to the operation."""
    try:
        if settings.fleet.is_service_managed:
            _check_trusted_access(aws, settings)
        else:
            _check_administration_role(aws, settings)
    except ClientError as error:
        if not is_denied(error):
            raise


def _check_administration_role(aws: Aws, settings: Settings) -> None:
    arn = settings.fleet.administration_role_arn
    name = arn.rpartition("/")[2] if arn else ADMINISTRATION_ROLE
    try:
        aws.iam.get_role(RoleName=name)
    except ClientError as error:
        if error_code(error) != "NoSuchEntity":
            raise
        why = f"account {aws.account_id} has no role {name}, as which StackSets act"
        then = f"Make it, for instance by AWS's template: {role_command(ADMINISTRATION_ROLE)}"
        raise UserError("[fleet]", why, then if not arn else "Name one that is there.", code=Code.ABSENT) from error


def _check_trusted_access(aws: Aws, settings: Settings) -> None:
    found = aws.cloudformation.describe_organizations_access(**call_as(settings)).get("Status", ENABLED)
    if found != ENABLED:
        why = f"trusted access of StackSets to AWS Organizations is {found}"
        then = "The management account activates it: aws cloudformation activate-organizations-access"
        raise UserError("[fleet] organizational_units", why, then, code=Code.STATE)


def role_command(role: str, account_id: str = "") -> str:
    """Return the command that makes one of the two roles by AWS's own template; `account_id` is the administrator's."""
    trusts = f" --parameters ParameterKey=AdministratorAccountId,ParameterValue={account_id}" if account_id else ""
    return (
        f"aws cloudformation create-stack --stack-name {role} --template-url {TEMPLATES}/{role}.yml"
        f" --capabilities CAPABILITY_NAMED_IAM{trusts}"
    )


def advice(reason: str, account_id: str, execution_role: str) -> str:
    """Return what to do about the reason of a failed instance; "" where nothing is known."""
    if f"should have '{execution_role}' role with trust relationship" not in reason:
        return ""
    if execution_role != EXECUTION_ROLE:
        return f"Make the role {execution_role} there; it has to trust the administration role of account {account_id}."
    return f"In that account: {role_command(EXECUTION_ROLE, account_id)}"
