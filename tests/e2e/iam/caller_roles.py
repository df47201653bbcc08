"""Roles that run the commands, with policies that the test chooses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.build.render import render
from stacks.iam.derive.calls import commands_of
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.policy import policy_documents
from stacks.settings import load
from tests.support.commands import ROOT

if TYPE_CHECKING:
    from tests.support.accounts import Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def policies(account: Account, command: str = "", *variables: str) -> list[dict[str, Any]]:
    """Return the policies that prod needs in an account; with a command, those for its own calls alone."""
    settings = load("prod", var_files=[], variables=variables, directory=ROOT / "environments")
    found = deployment_needs(settings, render(settings), account.account_id)
    if command:
        return list(policy_documents(need for need in found.deployer if command in commands_of(need)))
    return [*policy_documents(found.deployer), *policy_documents(found.cloudformation)]


def without(action: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the policies without one action."""
    for statement in (it for policy in found for it in policy["Statement"]):
        statement["Action"] = [it for it in statement["Action"] if it != action] or ["sts:GetCallerIdentity"]
    return found


def assumed(account: Account, found: list[dict[str, Any]]) -> dict[str, str]:
    """Return the variables of a session of a new role with these policies."""
    iam = account.client("iam")
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps(TRUST))
    for number, policy in enumerate(found):
        iam.put_role_policy(RoleName="deployer", PolicyName=f"rights-{number}", PolicyDocument=json.dumps(policy))
    return deployer(account)


def deployer(account: Account) -> dict[str, str]:
    """Return the variables of a session of the deployer's role."""
    arn = account.client("iam").get_role(RoleName="deployer")["Role"]["Arn"]
    keys = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
