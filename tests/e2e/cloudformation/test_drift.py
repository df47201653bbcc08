"""What was changed by hand: in every stack of the tree, by itself and beside a plan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.cloudformation.drift import Drift, detect_drift
from stacks.errors import UserError
from stacks.views import drift as view
from stacks.views import plan as plan_view
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import faults
    from tests.support.world import World

GROUP = "/ecs/preto-2-prod"


def changed_by_hand(world: World, **changed: Any) -> None:
    """Deploy with a service, then change the log group's retention behind CloudFormation's back."""
    world.deploy(**changed)
    world.push("v1")
    world.deploy(image_tag="v1", **changed)
    world.account.client("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=7)


def detect(world: World) -> Drift:
    """Look at Preto-2."""
    return detect_drift(world.aws, "prod", "preto-2-prod", emit=world.said.append)


def test_what_was_changed_in_a_child_is_found(world: World) -> None:
    """With the template's value and the one that is there; the root alone would show nothing."""
    changed_by_hand(world, monitoring={"alarms": True})
    found = detect(world)
    (group,) = found.drifted
    assert (group.path, group.deleted) == ("Ecs/LogGroup", False)
    assert [(item.path, item.expected, item.actual) for item in group.differences] == [("RetentionInDays", "30", "7")]
    assert found.checked > 1
    assert found.unchecked == ("Monitoring/AlarmTopicPolicy",)
    assert "RetentionInDays  30 → 7" in view.text(found)


def test_what_was_deleted_is_found(world: World) -> None:
    """As deleted."""
    world.deploy()
    world.account.client("ecr").delete_repository(repositoryName="preto-2-prod", force=True)
    assert [(item.path, item.deleted) for item in detect(world).drifted] == [("Ecr/Repository", True)]


def test_a_plan_says_what_it_does_to_each_property(world: World) -> None:
    """Of what was changed by hand: what this deployment sets, what it has in common, and what it leaves."""
    changed_by_hand(world)
    ecs = {"cpu": 256, "memory": 512, "desired_count": 2}
    for changed, *said in (
        ({"ecs": ecs | {"log_retention_days": 60}}, "would overwrite:", "RetentionInDays  30 → 7 by hand → 60"),
        (
            {"ecs": ecs | {"log_retention_days": 7}},
            "the new template says the same:",
            "RetentionInDays  30 → 7 by hand",
        ),
        ({"network": {"idle_timeout": 301}}, "leave it as it is:", "RetentionInDays  30 → 7 by hand"),
    ):
        planned = plan.with_drift(world.aws, world.plan(image_tag="v1", **changed), emit=world.said.append)
        shown = plan_view.text(planned).partition("Changed by hand; ")[2]
        assert [words for words in said if words not in shown] == []
        assert shown.count("RetentionInDays") == 1
        plan.discard(world.aws, planned)


def test_an_absent_stack_has_no_drift(world: World) -> None:
    """That is said, and no plan is taken for a stack."""
    world.plan()
    with pytest.raises(UserError, match="stack preto-2-prod: it is not there"):
        detect(world)


def test_a_detection_that_fails_is_told(world: World) -> None:
    """What could be looked at is shown all the same."""
    changed_by_hand(world)
    status = (
        "<DescribeStackDriftDetectionStatusResponse><DescribeStackDriftDetectionStatusResult><StackId>s</StackId>"
        "<StackDriftDetectionId>d</StackDriftDetectionId><DetectionStatus>DETECTION_FAILED</DetectionStatus>"
        "<DetectionStatusReason>no permission for logs</DetectionStatusReason>"
        "<Timestamp>2026-11-20T00:00:00Z</Timestamp>"
        "</DescribeStackDriftDetectionStatusResult></DescribeStackDriftDetectionStatusResponse>"
    )

    def answer(action: str) -> faults.Fault | None:
        return (200, status) if action == "DescribeStackDriftDetectionStatus" else None

    with world.behind(answer) as there:
        found = detect(there)
    assert [item.path for item in found.drifted] == ["Ecs/LogGroup"]
    assert "Could not be checked: Ecs/: no permission for logs" in view.text(found)


def test_drift_has_an_exit_code(tmp_path: Path, world: World) -> None:
    """0 without drift, 2 with it; and JSON is one document. `plan --drift` has it in its document."""
    here: Project = project(tmp_path, world.account.env | {"AWS_ENDPOINT_URL": world.account.address.endpoint_url})
    here.succeed("deploy", "prod", "--yes", "--quiet")
    assert "No drift." in here.succeed("drift", "prod")
    world.account.client("ecr").delete_repository(repositoryName="preto-2-prod", force=True)
    found = here.run("drift", "prod", "--json", "--quiet")
    assert found.returncode == 2
    assert [item["path"] for item in json.loads(found.stdout)["drifted"]] == ["Ecr/Repository"]
    planned = here.run("plan", "prod", "--drift", "--json", "--var", "network_idle_timeout=301", "--quiet")
    (repository,) = json.loads(planned.stdout)["drift"]["drifted"]
    assert (repository["overwritten"], repository["outcome"]) == (False, "stays")
