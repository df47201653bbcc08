"""What the commands call themselves: the table is held against what really arrives at AWS, and against the source."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import stacks
from sandbox.image import place_image
from stacks import cli
from stacks.aws.clients import Clients
from stacks.iam.derive.adopting import ADOPTING
from stacks.iam.derive.calls import COMMANDS, DEPLOY_PLAN, LOOKUPS, TABLE, commands_of
from stacks.iam.derive.commands import OWN
from tests.support.commands import Project, project
from tests.support.environments import feature
from tests.support.proxy import between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.accounts import Account
    from tests.support.proxy import Proxy

FREE = "GetCallerIdentity"
"""Nobody can be denied it."""
RIGHTS = {
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "DeleteObjects": "DeleteObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListOpenIdConnectProviders": "ListOpenIDConnectProviders",
    "GetOpenIdConnectProvider": "GetOpenIDConnectProvider",
    "GetAwsDefaultServiceQuota": "GetAWSDefaultServiceQuota",
    "ListWebAcls": "ListWebACLs",
}
"""What S3's requests are called as rights, and how others are spelt."""
SERVICES = {
    "cloudcontrol": "cloudformation",
    "elbv2": "elasticloadbalancing",
    "quotas": "servicequotas",
    "scaling": "application-autoscaling",
}
"""Clients of `stacks.aws.session.Aws` that are not called as IAM calls their service."""
BY_AWS = {
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DetectStackResourceDrift",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
    "ecs:TagResource",
    "iam:PassRole",
    "kms:GenerateDataKey",
    "s3:DeleteObjectVersion",
}
"""What AWS asks for when it is told to make a change set or a task with tags, and with a role, or to look for
drift; for a version of an object in the place of the object; and to encrypt a session of ECS Exec."""
CALL = re.compile(rf"""aws\.({"|".join(Clients.__annotations__)})\.(?:get_paginator\("(\w+)"\)|(\w+)\()""")
NOT_IN_THE_TABLE = {"build", "lint", "new", "completion", "adopt", "permissions", "sandbox"}
"""Commands that ask AWS nothing, come before the roles, go on with whatever they may ask, or have a table of their own
(`stacks/iam/derive/adopting.py`)."""


@pytest.fixture
def watched(account: Account) -> Iterator[Proxy]:
    """Give a proxy before an account."""
    with between(account.address.endpoint_url, lambda _: None) as proxy:
        yield proxy


@pytest.fixture
def here(tmp_path: Path, account: Account, watched: Proxy) -> Project:
    """Give a project whose calls go through the proxy."""
    return project(tmp_path, account.env | {"AWS_ENDPOINT_URL": watched.url})


def test_every_command_that_calls_aws_is_in_the_table() -> None:
    """A new one is not forgotten: its caller would lack the rights that it needs."""
    assert {*cli.COMMANDS} - NOT_IN_THE_TABLE == {*COMMANDS, *OWN}


def test_every_call_of_every_command_is_in_the_table(here: Project, account: Account, watched: Proxy) -> None:
    """Nothing that a command calls on its way from nothing to a running service and back is forgotten."""
    here.succeed("bootstrap", "prod", "--yes")
    protect = ("--var", "stack_protect_stateful=true", "--var", "stack_termination_protection=false")
    way = [
        ("plan", "prod"),
        ("deploy", "prod", "--yes", *protect),
        ("deploy", "prod", "--yes", "--image", "v1", *protect),
        ("plan", "prod", "--image", "v1", "--drift"),
        ("status", "prod"),
        ("outputs", "prod"),
        ("watch", "prod"),
        ("drift", "prod"),
        ("destroy", "prod", "--yes"),
    ]
    called: dict[str, set[str]] = {}
    for words in way:
        if words[:3] == ("deploy", "prod", "--yes") and "--image" in words:
            place_image(account.address, "preto-2-prod", "v1")
        before = watched.calls.copy()
        done = here.run(*words)
        assert done.returncode in {0, 2}, f"{words}: {done.stderr}"
        called.setdefault(words[0], set()).update(watched.calls - before)
    assert called.keys() == set(COMMANDS)
    for command, actions in called.items():
        ways = {it for call in TABLE for it in call.commands if it.partition(" ")[0] == command}
        known = {call.action.partition(":")[2] for call in TABLE if ways & {*call.commands}}
        assert {RIGHTS.get(action, action) for action in actions} - {FREE} <= known, command


def test_executing_a_saved_plan_calls_only_what_is_said_of_it(here: Project, watched: Proxy) -> None:
    """So that who may execute plans, and make none, is not told that something is missing."""
    here.succeed("bootstrap", "prod", "--yes")
    assert here.run("plan", "prod", "--out", "x.plan").returncode == 2
    watched.calls.clear()
    here.succeed("deploy", "--plan", "x.plan", "--yes", "--var", "stack_protect_stateful=true")
    needs = feature("prod").needs.deployer
    said = {need.action.partition(":")[2] for need in needs if DEPLOY_PLAN in commands_of(need)}
    assert {RIGHTS.get(action, action) for action in watched.calls} - {FREE} <= said
    assert not said & {"CreateChangeSet", "DescribeVpcs", "PassRole"}


def test_the_table_has_every_call_in_the_source_and_no_other() -> None:
    """What is called only in rare states (a failed rollback, Ctrl-C) is in it, and nothing that nobody calls."""
    source = Path(stacks.__file__).parent
    found = set()
    for path in source.rglob("*.py"):
        if "sandbox" in path.relative_to(source).parts:
            continue
        for client, paginated, called in CALL.findall(path.read_text(encoding="utf-8")):
            name = "".join(word.capitalize() for word in (paginated or called).split("_"))
            found.add(f"{SERVICES.get(client, client)}:{RIGHTS.get(name, name)}")
    own = chain.from_iterable(OWN.values())
    assert found | BY_AWS | {*LOOKUPS} == {call.action for call in (*TABLE, *ADOPTING, *own)}
