"""`permissions` on the command line: what people read, and what programs get."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.derive.policy import document_size
from templates.policy_sizes import MANAGED
from tests.support.commands import ROOT, Project, project
from tests.support.faults import closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Project]:
    """Give a project without credentials, whose AWS does not answer."""
    with closed_port() as url:
        yield project(tmp_path, {"AWS_ENDPOINT_URL": url})


def test_it_says_for_every_action_why(here: Project) -> None:
    """By module and resource, without AWS and without credentials; what the warning was about is a line of it."""
    lines = here.succeed("permissions", "prod").splitlines()
    assert lines[0] == "Rights for prod, stack preto-2-prod"
    target = lines.index("  ScalableTarget  AWS::ApplicationAutoScaling::ScalableTarget")
    assert "Autoscaling" in lines[:target]
    (row,) = [line for line in lines if "application-autoscaling:TagResource" in line]
    assert lines.index(row) > target
    assert row.split() == ["application-autoscaling:TagResource", "scalable-target/*", "it", "has", "Tags"]
    subnets = "  PrivateSubnetA, PrivateSubnetB, PublicSubnetA, PublicSubnetB  AWS::EC2::Subnet"
    assert subnets in lines
    (passed,) = [line for line in lines if "iam:PassRole" in line and "-TaskRole-" in line]
    assert "(iam:PassedToService ecs-tasks.amazonaws.com)" in passed


def test_policies_can_be_given_to_a_role_as_they_are(here: Project) -> None:
    """Each under a name, each of a size that IAM takes; `--for` gives those of one caller."""
    found = json.loads(here.succeed("permissions", "prod", "--format", "policy"))
    assert {name.rsplit("-", 1)[0] for name in found} == {"preto-2-prod-deployer", "preto-2-prod-cloudformation"}
    assert all(it["Version"] == "2012-10-17" and document_size(it) <= MANAGED for it in found.values())
    deployer = json.loads(here.succeed("permissions", "prod", "--format", "policy", "--for", "deployer"))
    assert deployer == {name: it for name, it in found.items() if "-deployer-" in name}


def test_the_rights_of_one_command_can_be_shown(here: Project) -> None:
    """`--for COMMAND` is what its caller needs, and nothing of the other commands."""
    found = json.loads(here.succeed("permissions", "prod", "--for", "outputs", "--json"))
    assert {it["action"] for it in found["deployer"]} == {"cloudformation:DescribeStacks"}
    assert not found["cloudformation"]
    assert "command hang on no template" in here.fail("permissions", "prod", "--for", "outputs", "--diff")


def test_json_has_each_need_with_its_source(here: Project) -> None:
    """One document on stdout; overrides count as everywhere."""
    found = json.loads(here.succeed("permissions", "prod", "--json", "--var", 'aws_account_id="123456789012"'))
    (need,) = [it for it in found["cloudformation"] if it["action"] == "application-autoscaling:TagResource"]
    assert need == {
        "action": "application-autoscaling:TagResource",
        "resources": ["arn:aws:application-autoscaling:ap-northeast-2:123456789012:scalable-target/*"],
        "conditions": {},
        "phases": ["create", "update", "rollback"],
        "module": "Autoscaling",
        "logical_id": "ScalableTarget",
        "type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "property": "Tags",
        "why": "it has Tags",
        "source": "resource schema of AWS::ApplicationAutoScaling::ScalableTarget",
    }
    assert found["unknown"] == []
    assert all(it["module"] == "Commands" for it in found["deployer"])


def test_it_takes_nothing_that_can_talk_to_aws() -> None:
    """The rights are derived without boto3, which is not even imported."""
    words = (
        "import sys; import stacks.iam.derive.deployment, stacks.views.permissions; assert 'boto3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", words], check=True, cwd=ROOT)


def test_without_credentials_a_line_says_that_nothing_was_compared(here: Project) -> None:
    """After the table, on stderr, and no failure; with `--offline`, or as data for programs, not even that."""
    done = here.run("permissions", "prod")
    assert (done.returncode, done.stdout) == (0, here.succeed("permissions", "prod", "--offline"))
    assert done.stderr.startswith("Nothing was compared: AWS credentials: ")
    for words in (("--offline",), ("--json",), ("--format", "policy"), ("--quiet",)):
        assert here.run("permissions", "prod", *words).stderr == ""


def test_on_the_embedded_aws_nothing_is_compared(here: Project) -> None:
    """It is not even started: its root user has every right."""
    done = here.run("permissions", "local")
    assert done.returncode == 0
    assert done.stderr.startswith("Nothing was compared: on the embedded AWS the root user calls")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--offline", "--missing"), "--offline: the other option asks AWS"),
        (("--offline", "--diff"), "--offline: the other option asks AWS"),
        (("--boundary", "x.json"), "--boundary: it limits what the policies of --policy allow\nAdd --policy FILE."),
        (("--policy", "x.json", "--role", "x"), "--role: --policy already says which policies there are"),
    ],
)
def test_options_that_contradict_each_other_are_refused(here: Project, words: tuple[str, ...], said: str) -> None:
    """Before anything else is looked at."""
    assert here.fail("permissions", "prod", *words).startswith(said)


def test_mistakes_are_told_in_a_line(here: Project) -> None:
    """An environment that is not there, and a caller that is none."""
    assert "staging" in here.fail("permissions", "staging")
    assert "invalid choice" in here.fail("permissions", "prod", "--for", "somebody")


ALL: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NOT_OVER_TLS: dict[str, Any] = {"Bool": {"aws:SecureTransport": "false"}}


def missing(here: Project, *statements: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The actions that a role with this policy lacks, and those that are undecided."""
    (here.folder / "role.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    done = here.run("permissions", "prod", "--policy", "role.json", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found["missing"] else 0)
    actions = [{it["action"] for it in found[name]} for name in ("missing", "undecided")]
    return actions[0], actions[1]


@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([ALL, {"Sid": "NoEcs", "Effect": "Deny", "Action": "*", "Resource": "arn:aws:ecs"}], "ecs:"),
        ([ALL, {"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3", "arn:aws:sqs:*"]}], "s3:"),
        ([ALL, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "arn:aws:logs:*"}], "logs:"),
    ],
)
def test_an_arn_of_fewer_than_six_fields_is_completed(
    here: Project, statements: list[dict[str, Any]], denied: str
) -> None:
    """As IAM does in policies of users and roles: all of the service is denied on its resources, and nothing else."""
    lacks, undecided = missing(here, *statements)
    assert {it for it in lacks if not it.startswith(denied)} == set()
    assert len(lacks) > 1
    assert undecided == set()


