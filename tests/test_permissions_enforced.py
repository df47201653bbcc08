"""The rights that `permissions` derives are enough on an AWS that enforces them: create, update, rollback and delete.

Not shown here: CloudFormation's own role (the command line hands none over yet, so one role has what the caller needs
and what CloudFormation needs), what the sandbox does not ask for
(docs/sandbox.md), and what `EXCEPTIONS` allows on top: all rights on the secret are among it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks import sandbox as embedded
from stacks.sandbox.image import place_image
from tests.commands import Project, project
from tests.sandbox import REGION, Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "300000000001"
EXCEPTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "secretsmanager:*",
        "arn:aws:secretsmanager:*:*:secret:preto-2-prod-Security-*",
        "ministack names a secret after its stack, CloudFormation after the logical id alone",
    ),
    ("ecr:DescribeRepositories", "*", "AWS decides on each of repositoryNames, which ministack does not read"),
    ("ecr:DescribeImages", "*", "as above"),
    ("ecs:DescribeServices", "*", "AWS decides on each of services, which ministack does not read"),
    ("ecs:DescribeTasks", "*", "AWS decides on each of tasks, which ministack does not read"),
)
"""What the sandbox asks for and AWS does not: action, resource, and the reason."""


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Account]:
    """An account of a sandbox that enforces IAM."""
    with embedded.running(state_dir=None, region=REGION, enforce_iam=True) as address:
        yield Account(address=address.as_account(ACCOUNT))


def _role(account: Account, policies: list[dict[str, Any]]) -> dict[str, str]:
    """The variables of a session of a role that has these policies and nothing else."""
    iam, name = account.client("iam"), "deployer"
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    exceptions = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on, _ in EXCEPTIONS]
    extra = [{"Version": "2012-10-17", "Statement": exceptions}] if exceptions else []
    for index, policy in enumerate([*policies, *extra]):
        arn = iam.create_policy(PolicyName=f"derived-{index}", PolicyDocument=json.dumps(policy))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    given = account.client("sts").assume_role(RoleArn=made["Role"]["Arn"], RoleSessionName="test")["Credentials"]
    return {
        **account.env,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def _derived(here: Project, party: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    printed = json.loads(here.succeed("permissions", "prod", "--format", "policy", "--for", party))

    def collect(value: Any) -> None:
        if isinstance(value, dict) and "Statement" in value:
            found.append(value)
        elif isinstance(value, dict | list):
            for it in value.values() if isinstance(value, dict) else value:
                collect(it)

    collect(printed)
    return found


def test_prod_needs_no_more_than_what_is_derived(tmp_path: Path, enforcing: Account) -> None:
    """Created with an image, updated, an update that fails rolled back, and deleted, by a role with exactly that."""
    root = project(tmp_path, enforcing.env)
    root.succeed("bootstrap", "prod", "--yes", "--quiet")
    policies = [*_derived(root, "deployer"), *_derived(root, "cloudformation")]
    here = Project(tmp_path, _role(enforcing, policies))
    here.succeed("deploy", "prod", "--yes", "--quiet")
    place_image(enforcing.address, "preto-2-prod", "v1")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--image", "v1")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--image", "v1", "--var", "ecs_cpu=2048")
    enforcing.trouble({"step": "update", "resource": "ScalableTarget", "reason": "no"})
    words = ("--image", "v1", "--var", "autoscaling_max_capacity=6", "--var", "ecs_cpu=4096")
    here.fail("deploy", "prod", "--yes", "--quiet", *words)
    enforcing.trouble()
    stack = enforcing.client("cloudformation").describe_stacks(StackName="preto-2-prod")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    here.succeed("destroy", "prod", "--yes", "--quiet")
