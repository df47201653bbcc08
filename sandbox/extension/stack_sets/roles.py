"""Who acts in a target account: the execution role, which the administration role of a self-managed stack set assumes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import iam

from sandbox.extension.authorisation import principal
from sandbox.extension.cloudformation import stack_role

if TYPE_CHECKING:
    from sandbox.extension.authorisation.principal import Principal
    from sandbox.extension.untyped import Record

ADMINISTRATION_ROLE, EXECUTION_ROLE = (
    "AWSCloudFormationStackSetAdministrationRole",
    "AWSCloudFormationStackSetExecutionRole",
)


def acting_in(stack_set: Record, account: str) -> Principal | None:
    """Return who acts in the account; None where nothing is enforced, or AWS's own role acts there.

    Raises ValueError, with AWS's words, where a role is missing or does not trust the other.
    """
    if stack_set["PermissionModel"] == "SERVICE_MANAGED":
        return None
    administrator, name = get_account_id(), stack_set["ExecutionRoleName"]
    administration = stack_set["AdministrationRoleARN"]
    if not stack_role.is_assumable(administration):
        role = administration.rpartition("/")[2]
        raise ValueError(
            f"Account {administrator} should have '{role}' role with trust relationship to CloudFormation service."
        )
    arn = f"arn:aws:iam::{account}:role/{name}"
    missing = (
        f"Account {account} should have '{name}' role with trust relationship to Role "
        f"'{administration.rpartition('/')[2]}'."
    )
    try:
        principal.role_session(administration).require("sts:AssumeRole", arn)
    except ValueError as error:
        raise ValueError(missing) from error
    with request_scope(account, get_region()):
        role_record = iam._roles.get(name)
        if role_record is None or not _trusts(role_record, administrator, administration):
            raise ValueError(missing)
        return dataclasses.replace(principal.role_session(arn), service_role="") if app.AUTH else None


def _trusts(role: Record, account: str, arn: str) -> bool:
    statements = json.loads(role["AssumeRolePolicyDocument"])["Statement"]
    for it in statements if isinstance(statements, list) else [statements]:
        trusted = it.get("Principal", {})
        names = trusted.get("AWS", []) if isinstance(trusted, dict) else [trusted]
        found = {names} if isinstance(names, str) else set(names)
        if it["Effect"] == "Allow" and found & {"*", account, arn, f"arn:aws:iam::{account}:root"}:
            return True
    return False
