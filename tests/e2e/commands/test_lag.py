"""What a user gets while CloudFormation's answers lag behind, and while it takes its time to clean up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.accounts import Account
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

DEPLOY = ("deploy", "prod", "--yes")


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with an artifact bucket, whose AWS is an account of the test's own."""
    made = project(tmp_path, account.env)
    made.succeed("bootstrap", "prod", "--yes", "--quiet")
    return made


def test_outputs_are_told_although_stacks_are_described_late(here: Project, account: Account) -> None:
    """After the last event the stack is described as before, or as absent, and new children have no events yet.

    All of it is waited for: in a first deployment, in an update, and between a recovery and what comes after it.
    """
    account.lag(DescribeStacks=2, DescribeStackEvents=1)
    account.inject_faults({"step": "create", "resource": "LoadBalancer", "reason": "no luck"})
    assert "First failure: Network/LoadBalancer" in here.fail(*DEPLOY)
    account.inject_faults()
    done = here.run(*DEPLOY, "--recreate")
    assert done.returncode == 0, done.stderr
    assert "alb_dns_name" in done.stdout
    assert "30 added" in done.stdout
    assert "Network/LoadBalancer" in done.stderr
    updated = here.run(*DEPLOY, "--var", "network_idle_timeout=301", "--json")
    assert json.loads(updated.stdout)["state"] == "UPDATE_COMPLETE"


@pytest.mark.parametrize("then", ["", "DELETE_COMPLETE", "DELETE_FAILED"])
def test_a_plan_is_shown_whatever_becomes_of_its_change_set(here: Project, account: Account, then: str) -> None:
    """Deleting it takes a while, may go on being described, or may fail: that is said, and changes no exit code."""
    account.lag(DeleteChangeSet=1, then=then)
    done = here.run("plan", "prod")
    assert done.returncode == 2, done.stderr
    assert "30 to add" in done.stdout
    assert ("It stays, and changes nothing" in done.stderr) == (then == "DELETE_FAILED")


def test_a_role_that_has_just_been_made_is_waited_for(here: Project, account: Account) -> None:
    """The role of `bootstrap` cannot be assumed everywhere at once."""
    role = ("--var", "bootstrap_execution_role=true")
    here.succeed("bootstrap", "prod", "--yes", "--quiet", *role)
    account.lag(CreateChangeSet=2)
    here.succeed(*DEPLOY, "--quiet", *role)


def test_a_bucket_in_another_region_is_addressed_there(here: Project, account: Account) -> None:
    """CloudFormation follows no redirect from the stack's region to that of the bucket with the templates."""
    name = f"elsewhere-{account.account_id}"
    there = Account(address=replace(account.address, region="eu-west-1"))
    there.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    here.succeed(*DEPLOY, "--quiet", "--var", f"aws_artifact_bucket={name}")
