"""`run`: one command in a task of its own, on the real command line."""

from __future__ import annotations

import json
import signal
import threading
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.iam.derive.commands import OWN
from stacks.tasks.request import Changes, run_task_request
from stacks.tasks.source import read_source
from stacks.tasks.starting import start_task
from tests.support.commands import Project, project
from tests.support.faults import refuse
from tests.support.proxy import Call, Reply, between
from tests.support.world import settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

CLUSTER = "preto-2-prod"
PATIENCE = 20
JSON = {"Content-Type": "application/x-amz-json-1.1"}
SCRIPT: list[dict[str, Any]] = [
    {"command": "python manage.py migrate", "log": ["Applying 0001_first", "Applying 0002_second"], "exit_code": 3},
    {"command": "hang", "log": ["begun"], "exit_code": None},
    {"command": "large", "exit_code": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"},
    {"command": "on spot", "exit_code": None, "fails": "Timeout waiting for network interface provisioning"},
    {"command": "*", "log": ["done"]},
]


@pytest.fixture
def deployed(world: World) -> World:
    """Give a world whose service runs an image with a script."""
    world.deploy()
    for tag in ("v1", "v2"):
        place_image(world.account.address, "preto-2-prod", tag, script=SCRIPT)
    world.deploy(image_tag="v1")
    return world


@pytest.fixture
def here(tmp_path: Path, deployed: World) -> Project:
    """Give a project whose `prod` is in the account of this world."""
    return project(tmp_path, deployed.account.env)


def tasks_of_runs(world: World) -> list[Any]:
    """Return all tasks that no service has started, by ECS."""
    ecs = world.aws.ecs
    running = ecs.list_tasks(cluster=CLUSTER)["taskArns"]
    arns = [*running, *ecs.list_tasks(cluster=CLUSTER, desiredStatus="STOPPED")["taskArns"]]
    found = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    return [it for it in found if not it["group"].startswith("service:")]


def _only(action: str, answer: Any, call: Call) -> Any:
    """Return the answer for calls of this action."""
    return answer if call.action == action else None


def test_a_command_runs_as_the_service_does_and_hands_its_exit_code_on(here: Project, deployed: World) -> None:
    """Its log alone is on stdout; a value of `--env` is nowhere; it is no target of the load balancer."""
    done = here.run(
        "run",
        "prod",
        "--cpu",
        "512",
        "--memory",
        "2048",
        "--env",
        "TOKEN=hunter2",
        "--",
        "python",
        "manage.py",
        "migrate",
    )
    assert done.returncode == 3
    assert done.stdout == "Applying 0001_first\nApplying 0002_second\n"
    assert "PROVISIONING" in done.stderr
    assert "exit code 3" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr

    (task,) = tasks_of_runs(deployed)
    service = deployed.aws.ecs.describe_services(cluster=CLUSTER, services=[CLUSTER])["services"][0]
    assert task["taskDefinitionArn"] == service["taskDefinition"]
    assert (task["launchType"], task["cpu"], task["memory"]) == ("FARGATE", "512", "2048")
    assert task["overrides"]["containerOverrides"][0]["environment"] == [{"name": "TOKEN", "value": "hunter2"}]
    group = deployed.aws.elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    targets = deployed.aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert len(targets) == service["runningCount"]

    document = json.loads(here.run("run", "prod", "--json", "--env", "TOKEN=hunter2", "--", "large").stdout)
    assert document["exit_code"] == 137
    assert "too little memory" in document["reason"]
    assert "hunter2" not in json.dumps(document)
    never = here.run("run", "prod", "--", "on", "spot")
    assert never.returncode == 1
    assert "it got no network interface" in never.stderr


def test_another_image_leaves_no_task_definition_behind(here: Project, deployed: World) -> None:
    """Migrations before a deployment: the service's own family keeps its newest revision."""
    before_all = len(deployed.account.calls())
    before = deployed.aws.ecs.list_task_definitions()["taskDefinitionArns"]
    assert here.succeed("run", "prod", "--image", "v2", "--entry-point", "sh -c", "--", "anything") == "done\n"
    assert deployed.aws.ecs.list_task_definitions()["taskDefinitionArns"] == before
    (task,) = tasks_of_runs(deployed)
    assert "/preto-2-prod-run:" in task["taskDefinitionArn"]
    assert task["containers"][0]["image"].endswith("/preto-2-prod:v2")
    assert "v9" in here.fail("run", "prod", "--image", "v9", "--", "anything")
    assert len(tasks_of_runs(deployed)) == 1
    called = {it["operation"] for it in deployed.account.calls()[before_all:] if it["service"] in {"ecs", "logs"}}
    assert {"RunTask", "DeleteTaskDefinitions", "GetLogEvents"} <= called
    assert called - {"ListTaskDefinitions", "ListTasks"} <= {it.action.partition(":")[2] for it in OWN["run"]}


def test_ctrl_c_stops_the_task(here: Project, deployed: World) -> None:
    """The command ends with 130 when the task has stopped, and not before."""
    with here.start("run", "prod", "--", "hang") as started:
        started.hear("RUNNING")
        started.process.send_signal(signal.SIGINT)
        code, said = started.end()
    assert code == 130
    assert "Stopping the task" in said
    (task,) = tasks_of_runs(deployed)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "UserInitiated")

    late = here.run("run", "prod", "--timeout", "1s", "--", "hang")
    assert late.returncode == 143
    assert "it was stopped: It took longer than 1 s" in late.stderr
    arn = here.succeed("run", "prod", "--detach", "--", "hang").strip()
    assert arn in {it["taskArn"] for it in tasks_of_runs(deployed) if it["lastStatus"] != "STOPPED"}


