"""`permissions` on the command line: what people read, and what programs get."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stacks.permissions.policy import MANAGED, size
from tests.commands import ROOT, Project, project
from tests.stacks.faults import closed_port

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
    assert all(it["Version"] == "2012-10-17" and size(it) <= MANAGED for it in found.values())
    deployer = json.loads(here.succeed("permissions", "prod", "--format", "policy", "--for", "deployer"))
    assert deployer == {name: it for name, it in found.items() if "-deployer-" in name}


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
        "import sys; import stacks.permissions.deployment, stacks.views.permissions; assert 'boto3' not in sys.modules"
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
