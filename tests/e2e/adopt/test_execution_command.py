"""`adopt ENV --execute` and `--undo` on the command line, with a state that is written by hand and real resources."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from stacks.iam.derive.adopting import ADOPTING, PLANS
from stacks.iam.derive.calls import OPTIONAL, TABLE
from tests.e2e.iam.test_calls import FREE, RIGHTS
from tests.support.commands import ROOT, Project, project
from tests.support.proxy import between
from tests.support.terraform_preto2.making import make_preto2
from tests.support.terraform_states import state, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

NAME = "preto-2-streamlit-app"
LOOK = ("adopt", "prod", "--state", "terraform.tfstate")


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with the state of a running application, and the environment file that describes it."""
    found = project(tmp_path, account.env)
    (found.folder / "environments" / "prod.toml").unlink()
    (found.folder / "terraform.tfstate").write_bytes(written(make_preto2(account).state()))
    assert found.run(*LOOK, "--write", "environments/prod.toml").returncode == 2
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    return found


def test_what_runs_is_taken_over_and_given_back_on_the_command_line(here: Project, account: Account) -> None:
    """The question, the results, and the way back until the first deployment, which neither replaces nor scales.

    All calls of it are among the rights of a takeover.
    """
    refused = here.fail(*LOOK, "--execute", stdin="no\n")
    assert "12 resources will be imported into 5 nested stacks.\nThey get CloudFormation's own tags" in refused
    assert "the answer was not 'prod'" in refused
    with between(account.address.endpoint_url, lambda _: None) as proxy:
        through = Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})
        done = through.run(*LOOK, "--execute", "--yes", "--json")
        assert done.returncode == 0, done.stdout[-2500:]
        undone = through.succeed("adopt", "prod", "--undo", "--yes", "--json")
    known = {it.action for it in ADOPTING} | {
        it.action for it in TABLE if {*it.commands} & PLANS or it.when == OPTIONAL
    }
    called = {RIGHTS.get(action, action) for action in proxy.calls} - {FREE}
    assert called <= {it.partition(":")[2] for it in known}
    document = json.loads(done.stdout)
    schema = json.loads((ROOT / "docs" / "reference" / "adopt-execution.schema.json").read_text(encoding="utf-8"))
    for shown in (document, json.loads(undone)):
        jsonschema.validate(shown, schema)
    assert document["service"]["as_before"] is True
    assert (document["drift"], document["unannounced"], document["plan_refused"]) == ([], [], None)
    assert {it["path"] for it in document["resources"]} >= {"Ecs/Service", "Network/Listener", "Autoscaling/CpuPolicy"}

    text = here.succeed(*LOOK, "--execute", "--yes")
    assert "The same task runs without interruption." in text
    assert "all of which were announced" in text
    foreseen = json.loads(here.succeed("outputs", "prod", "--json"))
    assert "1 desired, 1 running" in here.succeed("status", "prod")

    ecs = account.client("ecs")
    service: dict[str, Any] = {"cluster": f"{NAME}-cluster", "services": [f"{NAME}-service"]}
    ecs.update_service(cluster=service["cluster"], service=service["services"][0], desiredCount=2)
    (before,) = ecs.describe_services(**service)["services"]
    assert before["runningCount"] == 2, "as autoscaling has scaled it to"
    before_it = (here.folder / "terraform.tfstate").read_bytes()
    (here.folder / "terraform.tfstate").write_bytes(written(state(serial=8)))
    here.succeed("deploy", "prod", "--yes")
    outputs = json.loads(here.succeed("outputs", "prod", "--json"))
    assert outputs.keys() - foreseen.keys() == {"ecs_task_definition_arn"}, "the next revision"
    assert foreseen.items() <= outputs.items()
    (after,) = ecs.describe_services(**service)["services"]
    kept = ("serviceArn", "createdAt", "launchType", "desiredCount", "runningCount")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert "No changes" in here.succeed("plan", "prod")
    kinds = [it["kind"] for it in json.loads(here.succeed("history", "prod", "--json"))["deployments"]]
    assert kinds[0] == "update"
    assert "import" in kinds
    (here.folder / "terraform.tfstate").write_bytes(before_it)
    assert "it was taken over, and has been deployed since" in here.fail(*LOOK, "--execute", "--yes")
    refused = here.fail("adopt", "prod", "--undo", "--yes")
    assert "it has been deployed since it was taken over" in refused


def test_ctrl_c_leaves_it_to_the_same_command_to_go_on(here: Project) -> None:
    """It says so, and how."""
    with here.start(*LOOK, "--execute", "--yes") as running:
        running.hear("Import Iam")
        running.process.send_signal(signal.SIGINT)
        code, rest = running.end()
    assert code == 130
    assert "adopt prod --state terraform.tfstate --execute" in rest
    here.succeed(*LOOK, "--execute", "--yes")
    plan = here.run("plan", "prod")
    assert plan.returncode == 2
    assert "Since the takeover everything is retained" in plan.stdout
    assert "DeletionPolicy" not in plan.stdout, "one note, not two lines for each resource"
