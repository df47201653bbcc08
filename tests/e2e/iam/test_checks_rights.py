"""`[bootstrap] checks_rights` where IAM decides: whether the role of the pipeline sees what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox import running
from tests.support.accounts import REGION, Account
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "300000000002"
OURS = ("--var", "bootstrap_execution_role=true", "--var", "bootstrap_existing_github_role=true")
FILTER = ("--var", "network_waf={}")
ROLE = "preto-2-bootstrap-ap-northeast-2"


@pytest.fixture
def enforcing() -> Iterator[Account]:
    """Give an account of a sandbox that enforces IAM, with a GitHubActionsRole that its root user can take on."""
    with running(state_dir=None, region=REGION, enforce_iam=True) as address:
        account = Account(address=address.as_account(ACCOUNT))
        root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [root]})
        account.client("iam").create_role(RoleName="GitHubActionsRole", AssumeRolePolicyDocument=trust)
        yield account


def session(account: Account) -> dict[str, str]:
    """The variables of a session of that role."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/GitHubActionsRole"
    keys = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        **account.env,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def test_the_pipeline_sees_what_is_missing_only_where_its_role_may_look(tmp_path: Path, enforcing: Account) -> None:
    """Off: one line that says which roles may not be read. On: nothing is missing, or what the execution role lacks."""
    administrator = project(tmp_path, enforcing.env)
    administrator.succeed("bootstrap", "prod", *OURS, "--yes", "--quiet")
    pipeline = Project(tmp_path, session(enforcing))
    done = pipeline.run("plan", "prod", *OURS)
    assert done.returncode == 2, done.stderr
    (said,) = [line for line in done.stderr.splitlines() if "ights" in line]
    assert said == (
        "Rights are not checked: the policies of role GitHubActionsRole may not be read: GetRole; "
        f"the policies of role {ROLE} may not be read: GetRole"
    )
    checks = (*OURS, "--var", "bootstrap_checks_rights=true", "--var", "bootstrap_execution_rights=derived")
    administrator.succeed("bootstrap", "prod", *checks, "--yes", "--quiet")
    found = json.loads(pipeline.succeed("permissions", "prod", "--missing", "--json", *checks))
    assert (found["missing"], found["undecided"], found["notes"]) == ([], [], [])
    assert f"rights: role {ROLE} lacks" in pipeline.fail("plan", "prod", *checks, *FILTER)
