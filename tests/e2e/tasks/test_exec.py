"""`exec`, with a stand-in for the Session Manager plugin: how that is called, and what is said where it cannot be."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import CLEAN, Project, aws_cli, ended, project
from tests.support.engines import plugin
from tests.support.world import PRETO

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

CLUSTER = "preto-2-prod"
EXEC: dict[str, Any] = {"ecs": PRETO["ecs"] | {"exec": True}, "image_tag": "v1"}


@pytest.fixture
def here(tmp_path: Path, running: World) -> Project:
    """Give a project whose service runs, without ECS Exec, and a stand-in for the plugin on PATH."""
    folder = tmp_path / "project"
    folder.mkdir()
    return project(folder, {**running.account.env, "PATH": str(plugin(tmp_path))})


def called(here: Project) -> dict[str, Any]:
    """Return how the plugin was called."""
    found: dict[str, Any] = json.loads((here.folder.parent / "plugin.json").read_text())
    return found


def tasks(running: World) -> list[Any]:
    """Return the running tasks."""
    ecs = running.account.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, desiredStatus="RUNNING")["taskArns"]
    found: list[Any] = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    return found


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "not interactive": ({"interactive": False}, "InvalidParameterException"),
    "no such container": ({"container": "proxy"}, "InvalidParameterException"),
    "no such task": ({"task": "0" * 32}, "InvalidParameterException"),
    "no such cluster": ({"cluster": "other"}, "ClusterNotFoundException"),
    "no command": ({"command": " "}, "InvalidParameterException"),
}


def test_exec_says_what_is_missing_and_what_to_do(here: Project, running: World) -> None:
    """The setting, its deployment, a newer task, the plugin; the sandbox refuses what ECS refuses."""
    off = here.fail("exec", "prod", "--", "ls")
    assert "[ecs] exec: it is off in prod" in off
    assert "Set exec = true in [ecs] of environments/prod.toml" in off
    undeployed = here.fail("exec", "prod", "--var", "ecs_exec=true", "--", "ls")
    assert "although [ecs] exec is on: the setting is not deployed" in undeployed

    ecs = running.account.client("ecs")
    task = tasks(running)[0]
    right = {"cluster": CLUSTER, "task": task["taskArn"], "command": "ls", "interactive": True}
    for wrong, code in WRONG.values():
        with pytest.raises(ecs.exceptions.ClientError, match=code):
            ecs.execute_command(**right | wrong)
    with pytest.raises(ecs.exceptions.InvalidParameterException, match="was not enabled when the task was run"):
        ecs.execute_command(**right)
    assert "managedAgents" not in task["containers"][0]

    ecs.update_service(cluster=CLUSTER, service=CLUSTER, enableExecuteCommand=True)
    old = here.fail("exec", "prod", "--", "ls")
    assert "before the service had ECS Exec, which only later tasks have" in old
    assert "aws ecs stop-task --cluster preto-2-prod --task " in old
    assert "a shell needs a terminal" in here.fail("exec", "prod")
    (here.folder.parent / "bin" / "session-manager-plugin").unlink()
    missing = here.fail("exec", "prod", "--", "ls")
    assert "session-manager-plugin: it is not on PATH" in missing
    assert "Install it: " in missing


def test_a_session_is_opened_as_the_aws_cli_does_it(here: Project, running: World) -> None:
    """The AWS CLI itself gives the plugin the same arguments; on a terminal, what is typed belongs to the session."""
    running.deploy(**EXEC)
    done = here.run("exec", "prod", "--", "ls", "-l", "a folder", env={"STAND_IN_CODE": "3"})
    assert done.returncode == 3, done.stderr
    assert done.stdout == "Starting session with SessionId: stand-in\n"
    assert "ls -l 'a folder' in web of task " in done.stderr
    seen = called(here)
    assert seen["words"][0] == "AWS_SSM_START_SESSION_RESPONSE"
    assert seen["terminal"]
    session = json.loads(seen["session"])
    assert session["tokenValue"] not in done.stdout + done.stderr

    task = tasks(running)[0]["taskArn"].rpartition("/")[2]
    shown = json.loads(here.succeed("exec", "prod", "--json", "--task", task[:10], "--", "ls -l"))
    assert (shown["task"], shown["container"], shown["command"], shown["exit_code"]) == (task, "web", "ls -l", 0)
    old = {"STAND_IN_VERSION": "1.2.497.0"}
    assert here.run("exec", "prod", "--task", task, "--", "ls", env=old).returncode == 0
    ours = called(here)["words"]
    where = ("--cluster", CLUSTER, "--task", task, "--container", "web", "--region", "ap-northeast-2")
    subprocess.run(
        [aws_cli(), "ecs", "execute-command", *where, "--interactive", "--command", "ls"],
        env={**CLEAN, **here.env, **old, "PATH": f"{here.env['PATH']}:{CLEAN['PATH']}"},
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    theirs = called(here)["words"]
    assert ours[1:] == theirs[1:]
    assert json.loads(ours[0]).keys() == json.loads(theirs[0]).keys() == session.keys()

    assert "has no such task running" in here.fail("exec", "prod", "--task", "nothing", "--", "ls")
    assert "container proxy: task" in here.fail("exec", "prod", "--container", "proxy", "--", "ls")

    with here.on_terminal("exec", "prod", env={"STAND_IN_WAITS": "1", "STAND_IN_CODE": "7"}) as terminal:
        terminal.expect("/bin/sh in web of task")
        terminal.expect("Starting session")
        terminal.sendintr()
        assert ended(terminal) == 7
    assert called(here)["interrupted"]
    _take_from_the_agent_what_it_needs(here, running)


def _take_from_the_agent_what_it_needs(here: Project, running: World) -> None:
    """A task role without the four rights, and a root file system that it cannot write to: both are named."""
    iam = running.account.client("iam")
    (role,) = [it["RoleName"] for it in iam.list_roles()["Roles"] if "-TaskRole-" in it["RoleName"]]
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    refused = here.fail("exec", "prod", "--", "ls")
    assert "its agent has no connection to Session Manager" in refused
    assert "ssmmessages:CreateControlChannel" in refused

    ecs = running.account.client("ecs")
    definition = ecs.describe_task_definition(taskDefinition=tasks(running)[0]["taskDefinitionArn"])["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    registered = ecs.register_task_definition(
        family=definition["family"],
        containerDefinitions=[container | {"readonlyRootFilesystem": True}],
        **{key: definition[key] for key in ("cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn")},
        requiresCompatibilities=["FARGATE"],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=CLUSTER, service=CLUSTER, taskDefinition=registered)
    read_only = here.fail("exec", "prod", "--", "ls")
    assert "its agent is STOPPED in task" in read_only
    assert "Its root file system is read-only" in read_only

    ecs.update_service(cluster=CLUSTER, service=CLUSTER, desiredCount=0)
    assert "no task of it is running" in here.fail("exec", "prod", "--", "ls")
