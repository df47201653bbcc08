"""Taking the bootstrap stack away: only where nothing uses it, with its bucket, and again after an interruption."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.adopt.execution.journal import Journal, Operator, StateSeen, journal_key, write_journal
from stacks.bootstrap.destruction import execute_bootstrap_destruction, find_bootstrap_destruction, refuse_used
from stacks.bootstrap.prepare import plan_bootstrap
from stacks.errors import UserError
from stacks.plan import publish
from tests.support.commands import Project, project
from tests.support.world import settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import faults
    from tests.support.accounts import Account
    from tests.support.world import World

DENIED = "<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>"


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with the bootstrap stack in an empty account."""
    made = project(tmp_path, account.env)
    made.succeed("bootstrap", "prod", "--yes", "--quiet")
    return made


def buckets(account: Account) -> list[str]:
    """The names of the account's buckets."""
    return [it["Name"] for it in account.client("s3").list_buckets()["Buckets"]]


def test_it_goes_when_the_last_environment_has_gone(here: Project, account: Account) -> None:
    """While an environment is there it is named; then the stack's name is asked for, and stack and bucket go."""
    assert here.run("deploy", "prod", "--yes", "--quiet").returncode == 0
    error = here.fail("bootstrap", "prod", "--destroy", "--yes")
    assert "  stack preto-2-prod: its templates are in the artifact bucket\n" in error
    here.succeed("destroy", "prod", "--yes", "--quiet")
    (bucket,) = buckets(account)
    account.client("s3").put_object(Bucket=bucket, Key="preto-2-prod/one", Body=b"1")
    account.client("s3").delete_object(Bucket=bucket, Key="preto-2-prod/one")
    error = here.fail("bootstrap", "prod", "--destroy", stdin="yes\n")
    assert f"The bucket {bucket} goes with " in error
    assert "It holds templates of stacks that are not here: preto-2-prod." in error
    assert buckets(account) == [bucket]
    done = here.succeed("bootstrap", "prod", "--destroy", stdin="preto-2-bootstrap\n")
    assert done.startswith("Deleted preto-2-bootstrap in ")
    assert f"Deleted the bucket {bucket} with " in done
    assert buckets(account) == []
    assert account.client("cloudformation").describe_stacks()["Stacks"] == []
    again = json.loads(here.succeed("bootstrap", "prod", "--destroy", "--json"))
    assert (again["state"], again["succeeded"], again["buckets"]) == (None, True, [])
    here.succeed("bootstrap", "prod", "--yes", "--quiet")


def test_a_deletion_that_was_interrupted_goes_on(world: World) -> None:
    """The stack has gone and its bucket has not: the next time finds the bucket by what CloudFormation remembers."""
    bucket = publish.artifact_bucket(world.aws, settings())
    for number in range(3):
        world.aws.s3.put_object(Bucket=bucket, Key="drafts/a", Body=str(number).encode())

    def fail(action: str) -> faults.Fault | None:
        return (403, DENIED) if action == "PostBucket" else None

    with world.behind(fail) as broken, pytest.raises(UserError, match="access denied"):
        destroy(broken)
    assert world.states() == {}
    found = find_bootstrap_destruction(world.aws, settings())
    assert (found.destruction, [it.versions for it in found.buckets]) == (None, [3])
    destroy(world)
    assert find_bootstrap_destruction(world.aws, settings()).is_nothing


def destroy(world: World) -> None:
    """Take the bootstrap stack of this world away."""
    found = find_bootstrap_destruction(world.aws, settings())
    refuse_used(found)
    done = execute_bootstrap_destruction(world.aws, found, emit=world.said.append, on_event=lambda _: None)
    assert done.succeeded


def test_more_than_a_page_of_versions_goes(world: World) -> None:
    """S3 lists and deletes a thousand at once."""
    bucket = publish.artifact_bucket(world.aws, settings())
    for number in range(1005):
        world.aws.s3.put_object(Bucket=bucket, Key=f"drafts/{number:04}", Body=b"")
    destroy(world)
    assert world.said[-2:] == [f"Emptying {bucket}: {count} versions are deleted" for count in (1000, 1005)]
    assert world.account.client("s3").list_buckets()["Buckets"] == []


def test_who_else_needs_it_is_named(world: World) -> None:
    """Stacks that CloudFormation changes with its role, roles that trust its provider, and an unfinished takeover."""
    wanted = settings(bootstrap={"github_repository": "octo/preto", "github_branches": ("main",)})
    assert world.execute(plan_bootstrap(world.aws, wanted, emit=world.said.append)).succeeded
    iam, cloudformation = world.account.client("iam"), world.aws.cloudformation
    (provider,) = (it["Arn"] for it in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"])
    trust: dict[str, Any] = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRole*"}
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    role = cloudformation.describe_stacks(StackName="preto-2-bootstrap")["Stacks"][0]["Outputs"]
    arn = next(it["OutputValue"] for it in role if it["OutputKey"] == "ExecutionRoleArn")
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation.create_stack(StackName="elsewhere", TemplateBody=topic, RoleARN=arn)
    found = find_bootstrap_destruction(world.aws, wanted)
    assert {it.what for it in found.uses.found} == {"stack elsewhere", "role other"}
    assert {it.name for it in found.roles} == {"GitHubActionsRole", "preto-2-bootstrap-ap-northeast-2"}
    with pytest.raises(UserError, match=f"role other: it trusts the identity provider {provider}"):
        refuse_used(found)


def test_a_takeover_that_is_under_way_keeps_it(here: Project, account: Account, world: World) -> None:
    """Its journal is the only record of how it goes on."""
    bucket = publish.artifact_bucket(world.aws, settings())
    journal = Journal(
        root="preto-2-prod",
        account_id=account.account_id,
        region="ap-northeast-2",
        status="executing",
        operator=Operator(arn="arn:aws:iam::123456789012:user/me", token="one"),  # noqa: S106 - no secret
        state=StateSeen(source={}, serial=1, lineage=None, md5=""),
    )
    write_journal(world.aws, bucket, journal, "")
    assert journal_key("preto-2-prod") == "adoptions/preto-2-prod.json"
    assert "takeover into preto-2-prod" in here.fail("bootstrap", "prod", "--destroy", "--yes")


def test_a_protected_stack_stays(world: World) -> None:
    """With the command that lifts the protection."""
    world.aws.cloudformation.update_termination_protection(
        StackName="preto-2-bootstrap", EnableTerminationProtection=True
    )
    with pytest.raises(UserError, match="termination protection is on"):
        find_bootstrap_destruction(world.aws, settings())
