"""What `permissions --for push` and `--for exec` list is enough on an AWS that enforces it, and less is not."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Address, running
from tests.e2e.iam.caller_roles import assumed, without
from tests.support import world
from tests.support.accounts import REGION, Account
from tests.support.commands import Project, project
from tests.support.engines import Engines, engines, plugin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXEC: dict[str, Any] = {"ecs": world.PRETO["ecs"] | {"exec": True}, "image_tag": "v1"}


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Address]:
    """Give a sandbox that enforces IAM."""
    with running(state_dir=None, region=REGION, enforce_iam=True) as address:
        yield address


@pytest.fixture
def docker(tmp_path: Path) -> Engines:
    """Give a stand-in for docker with buildx."""
    return engines(tmp_path / "engines", "docker")


@pytest.fixture
def here(tmp_path: Path, docker: Engines) -> Project:
    """Give an app with a Dockerfile, and without credentials."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return project(folder, docker.env)


def listed(here: Project, account: Account, command: str) -> list[dict[str, Any]]:
    """Return the policies that `permissions` prints for one command."""
    known = ("--var", f'aws_account_id="{account.account_id}"', "--var", "ecs_exec=true")
    found = json.loads(here.succeed("permissions", "prod", "--for", command, "--format", "policy", *known))
    return [*found.values()]


def test_push_needs_what_is_listed(here: Project, enforcing: Address, docker: Engines) -> None:
    """The engine pushes with the rights of whoever has asked for the password; without one of them it is denied."""
    account = Account(address=enforcing.as_account("400000000001"))
    account.client("ecr").create_repository(repositoryName="preto-2-prod")
    caller = {**account.env, **assumed(account, listed(here, account, "push"))}
    assert here.run("push", "prod", "--tag", "v1", env=caller).stdout == "v1\n"

    lacking = Account(address=enforcing.as_account("400000000002"))
    lacking.client("ecr").create_repository(repositoryName="preto-2-prod")
    policies = without("ecr:PutImage", listed(here, lacking, "push"))
    reads = {"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"}
    caller = {**lacking.env, **assumed(lacking, [*policies, {"Version": "2012-10-17", "Statement": [reads]}])}
    denied = here.run("push", "prod", "--tag", "v1", env=caller)
    assert denied.returncode == 1
    assert "is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:" in denied.stderr
    assert "permissions prod --for push --missing" in denied.stderr
    docker.behave()
    both = here.run("deploy", "prod", "--build", "--image", "v1", "--yes", env=caller)
    assert "ecr:PutImage" in both.stderr
    assert (
        "`python build.py permissions prod --missing` and `python build.py permissions prod --for push" in both.stderr
    )
    assert not docker.calls


def test_exec_needs_what_is_listed(here: Project, tmp_path: Path, enforcing: Address) -> None:
    """The session, too; without ecs:ExecuteCommand it is said how the right is found out."""
    account = Account(address=enforcing.as_account("400000000003"))
    with closing(world.connected(account)) as aws:
        there = world.World(aws=aws, account=account)
        there.bootstrap()
        there.deploy()
        there.push("v1")
        there.deploy(**EXEC)
    policies = listed(here, account, "exec")
    caller = {**account.env, **assumed(account, policies), "PATH": str(plugin(tmp_path))}
    done = here.run("exec", "prod", "--", "ls", env=caller)
    assert done.returncode == 0, done.stderr
    account.client("iam").put_role_policy(
        RoleName="deployer",
        PolicyName="rights-0",
        PolicyDocument=json.dumps(without("ecs:ExecuteCommand", policies)[0]),
    )
    denied = here.run("exec", "prod", "--", "ls", env=caller)
    assert denied.returncode == 1
    assert "ecs:ExecuteCommand" in denied.stderr
    assert "permissions prod --for exec --missing" in denied.stderr