@pytest.mark.parametrize(
    "statement",
    [
        {"Sid": "Tls", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": NOT_OVER_TLS},
        {
            "Effect": "Deny",
            "NotAction": ["sts:*"],
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "true"}},
        },
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:SecureTransport": "true"}}},
        {
            "Effect": "Deny",
            "Action": "ecs:ListTasks",
            "Resource": "*",
            "Condition": {"ArnNotLike": {"ecs:cluster": "arn:aws:ecs:*:*:cluster/preto-2-*"}},
        },
        {
            "Effect": "Deny",
            "Action": "s3:PutObject",
            "Resource": "*",
            "Condition": {"Bool": {"aws:ViaAWSService": "true"}},
        },
        {
            "Effect": "Deny",
            "Action": "ecs:CreateService",
            "Resource": "*",
            "Condition": {"ForAllValues:StringNotEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}},
        },
    ],
)
def test_of_a_request_as_much_is_known_as_of_a_roles(here: Project, statement: dict[str, Any]) -> None:
    """Calls are made over TLS, by the commands or by CloudFormation for them, in the deployment's own cluster."""
    assert missing(here, ALL, statement) == (set(), set())


def test_what_is_not_known_of_a_request_stays_undecided(here: Project) -> None:
    """Such as another account's cluster, where nobody says which account it is; nothing to add names one."""
    other = {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:ap-northeast-2:123456789012:cluster/preto-2-prod"}}
    not_all = {"Effect": "Allow", "NotAction": "ecs:ListTasks", "Resource": "*"}
    only = {"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*", "Condition": other}
    assert missing(here, not_all, only) == (set(), {"ecs:ListTasks"})
    assert missing(here, not_all) == ({"ecs:ListTasks"}, set())
    assert "000000000000" not in here.run("permissions", "prod", "--policy", "role.json", "--json").stdout
