"""`adopt ENV --state SOURCE` on what runs: the look, the file that it writes, and what it refuses."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.support.accounts import Account
from tests.support.commands import Project, project
from tests.support.direct_calls import Made, make_service
from tests.support.terraform_running import SERVICE, state_of
from tests.support.terraform_states import written

if TYPE_CHECKING:
    from pathlib import Path


HIDDEN = "hunter2-in-the-running-task"
"""In the environment and the labels of the container that runs."""


@dataclass(frozen=True, kw_only=True)
class Here:
    """A project in an account in which a team's service runs, with its state beside it."""

    project: Project
    account: Account
    made: Made

    def look(self, *words: str, environment: str = "new") -> Any:
        """Run `adopt`."""
        return self.project.run("adopt", environment, "--state", "terraform.tfstate", *words)

    def document(self, *words: str, environment: str = "new") -> dict[str, Any]:
        """Return the look as JSON."""
        found: dict[str, Any] = json.loads(self.look("--json", *words, environment=environment).stdout)
        return found


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Here:
    """Give a team's service that runs a newer revision than its state has."""
    made = make_service(account)
    _deploy(account)
    given = project(tmp_path, account.env)
    (tmp_path / "terraform.tfstate").write_bytes(written(state_of(made)))
    return Here(project=given, account=account, made=made)


def _deploy(account: Account) -> None:
    """Roll out another revision, as a pipeline does, with a password in the environment."""
    ecs = account.client("ecs")
    definition = ecs.describe_task_definition(taskDefinition="team")["taskDefinition"]
    [container] = definition["containerDefinitions"]
    container["environment"] = [
        {"name": "ENVIRONMENT", "value": "new"},
        {"name": "DB_PASSWORD", "value": HIDDEN},
        {"name": "BACKEND", "value": f"https://app:{HIDDEN}@example.com"},
    ]
    place_image(account.address, "team-app", "1.4.2")
    container["image"] = f"{account.account_id}.dkr.ecr.{account.address.region}.amazonaws.com/team-app:1.4.2"
    container["dockerLabels"] = {"token": HIDDEN}
    ecs.register_task_definition(
        family="team",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        taskRoleArn=f"arn:aws:iam::{account.account_id}:role/team-task",
        containerDefinitions=[container],
    )
    ecs.update_service(cluster="team", service="app", taskDefinition="team")


def test_the_look_writes_a_file_with_which_nothing_differs_but_what_is_announced(here: Here) -> None:
    """No replacement, nothing that deletes data; the same look with the file finds what the first one has found."""
    first = here.look("--write", "environments/new.toml")
    assert first.returncode == 2, first.stderr
    assert "wrote environments/new.toml" in first.stderr
    settings = tomllib.loads((here.project.folder / "environments" / "new.toml").read_text())
    assert settings["project"] == "team"
    assert settings["names"]["cluster"] == "team"
    assert "image_tag" not in settings
    assert settings["network"]["public_subnet_ids"] == sorted(here.made.subnets)
    found = here.document()
    assert found["image"]["tag"] == "1.4.2"
    assert not found["blocked"]
    assert {it["effect"] for it in found["differences"]} <= {"in_place", "rollout", "interruption"}
    assert {it["path"] for it in found["adopted"]} == {
        "Autoscaling/CpuPolicy",
        "Autoscaling/ScalableTarget",
        "Ecr/Repository",
        "Ecs/Cluster",
        "Ecs/LogGroup",
        "Ecs/Service",
        "Iam/TaskRole",
        "Network/Listener",
        "Network/LoadBalancer",
        "Network/TargetGroup",
    }
    assert first.stdout == here.look().stdout
    here.project.succeed("build", "new")


def test_nothing_is_changed_by_a_look(here: Here) -> None:
    """AWS is only read, and no file is written that was not asked for."""
    before = sorted(it for it in here.project.folder.rglob("*") if ".cache" not in it.parts)
    here.look()
    reading = ("Describe", "Get", "List", "BatchGet")
    later = [it for it in here.account.calls() if it["service"] != "cloudformation-handler"]
    marker = next(index for index, it in enumerate(later) if it["operation"] == "GetCallerIdentity")
    assert all(it["operation"].startswith(reading) for it in later[marker:])
    assert sorted(it for it in here.project.folder.rglob("*") if ".cache" not in it.parts) == before


def test_what_runs_wins_over_the_state(here: Here) -> None:
    """A pipeline has deployed since Terraform's last apply."""
    notes = here.document()["notes"]
    assert "The state is older than what runs: it has team:1, and team:2 runs." in notes


def test_no_secret_of_the_running_tasks_goes_anywhere(here: Here) -> None:
    """Neither to a terminal, a document, Markdown nor a file; their names do, and a value that is asked for."""
    for words in (["--write", "a.toml"], ["--json"], ["--format", "markdown"]):
        done = here.look(*words)
        assert HIDDEN not in done.stdout + done.stderr
        assert "DB_PASSWORD" in done.stdout
    text = (here.project.folder / "a.toml").read_text()
    assert HIDDEN not in text
    assert 'ENVIRONMENT = "new"' in text
    asked = here.look("--write", "b.toml", "--environment-value", "BACKEND")
    assert HIDDEN not in asked.stdout + asked.stderr
    loaded = tomllib.loads((here.project.folder / "b.toml").read_text())
    assert loaded["ecs"]["environment"] == {"BACKEND": f"https://app:{HIDDEN}@example.com", "ENVIRONMENT": "new"}


