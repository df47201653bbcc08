"""A right is removed on an embedded AWS that enforces IAM: the command stops before anything is done.

Where it is told not to look, the deployment fails by AWS's words, for lack of that one. The same is shown of the one
warning in the Terraform project's documentation. Every single right is removed in
tests/e2e/iam/test_each_right_removed.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Address, running
from sandbox.image import place_image
from stacks.build.render import render
from stacks.iam.compare.missing import find_missing, judge_by_policies
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.needs import Needs
from stacks.iam.derive.policy import policy_documents
from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Policies
from stacks.settings import load
from tests.support.accounts import REGION, Account
from tests.support.commands import ROOT, Project, project
from tests.unit.templates.test_iam_roles import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

TAG = "application-autoscaling:TagResource"
MANAGED = sorted((Path(__file__).parents[2] / "support" / "managed").glob("*.json"))
"""A team's policies, `AmazonECS_FullAccess` among them, as AWS has them."""
LOOKING = {"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "arn:aws:iam::*:role/deployer-*"}
"""To look at one's own policies: that is in no derived policy, and without it nothing would be found missing."""
Policy = dict[str, Any]


@dataclass(frozen=True)
class Team:
    """An account with the artifact bucket, and a role that deploys."""

    account: Account
    owner: Project
    needs: Needs

    def derived(self) -> list[Policy]:
        """Exactly what prod needs."""
        return [*policy_documents(self.needs.deployer), *policy_documents(self.needs.cloudformation)]

    def as_role(self, policies: list[Policy]) -> Project:
        """The project of a new role that has these policies."""
        iam = self.account.client("iam")
        name = f"deployer-{len(iam.list_roles()['Roles'])}"
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.account.account_id}:root"},
            "Action": "sts:AssumeRole",
        }
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy(trust)))["Role"]
        for index, one in enumerate([*policies, policy(LOOKING)]):
            iam.put_role_policy(RoleName=name, PolicyName=f"policy-{index}", PolicyDocument=json.dumps(one))
        given = self.account.client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="test")["Credentials"]
        keys = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
        return Project(self.owner.folder, {**self.account.env, **keys})

    def uploaded(self) -> list[str]:
        """What is in the artifact bucket."""
        s3 = self.account.client("s3")
        (bucket,) = [it["Name"] for it in s3.list_buckets()["Buckets"]]
        return [it["Key"] for it in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def state(self) -> str:
        """The root stack's state; "" where there is none."""
        found = self.account.client("cloudformation").describe_stacks()["Stacks"]
        return next((it["StackStatus"] for it in found if it["StackName"] == "preto-2-prod"), "")


def policy(*statements: dict[str, Any]) -> Policy:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def without(action: str, policies: list[Policy]) -> list[Policy]:
    """The policies less one action, which they name in full."""
    left = [
        statement | {"Action": kept}
        for one in policies
        for statement in one["Statement"]
        if (kept := [name for name in statement["Action"] if name != action])
    ]
    return [policy(*left)]


def made(address: Address, account_id: str, folder: Path) -> Team:
    """A team with an account of its own, of which nothing is deployed yet."""
    account = Account(address=address.as_account(account_id))
    owner = project(folder, account.env)
    owner.succeed("bootstrap", "prod", "--yes", "--quiet")
    settings = load("prod", var_files=[], variables=[], directory=ROOT / "environments")
    return Team(account, owner, deployment_needs(settings, render(settings), account_id))


def deployed(team: Team) -> Team:
    """The same with all that prod has before there is an image, and an image."""
    team.owner.succeed("deploy", "prod", "--yes", "--quiet")
    place_image(team.account.address, "preto-2-prod", "v1")
    return team


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Address]:
    """Give a sandbox that enforces IAM."""
    with running(state_dir=None, region=REGION, enforce_iam=True) as address:
        yield address


