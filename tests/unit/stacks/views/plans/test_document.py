"""A plan as JSON: one document of a fixed form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from stacks.views import plan as view
from tests.unit.stacks.views.plans import examples

if TYPE_CHECKING:
    from stacks.plan import Plan

SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "reference" / "plan.schema.json").read_text(encoding="utf-8"))


def valid(plan: Plan) -> dict[str, Any]:
    """The document of a plan, read back from its text, as the schema wants it."""
    found: dict[str, Any] = json.loads(json.dumps(view.document(plan)))
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)
    return found


@pytest.mark.parametrize(
    "plan",
    [
        examples.new_image(),
        examples.everything(),
        examples.large(2, 2),
        replace(examples.plan(), change_set=None),
    ],
    ids=["new-image", "everything", "large", "no-changes"],
)
def test_every_plan_fits_the_schema(plan: Plan) -> None:
    """Programs can rely on the committed schema of the format's version."""
    assert valid(plan)["format_version"] == "1.2"


def test_the_schema_itself_is_valid() -> None:
    """And refuses what it does not know, so that it cannot fall behind."""
    Draft202012Validator.check_schema(SCHEMA)
    assert not Draft202012Validator(SCHEMA).is_valid(view.document(examples.plan()) | {"unknown": 1})


def test_a_property_has_both_values_and_its_cause() -> None:
    """What depends on another change names it by its path."""
    ecs, autoscaling = valid(examples.new_image())["changes"]
    definition, service = ecs["changes"]
    (image,) = definition["properties"]
    assert image["before"].endswith(":v41")
    assert image["after"].endswith(":v42")
    assert image["recreates"] == "yes"
    assert service["depends_on"] == service["properties"][0]["depends_on"] == ["Ecs/TaskDefinition"]
    assert (service["path"], service["certainty"]) == ("Ecs/Service", "depends")
    assert autoscaling["action"] == autoscaling["changes"][0]["action"] == "none"


def test_what_was_changed_by_hand_says_whether_it_is_overwritten() -> None:
    """The log group is changed by the plan, the role is not."""
    document = valid(examples.everything())
    assert {item["path"]: item["overwritten"] for item in document["drift"]["drifted"]} == {
        "Ecs/LogGroup": True,
        "Iam/TaskRole": False,
    }
    group, role = document["drift"]["drifted"]
    assert group["properties"] == [
        {
            "path": "RetentionInDays",
            "expected": "30",
            "actual": "7",
            "planned": 30,
            "outcome": "overwritten",
            "certain": True,
            "reason": None,
        }
    ]
    assert role["outcome"] == "stays"
    assert document["needs_allow_replace"] == ["Ecr/Repository", "Gone/Bucket"]


def test_what_is_added_or_removed_has_all_its_properties() -> None:
    """Added ones with their new values only, removed ones with their old ones; what refers to others names them."""
    new, gone = valid(examples.everything())["changes"][2:]
    definition, service = new["changes"]
    assert len(definition["properties"]) == 6
    assert {item["before"] for item in definition["properties"]} == {None}
    assert {item["path"]: item["after"] for item in definition["properties"]}["NetworkMode"] == "awsvpc"
    assert [(it["after"], it["depends_on"]) for it in service["properties"]] == [
        (2, []),
        ("${TaskDefinition}", ["New/TaskDefinition"]),
    ]
    assert [(it["path"], it["before"], it["after"]) for it in gone["changes"][0]["properties"]] == [
        ("BucketName", "preto-2-uploads", None),
        ("Tags[Team]", "data", None),
    ]