def test_no_file_is_replaced(here: Here) -> None:
    """Whatever it is; and none is written where none can be."""
    (here.project.folder / "kept.toml").write_text("kept")
    said = here.project.fail("adopt", "new", "--state", "terraform.tfstate", "--write", "kept.toml")
    assert said.startswith("kept.toml: it is there already, and no file is replaced")
    assert (here.project.folder / "kept.toml").read_text() == "kept"
    said = here.project.fail("adopt", "new", "--state", "terraform.tfstate", "--write", "nowhere/a.toml")
    assert said.startswith("nowhere/a.toml: it cannot be written")


def test_another_account_or_region_is_refused_before_anything_is_asked(here: Here) -> None:
    """With both by name; the only call is the one that says who is calling."""
    document = (here.project.folder / "terraform.tfstate").read_text()
    foreign = here.project.folder / "foreign.tfstate"
    foreign.write_text(document.replace(here.account.account_id, "210987654321"))
    since = len(here.account.calls())
    said = here.project.fail("adopt", "new", "--state", "foreign.tfstate")
    assert f"wrong AWS account: {here.account.account_id} answers" in said
    assert "the resources of the state are in 210987654321" in said
    assert [it["operation"] for it in here.account.calls()[since:]] in ([], ["GetCallerIdentity"])
    said = here.project.fail("adopt", "new", "--state", "terraform.tfstate", "--var", "aws_region=eu-west-1")
    assert "[aws] region is eu-west-1, and the resources of the state are in ap-northeast-2" in said


def test_what_cannot_be_known_is_an_option_or_a_question(here: Here) -> None:
    """Without tags, and with names that have nothing in common, the project is asked for."""
    document = json.loads((here.project.folder / "terraform.tfstate").read_text())
    for it in document["resources"]:
        it["instances"][0]["attributes"].pop("tags_all", None)
        if it["type"] in {"aws_ecr_repository", "aws_lb", "aws_lb_target_group"}:
            it["instances"][0]["attributes"]["name"] = f"X_{it['type']}"
    (here.project.folder / "terraform.tfstate").write_text(json.dumps(document))
    said = here.project.fail("adopt", "new", "--state", "terraform.tfstate")
    assert "project of the environment: neither tags, names nor ARNs of the state say it" in said
    assert "Say it: --var project=NAME" in said
    assert here.document("--var", "project=shop")["stack"] == "shop-new"
    with here.project.on_terminal("adopt", "new", "--state", "terraform.tfstate", width=200) as terminal:
        terminal.expect("what is the project called\\?")
        terminal.sendline("asked")
        terminal.expect("asked-new")


def test_a_deployment_in_progress_blocks(here: Here) -> None:
    """Exit code 1, and the reason by name."""
    here.account.client("ecr").create_repository(repositoryName="empty")
    ecs = here.account.client("ecs")
    [container] = ecs.describe_task_definition(taskDefinition="team")["taskDefinition"]["containerDefinitions"]
    region = here.account.address.region
    container["image"] = f"{here.account.account_id}.dkr.ecr.{region}.amazonaws.com/empty:1"
    ecs.register_task_definition(
        family="team", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=[container]
    )
    ecs.update_service(cluster="team", service="app", taskDefinition="team")
    done = here.look()
    assert done.returncode == 1
    assert f"{SERVICE}: a deployment is in progress" in done.stdout
    assert done.stdout.splitlines()[-1] == "Blocked: 1 thing has to be settled first."


def test_what_is_gone_from_aws_blocks(here: Here) -> None:
    """The state is older than what runs."""
    here.account.client("logs").delete_log_group(logGroupName="/ecs/team")
    done = here.look()
    assert done.returncode == 1
    assert "AWS has no more: aws_cloudwatch_log_group.app" in done.stdout


def test_what_a_stack_owns_already_blocks(here: Here) -> None:
    """Also where it has no tag of CloudFormation's."""
    cloudformation = here.account.client("cloudformation")
    group = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": "/ecs/team"}}
    body = json.dumps({"Resources": {"Group": group}})
    wanted = [
        {
            "ResourceType": group["Type"],
            "LogicalResourceId": "Group",
            "ResourceIdentifier": {"LogGroupName": "/ecs/team"},
        }
    ]
    cloudformation.create_change_set(
        StackName="theirs", ChangeSetName="take", ChangeSetType="IMPORT", ResourcesToImport=wanted, TemplateBody=body
    )
    cloudformation.execute_change_set(StackName="theirs", ChangeSetName="take")
    cloudformation.get_waiter("stack_import_complete").wait(StackName="theirs", WaiterConfig={"Delay": 0})
    assert here.document()["refusals"] == [
        "aws_cloudwatch_log_group.app: the stack theirs of CloudFormation owns it already"
    ]
