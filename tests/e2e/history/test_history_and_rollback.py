"""What was deployed, by whom and how it ended; and the way back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.image import place_image
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.commands import Project

CRASH = ["ModuleNotFoundError: No module named 'app'"]


def rows(here: Project, *words: str) -> list[dict[str, Any]]:
    """Return the deployments, newest first."""
    found: list[dict[str, Any]] = json.loads(here.succeed("history", "prod", "--json", *words))["deployments"]
    return found


def results(here: Project) -> list[tuple[str, str | None, bool]]:
    """Return result and tag of each deployment, and whether it runs."""
    return [(it["result"], (it["image"] or {}).get("tag"), it["runs"]) for it in rows(here)]


def test_the_history_of_an_environment_and_the_way_back(tmp_path: Path, account: Account) -> None:
    """First deployment, images, a crash, a cancelled and a foreign one, two rollbacks, the end: each as it was."""
    here, repository = project(tmp_path, account.env), "preto-2-prod"
    assert "it is not there, and was not deleted" in here.fail("history", "prod")
    assert "deploy prod" in here.fail("rollback", "prod")
    here.succeed("bootstrap", "prod", "--yes")
    here.succeed("deploy", "prod", "--yes")
    for tag in ("v1", "v2", "v3"):
        place_image(account.address, repository, tag, log=[f"{tag} starts"])
    place_image(account.address, repository, "bad", exit_code=1, log=CRASH)
    here.succeed("deploy", "prod", "--yes", "--image", "v1")
    assert "v1 starts" in here.succeed("logs", "prod", "--limit", "1")
    assert "no other image" in here.fail("rollback", "prod", "--yes")
    here.fail("deploy", "prod", "--yes", "--image", "bad")
    assert "v1 runs, which is the last good image" in here.fail("rollback", "prod", "--yes")
    here.succeed("deploy", "prod", "--yes", "--image", "v2")
    cloudformation: Any = account.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=repository)["Stacks"][0]
    cloudformation.update_stack(
        StackName=repository,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": it["ParameterKey"], "ParameterValue": "v3"}
            if it["ParameterKey"] == "ImageTag"
            else {"ParameterKey": it["ParameterKey"], "UsePreviousValue": True}
            for it in stack["Parameters"]
        ],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=repository, WaiterConfig={"Delay": 0.05})

    newest, *_ = found = rows(here)
    assert results(here) == [
        ("succeeded", "v3", True),
        ("succeeded", "v2", False),
        ("rolled back", "bad", False),
        ("succeeded", "v1", False),
        ("succeeded", None, False),
    ]
    assert [(it["who"], it["with"]) for it in found[:2]] == [("root", "boto3"), ("root", "this tool")]
    assert newest["image"]["digest"].startswith("sha256:")
    assert "Circuit Breaker" in found[2]["reason"]

    back = here.run("rollback", "prod", "--yes")
    assert back.returncode == 0, back.stderr
    assert "Back to image v2" in back.stderr
    assert "preto-2-prod:v3 → " in back.stderr
    assert results(here)[0] == ("succeeded", "v2", True)
    ecr: Any = account.client("ecr")
    ecr.batch_delete_image(repositoryName=repository, imageIds=[{"imageTag": "v1"}])
    refused = here.fail("rollback", "prod", "--yes")
    assert "image v1 is not in preto-2-prod any more" in refused
    assert "Still there: v3, v2" in refused
    ecr.batch_delete_image(repositoryName=repository, imageIds=[{"imageTag": "v3"}])
    place_image(account.address, repository, "v3", command=["another"])
    unasked = here.run("rollback", "prod", "--to", "2", "--json")
    assert (unasked.returncode, json.loads(unasked.stdout)["error"]["code"]) == (1, "unconfirmed")
    assert "v3 stands for another image than then" in unasked.stderr
    assert "templates have changed" not in unasked.stderr

    text = here.succeed("history", "prod", "--limit", "2")
    assert "✓ deployed" in text
    assert "v2 (runs)" in text
    assert "--limit" in text
    here.succeed("destroy", "prod", "--yes", "--var", "stack_termination_protection=false")
    assert "✓ destroyed" in here.succeed("history", "prod")
    assert results(here)[0] == ("succeeded", "v2", False)