def test_a_second_ctrl_c_leaves_the_task(here: Project, deployed: World) -> None:
    """Whoever does not want to wait is told how to see and stop it; so is whoever did not wait at all."""
    asked, left = threading.Event(), threading.Event()

    def hold(call: Call, pass_on: Any) -> Reply:
        asked.set()
        left.wait(PATIENCE)
        return pass_on(call)  # type: ignore[no-any-return]  # the proxy's own

    behind = deployed.account.address.endpoint_url
    with between(behind, partial(_only, "StopTask", hold)) as proxy:
        impatient = Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})
        with impatient.start("run", "prod", "--", "hang") as started:
            started.hear("RUNNING")
            started.process.send_signal(signal.SIGINT)
            assert asked.wait(PATIENCE)
            started.process.send_signal(signal.SIGINT)
            code, said = started.end()
        left.set()
    assert code == 130
    assert "runs on" in said
    assert "Stop it: aws ecs stop-task --cluster preto-2-prod --task " in said


def test_without_a_right_the_task_is_not_lost(here: Project, deployed: World) -> None:
    """Without the log it is followed all the same; without its states it runs on, and that is said."""
    denied = {"GetLogEvents": "logs:GetLogEvents", "DescribeTasks": "ecs:DescribeTasks"}

    def deny(call: Call, _: Any) -> Reply:
        return refuse(call, 400, "AccessDeniedException", f"not authorized to perform: {denied[call.action]}")

    behind = deployed.account.address.endpoint_url
    for action in denied:
        with between(behind, partial(_only, action, deny)) as proxy:
            done = here.run("run", "prod", "--", "python", "x.py", env={"AWS_ENDPOINT_URL": proxy.url})
        if action == "GetLogEvents":
            assert (done.returncode, done.stdout) == (0, "")
            assert "The log of web cannot be shown: not authorized to perform: logs:GetLogEvents" in done.stderr
        else:
            assert done.returncode == 1
            assert "runs on" in done.stderr
            assert "The caller must be allowed to ecs:DescribeTasks" in done.stderr


def test_ctrl_c_between_two_attempts_leaves_nothing_running(deployed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an attempt without an answer has started is stopped, although nobody knows it yet."""

    def lose(call: Call, pass_on: Any) -> Reply:
        reply: Reply = pass_on(call)
        return Reply(500, b'{"__type": "ServerException", "message": "internal"}', JSON) if first.pop() else reply

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    first = [False, True]
    request = run_task_request(read_source(deployed.aws, settings()), Changes(command=("hang",)))
    monkeypatch.setattr("stacks.tasks.starting.time.sleep", interrupt)
    with (
        between(deployed.account.address.endpoint_url, partial(_only, "RunTask", lose)) as proxy,
        closing(replace(deployed.aws, endpoint_url=proxy.url, attempts=1)) as aws,
        pytest.raises(KeyboardInterrupt),
    ):
        start_task(aws, request, pauses=(0.01,))
    assert proxy.calls["RunTask"] == 2
    assert [it["desiredStatus"] for it in tasks_of_runs(deployed)] == ["STOPPED"]


def test_a_lost_answer_starts_no_second_task(deployed: World) -> None:
    """A migration must not run twice: the next attempt has the token of the first, by which ECS knows it again.

    What ECS has not started is said with its reason: after further attempts, if it is a matter of moments.
    """
    answers = iter(["lost", "passed", "Capacity is unavailable at this time", "Capacity is unavailable", "MISSING"])

    def answer(call: Call, pass_on: Any) -> Reply:
        match next(answers):
            case "lost":
                pass_on(call)
                return Reply(500, b'{"__type": "ServerException", "message": "internal"}', JSON)
            case "passed":
                reply: Reply = pass_on(call)
                return reply
            case reason:
                return Reply(200, json.dumps({"tasks": [], "failures": [{"reason": reason}]}).encode(), JSON)

    request = run_task_request(read_source(deployed.aws, settings()), Changes(command=("hang",)))
    with (
        between(deployed.account.address.endpoint_url, partial(_only, "RunTask", answer)) as proxy,
        closing(replace(deployed.aws, endpoint_url=proxy.url, attempts=1)) as aws,
    ):
        task = start_task(aws, request, pauses=(0.01,))
        with pytest.raises(UserError, match=r"Capacity is unavailable.*\n.*Nothing has run"):
            start_task(aws, request, pauses=(0.01,))
        with pytest.raises(UserError, match=r"MISSING .what the request names is not there"):
            start_task(aws, request, pauses=(0.01,))
    assert proxy.calls["RunTask"] == 5
    assert [it["taskArn"] for it in tasks_of_runs(deployed)] == [task["taskArn"]]
