"""Accounts of a fleet: the administrator's and others, with the roles that self-managed StackSets need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.accounts import Account

ADMINISTRATION, EXECUTION = "AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole"


def administer(account: Account) -> None:
    """Make the administration role, as AWS's own template has it."""
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=ADMINISTRATION, AssumeRolePolicyDocument=_document(trust))
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::*:role/{EXECUTION}"}
    iam.put_role_policy(RoleName=ADMINISTRATION, PolicyName="AssumeRole", PolicyDocument=_document(assume))


def join(account: Account, administrator: str) -> None:
    """Make the execution role, as AWS's own template has it: it trusts the administrator account, and may do all."""
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": administrator}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=EXECUTION, AssumeRolePolicyDocument=_document(trust))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(RoleName=EXECUTION, PolicyName="Everything", PolicyDocument=_document(everything))


def _document(statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
