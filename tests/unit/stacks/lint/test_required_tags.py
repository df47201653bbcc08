"""E9103: what can be tagged is tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.lint.rules.required_tags import REQUIRED
from templates.identity import Identity
from tests.unit.stacks.lint.folders import alone, found

if TYPE_CHECKING:
    from pathlib import Path

TAGS = [{"Key": key, "Value": "x"} for key in ("Project", "Environment", "ManagedBy")]
CHOICE = {
    "Parameters": {"Choice": {"Type": "String", "Default": ""}},
    "Conditions": {"Chosen": {"Fn::Equals": [{"Ref": "Choice"}, "x"]}},
}


def test_the_tags_are_those_of_the_templates() -> None:
    """The rule asks for exactly what an identity gives."""
    assert set(REQUIRED) == set(Identity("preto-2", "prod").tags)


@pytest.mark.parametrize(
    ("tags", "missing"),
    [
        (None, "Project, Environment, ManagedBy"),
        ([], "Project, Environment, ManagedBy"),
        (TAGS[1:], "Project"),
        ([*TAGS[:2], {"Fn::If": ["Chosen", TAGS[2], {"Ref": "AWS::NoValue"}]}], "ManagedBy"),
        ({"Fn::If": ["Chosen", TAGS, TAGS[:2]]}, "ManagedBy"),
    ],
    ids=["no tags", "an empty list", "one missing", "one only sometimes", "a list that is shorter sometimes"],
)
def test_missing_tags_are_named(tmp_path: Path, tags: Any, missing: str) -> None:
    """Tags that are there only under a condition are not there."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"Tags": tags} if tags is not None else {}}
    [finding] = found(alone(tmp_path, {"Topic": topic}, **CHOICE), "E9103")
    assert finding.message == f"AWS::SNS::Topic has no tag {missing}"
    assert (finding.logical_id, finding.property) == ("Topic", "Properties/Tags" if tags is not None else None)


@pytest.mark.parametrize(
    "resource",
    [
        {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [*TAGS, {"Key": "Name", "Value": "x"}]}},
        {"Type": "AWS::SNS::Topic", "Properties": {"Tags": {"Fn::If": ["Chosen", TAGS, TAGS]}}},
        {"Type": "AWS::SSM::Parameter", "Properties": {"Tags": {tag["Key"]: "x" for tag in TAGS}}},
        {"Type": "AWS::Route53::HostedZone", "Properties": {"HostedZoneTags": TAGS}},
        {"Type": "AWS::IAM::RolePolicy", "Properties": {"RoleName": "x", "PolicyName": "x"}},
        {"Type": "Custom::Thing", "Properties": {"ServiceToken": "x"}},
        {"Type": "AWS::NoSuch::Type"},
    ],
    ids=["a list", "either list", "a map", "another property", "cannot be tagged", "custom", "unknown"],
)
def test_tagged_resources_pass_and_untaggable_ones_are_not_asked(tmp_path: Path, resource: dict[str, Any]) -> None:
    """The provider's schema says whether a type has tags, and in which property and form."""
    assert found(alone(tmp_path, {"It": resource}, **CHOICE), "E9103") == []
