"""What a user gets when AWS is not as expected: one clear error, exit code 1 (130 for Ctrl-C), and nothing changed."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import faults
from tests.support.commands import Project, ended, project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose AWS is an account of the test's own."""
    return project(tmp_path, account.env)


def stacks(account: Account) -> list[str]:
    """The stacks that exist in an account, in whatever state."""
    found = account.client("cloudformation").list_stacks()["StackSummaries"]
    return [stack["StackName"] for stack in found if stack["StackStatus"] != "DELETE_COMPLETE"]


def refused(here: Project, account: Account, *words: str) -> str:
    """Run, expect a refusal, and expect that the account is what it was."""
    before = stacks(account)
    error = here.fail(*words)
    assert stacks(account) == before
    return error


COMMANDS = [("bootstrap", "prod", "--yes"), ("plan", "prod"), ("deploy", "prod", "--yes"), ("outputs", "prod"),
            ("destroy", "prod", "--yes")]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_no_credentials(tmp_path: Path, account: Account, words: tuple[str, ...]) -> None:
    """The error says how to log in."""
    address = {"AWS_ENDPOINT_URL": account.env["AWS_ENDPOINT_URL"], "AWS_EC2_METADATA_DISABLED": "true"}
    env = {**address, "HOME": str(tmp_path), "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    error = project(tmp_path, env).fail(*words)
    assert "AWS credentials" in error
    assert "AWS_PROFILE" in error
    assert stacks(account) == []


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_the_wrong_account(here: Project, account: Account, words: tuple[str, ...]) -> None:
    """`[aws] account_id` must be the account that answers."""
    error = refused(here, account, *words, "--var", 'aws_account_id="999999999999"')
    assert "999999999999" in error
    assert account.account_id in error


@contextlib.contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """Give the URL of a server that gives every request the same answer."""
    with faults.server(lambda _: (status, body)) as url:
        yield url


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "AccessDenied"])
def test_credentials_that_are_refused(tmp_path: Path, account: Account, code: str) -> None:
    """Expired, unknown and forbidden are told apart, with what to do."""
    with answering(403, faults.refusal(code, "said by AWS")) as url:
        error = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": url}).fail("deploy", "prod", "--yes")
    assert {"ExpiredToken": "expired", "InvalidClientTokenId": "does not accept", "AccessDenied": "denied"}[
        code
    ] in error


def test_an_endpoint_where_nobody_listens(tmp_path: Path, account: Account) -> None:
    """The error says which address, and where it comes from."""
    with faults.closed_port() as url:
        error = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": url}).fail("deploy", "prod", "--yes")
    assert url in error
    assert "AWS_ENDPOINT_URL" in error


def test_an_endpoint_that_is_not_aws(tmp_path: Path, account: Account) -> None:
    """A web server that answers something else is said to be one."""
    with answering(200, "<html>welcome</html>") as url:
        error = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": url}).fail("plan", "prod")
    assert "AWS endpoint" in error


def test_without_bootstrap(here: Project, account: Account) -> None:
    """The error says which command is missing."""
    assert "python build.py bootstrap prod" in refused(here, account, "deploy", "prod", "--yes")


def test_a_bucket_of_somebody_else(here: Project, account: Account) -> None:
    """Templates are not put where somebody else could change them."""
    client = type(account)(address=account.address.as_account("999999999999")).client("s3")
    name = f"theirs-{account.account_id}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    error = refused(here, account, "deploy", "prod", "--yes", "--var", f"aws_artifact_bucket={name}")
    assert name in error
    assert client.list_objects_v2(Bucket=name)["KeyCount"] == 0


def test_a_bucket_that_does_not_exist(here: Project, account: Account) -> None:
    """A misspelt name is said to be one."""
    error = refused(here, account, "deploy", "prod", "--yes", "--var", f"aws_artifact_bucket=none-{account.account_id}")
    assert "there is no such bucket" in error


def network(account: Account, zones: tuple[str, ...]) -> list[str]:
    """`--var` words for a VPC with a public subnet in each of these zones."""
    ec2: Any = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ids = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    quoted = ", ".join(f'"{name}"' for name in ids)
    return ["--var", f"network_vpc_id={vpc}", "--var", f"network_public_subnet_ids=[{quoted}]"]


def test_subnets_in_one_zone(here: Project, account: Account) -> None:
    """A load balancer needs two zones: found before anything is uploaded."""
    here.succeed("bootstrap", "prod", "--yes")
    words = network(account, ("ap-northeast-2a", "ap-northeast-2a"))
    error = refused(here, account, "deploy", "prod", "--yes", *words)
    assert "public_subnet_ids" in error
    assert "ap-northeast-2a" in error


def test_subnets_that_do_not_exist(here: Project, account: Account) -> None:
    """Their ids are named."""
    here.succeed("bootstrap", "prod", "--yes")
    subnets = 'network_public_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]'
    words = ["--var", "network_vpc_id=vpc-0123456789abcdef0", "--var", subnets]
    assert "subnet-0123456789abcdef1" in refused(here, account, "plan", "prod", *words)


def test_an_image_that_nobody_has_pushed(here: Project, account: Account) -> None:
    """No service is made to wait for it, and the error says how to push it."""
    here.succeed("bootstrap", "prod", "--yes")
    assert "without an image first" in refused(here, account, "deploy", "prod", "--yes", "--image", "v1")
    here.succeed("deploy", "prod", "--yes")
    error = refused(here, account, "deploy", "prod", "--yes", "--image", "v1")
    assert "push prod --tag v1" in error


@pytest.mark.parametrize("tag", ["v1/2", "v 1", "v" * 129])
def test_an_image_tag_that_cannot_be_one(here: Project, account: Account, tag: str) -> None:
    """`--image` is checked like the setting."""
    assert "image_tag" in refused(here, account, "deploy", "prod", "--yes", "--image", tag)


@pytest.mark.parametrize("answer", ["no\n", "\n", ""])
def test_anything_but_yes_is_no(here: Project, account: Account, answer: str) -> None:
    """Nothing is deployed, and neither a change set nor a stack in review is left."""
    done = here.run("bootstrap", "prod", stdin=answer)
    assert done.returncode == 1
    assert "confirmation" in done.stderr
    assert stacks(account) == []


@pytest.mark.parametrize("command", ["bootstrap", "deploy", "destroy"])
def test_ctrl_c_at_the_confirmation(here: Project, account: Account, command: str) -> None:
    """Exit code 130, on a real terminal; change set and stack in review are gone."""
    if command != "bootstrap":
        here.succeed("bootstrap", "prod", "--yes")
    if command == "destroy":
        here.succeed("deploy", "prod", "--yes")
    before = stacks(account)
    with here.on_terminal(command, "prod") as terminal:
        terminal.expect("to go on: ")
        terminal.sendintr()
        assert ended(terminal) == 130
    assert "Traceback" not in terminal.before
    assert stacks(account) == before


def test_sigterm_leaves_the_sandbox_state_whole(tmp_path: Path) -> None:
    """`sandbox` in the foreground ends cleanly, and what was in it is there the next time."""
    local = project(tmp_path)
    local.succeed("bootstrap", "local", "--yes")
    with local.on_terminal("sandbox") as terminal:
        terminal.expect("export AWS_ENDPOINT_URL=http://127.0.0.1:")
        assert "No changes" in local.succeed("bootstrap", "local", "--yes")
        terminal.kill(signal.SIGTERM)
        assert ended(terminal) == 0
    assert "No changes" in local.succeed("bootstrap", "local", "--yes")