@pytest.fixture(scope="module")
def new(enforcing: Address, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Give a team in whose account no test deploys anything."""
    return made(enforcing, "300000000003", tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def waiting(enforcing: Address, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Give a team in whose account each test fails to deploy the service, and it is taken back."""
    return deployed(made(enforcing, "300000000004", tmp_path_factory.mktemp("waiting")))


REMOVED = {
    TAG: "Autoscaling/ScalableTarget",
    "iam:PassRole": "Ecs/TaskDefinition",
    "ecs:CreateService": "Ecs/Service",
    "s3:PutObject": "deploy, destroy`",
}
"""Rights that are removed, and what needs them."""


@pytest.mark.parametrize(
    ("words", "action"), list(zip([("plan", "prod"), ("deploy", "prod", "--yes")] * 2, REMOVED, strict=True))
)
def test_the_command_stops_before_anything_is_uploaded(new: Team, words: tuple[str, ...], action: str) -> None:
    """The action and what needs it are named, and how to go on; there is no object and no stack."""
    told = new.as_role(without(action, new.derived())).fail(*words)
    assert "lacks 1 action for this:" in told
    (line,) = [it for it in told.splitlines() if it.startswith(f"  {action}: ")]
    assert REMOVED[action] in line
    assert "`python build.py permissions prod --missing` prints what to add; --skip-permissions goes on" in told
    assert (new.uploaded(), new.state()) == ([], "")


def test_what_to_add_is_printed(new: Team) -> None:
    """The one action, on what it is needed for and under the condition that holds then."""
    here = new.as_role(without("iam:PassRole", new.derived()))
    listed = json.loads(here.run("permissions", "prod", "--missing", "--json").stdout)
    passed = {one for need in new.needs.cloudformation if need.action == "iam:PassRole" for one in need.resources}
    assert {it["action"] for it in listed["missing"]} == {"iam:PassRole"}
    ((added,),) = [one["Statement"] for one in listed["to_add"]]
    assert (added["Action"], added["Resource"]) == (["iam:PassRole"], sorted(passed))
    assert added["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_who_does_not_look_and_may_not_upload_is_told_so(new: Team) -> None:
    """The first call that is refused ends it."""
    here = new.as_role(without("s3:PutObject", new.derived()))
    assert "s3:PutObject" in here.fail("deploy", "prod", "--yes", "--quiet", "--skip-permissions")
    assert (new.uploaded(), new.state()) == ([], "")


@pytest.mark.parametrize("action", ["iam:PassRole", "ecs:CreateService", TAG])
def test_who_does_not_look_fails_by_exactly_that(waiting: Team, action: str) -> None:
    """With `--skip-permissions` the deployment begins, and CloudFormation is refused the one action."""
    here = waiting.as_role(without(action, waiting.derived()))
    told = here.fail("deploy", "prod", "--yes", "--quiet", "--image", "v1", "--skip-permissions")
    assert f"First failure: {REMOVED[action]}" in told
    assert f"is not authorized to perform: {action} on resource: " in told
    assert waiting.state() == "UPDATE_ROLLBACK_COMPLETE"


def test_the_documented_warning(enforcing: Address, tmp_path: Path) -> None:
    """With `AmazonECS_FullAccess` and all else that prod needs, the scalable target's tags are what is missing.

    The command says so before; without looking, the deployment fails there; with the documented inline policy it
    succeeds.
    """
    team = deployed(made(enforcing, "300000000005", tmp_path))
    attached = [json.loads(path.read_text()) for path in MANAGED]
    has = Policies(identity=tuple(parse_policy(one, "managed") for one in attached))
    found = find_missing(team.needs, judge_by_policies(has, {}), whose="managed")
    assert TAG in {lack.need.action for lack in found.missing}
    attached += policy_documents(lack.need for lack in found.missing if lack.need.action != TAG)
    here = team.as_role(attached)
    words = ("deploy", "prod", "--yes", "--quiet", "--image", "v1")
    before = team.uploaded(), team.state()
    told = here.fail(*words)
    assert f"  {TAG}: Autoscaling/ScalableTarget (it has Tags)" in told.splitlines()
    assert (team.uploaded(), team.state()) == before
    told = here.fail(*words, "--skip-permissions")
    assert "First failure: Autoscaling/ScalableTarget" in told
    assert f"is not authorized to perform: {TAG} on resource: " in told
    team.as_role([*attached, json.loads(DOCUMENT)]).succeed(*words)
    assert team.state() == "UPDATE_COMPLETE"
