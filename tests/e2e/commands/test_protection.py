"""What protects a deployed stack, and the express mode that an environment has to allow: from the command line."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.support import faults
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account

DEPLOY = ("deploy", "prod", "--yes", "--quiet")


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with an artifact bucket."""
    found = project(tmp_path, account.env)
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


def policies(account: Account) -> dict[str, Any]:
    """The stack policies of the environment's stacks, by the stacks' names; None for a stack without."""
    cloudformation = account.client("cloudformation")
    names = [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
    bodies = {name: cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody") for name in names}
    return {name: json.loads(body) if body else None for name, body in bodies.items() if "bootstrap" not in name}


def protected(account: Account) -> bool:
    """Whether the root stack has termination protection."""
    stack = account.client("cloudformation").describe_stacks(StackName="preto-2-prod")["Stacks"][0]
    return bool(stack["EnableTerminationProtection"])


def test_termination_protection_follows_the_setting(here: Project, account: Account) -> None:
    """On, then as it is where nothing is said, then off; also when nothing else is to be deployed."""
    here.succeed(*DEPLOY, "--var", "stack_termination_protection=true")
    assert protected(account)
    here.succeed(*DEPLOY)
    assert protected(account)
    assert "termination protection is on" in here.fail("destroy", "prod", "--yes")
    here.succeed(*DEPLOY, "--var", "stack_termination_protection=false")
    assert not protected(account)


def test_the_stack_policy_is_that_of_every_stack(here: Project, account: Account) -> None:
    """What holds data can be neither replaced nor removed by an update; switched off, everything can."""
    here.succeed(*DEPLOY)
    assert set(policies(account).values()) == {None}
    here.succeed(*DEPLOY, "--var", "stack_protect_stateful=true")
    found = policies(account)
    assert len(found) == 5
    for policy in found.values():
        denied = next(it for it in policy["Statement"] if it["Effect"] == "Deny")
        assert denied["Action"] == ["Update:Replace", "Update:Delete"]
        assert {"AWS::ECR::Repository", "AWS::Logs::LogGroup"} <= set(
            denied["Condition"]["StringEquals"]["ResourceType"]
        )
    here.succeed(*DEPLOY, "--var", "stack_protect_stateful=false")
    assert all([it["Effect"] for it in policy["Statement"]] == ["Allow"] for policy in policies(account).values())


PROTECTED = (*DEPLOY, "--var", "stack_protect_stateful=true")
RENAMED = (*PROTECTED, "--var", "ecr_repository_name=preto-2-other")
ALLOWED = ("--allow-replace", "Ecr/Repository")


def forbids(policy: dict[str, Any] | None) -> bool:
    """Whether a stack policy keeps repositories from being replaced and removed."""
    denied = [it for it in (policy or {"Statement": []})["Statement"] if it["Effect"] == "Deny"]
    return any(
        "AWS::ECR::Repository" in it.get("Condition", {}).get("StringEquals", {})["ResourceType"] for it in denied
    )


@contextmanager
def seen(here: Project, account: Account) -> Iterator[tuple[Project, list[dict[str, Any]]]]:
    """Give the project, and the policies of all stacks at the moment of each execution of a change set."""
    found: list[dict[str, Any]] = []

    def look(action: str) -> None:
        if action == "ExecuteChangeSet":
            found.append(policies(account))

    with faults.server(look, account.address.endpoint_url) as url:
        yield Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": url}), found


def test_allowing_a_replacement_is_enough(here: Project, account: Account) -> None:
    """Only the policy of the stack that holds it is loosened, for the deployment; then all is as before."""
    here.succeed(*PROTECTED)
    with seen(here, account) as (watched, found):
        assert "--allow-replace Ecr/Repository" in watched.fail(*RENAMED)
        watched.succeed(*RENAMED, *ALLOWED)
    (during,) = found
    assert {name.split("-")[3] if name != "preto-2-prod" else "" for name, it in during.items() if not forbids(it)} == {
        "Ecr"
    }
    assert all(forbids(policy) for policy in policies(account).values())


def test_a_failed_deployment_restores_the_policy(here: Project, account: Account) -> None:
    """Also without the setting: what was protected before is protected again."""
    here.succeed(*PROTECTED)
    changed = ("--var", "ecr_repository_name=preto-2-other")
    with seen(here, account) as (watched, found):
        watched.fail(*DEPLOY, *changed, *ALLOWED, "--var", "iam_github_actions_role_name=nobody-made-it")
    assert [sum(not forbids(policy) for policy in during.values()) for during in found] == [1]
    assert all(forbids(policy) for policy in policies(account).values())


def test_a_policy_of_somebody_else_is_left_alone(here: Project, account: Account) -> None:
    """It is not ours to loosen; CloudFormation enforces it."""
    here.succeed(*DEPLOY)
    cloudformation = account.client("cloudformation")
    own = json.dumps({"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})
    for name in policies(account):
        cloudformation.set_stack_policy(StackName=name, StackPolicyBody=own)
    with seen(here, account) as (watched, found):
        error = watched.fail(*DEPLOY, "--var", "ecr_repository_name=preto-2-other", *ALLOWED)
    assert "Action denied by stack policy" in error
    assert list(found[0].values()) == list(policies(account).values())
    assert all(policy == json.loads(own) for policy in policies(account).values())
    names = [it["repositoryName"] for it in account.client("ecr").describe_repositories()["repositories"]]
    assert names == ["preto-2-prod"]


def test_a_deployment_that_is_left_alone_says_that_the_policy_is_loosened(here: Project, account: Account) -> None:
    """Ctrl-C leaves it to CloudFormation, which needs the policy as it is; the next deployment closes it again."""
    here.succeed(*PROTECTED)
    account.inject_faults({"step": "update", "resource": "Repository"})
    words = [word for word in (*RENAMED, *ALLOWED) if word != "--quiet"]
    with here.start(*words) as started:
        started.hear("Repository")
        started.hear("UPDATE_IN_PROGRESS")
        started.process.send_signal(signal.SIGINT)
        code, said = started.end()
    assert code == 130
    assert "The stack policy still lets Ecr/Repository be replaced or removed" in said
    assert [name for name, policy in policies(account).items() if not forbids(policy)] != []
    account.inject_faults()
    here.succeed("watch", "prod", "--quiet")
    here.succeed(*RENAMED)
    assert all(forbids(policy) for policy in policies(account).values())


def test_express_needs_an_environment_that_allows_it(here: Project, account: Account) -> None:
    """Nothing is done otherwise."""
    error = here.fail(*DEPLOY, "--express")
    assert "[aws] express is not true for prod" in error
    assert policies(account) == {}


def test_express_does_not_wait_for_the_service(here: Project, account: Account) -> None:
    """A service whose tasks cannot run fails a deployment, but not an express one."""
    here.succeed(*DEPLOY)
    place_image(account.address, "preto-2-prod", "crash", exit_code=1)
    allowed = ("--var", "aws_express=true", "--image", "crash")
    assert "Circuit Breaker" in here.fail(*DEPLOY, *allowed)
    assert here.succeed(*DEPLOY, *allowed, "--express").startswith("Deployed preto-2-prod in ")


def test_an_express_update_that_fails_is_taken_back(here: Project, account: Account) -> None:
    """CloudFormation's own default for express mode is not to; then nothing would lead on from there."""
    here.succeed(*DEPLOY)
    account.inject_faults({"step": "update", "resource": "LoadBalancer", "reason": "no luck"})
    error = here.fail(*DEPLOY, "--var", "network_idle_timeout=301", "--var", "aws_express=true", "--express")
    assert "its state is now UPDATE_ROLLBACK_COMPLETE" in error
    assert "First failure: Network/LoadBalancer" in error


def test_a_service_that_express_mode_has_left_behind_is_a_failure(here: Project, account: Account) -> None:
    """The stack is UPDATE_COMPLETE, and its tasks have the old image; the command that is told helps."""
    here.succeed(*DEPLOY)
    for tag in ("v1", "v2"):
        place_image(account.address, "preto-2-prod", tag)
    fixed = ("--var", "autoscaling_enabled=false")
    express = (*DEPLOY, *fixed, "--var", "aws_express=true", "--express", "--image")
    here.succeed(*express, "v1")
    error = here.fail(*express, "v2")
    assert "its state is now UPDATE_COMPLETE" in error
    assert "Ecs/Service (AWS::ECS::Service), NOT_UPDATED: it still runs preto-2-prod" in error
    assert "NOT_UPDATED" in here.fail(*express, "v2"), "nothing changes, and it is said again"
    words = error.splitlines()[-1].split()
    options = dict(zip(words[3::2], words[4::2], strict=True))
    account.client("ecs").update_service(
        cluster=options["--cluster"], service=options["--service"], taskDefinition=options["--task-definition"]
    )
    assert here.succeed(*express, "v2").startswith("No changes.")
