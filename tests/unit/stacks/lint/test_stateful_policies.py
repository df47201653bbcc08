"""E9102: what holds data says what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.lint.folders import alone, found

if TYPE_CHECKING:
    from pathlib import Path

STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


@pytest.mark.parametrize("resource_type", STATEFUL)
def test_both_policies_are_asked_for(tmp_path: Path, resource_type: str) -> None:
    """A resource with neither policy, and one with only one of them, are named with what they lack."""
    resources = {"Neither": {"Type": resource_type}, "One": {"Type": resource_type, "DeletionPolicy": "Retain"}}
    neither, one = found(alone(tmp_path, resources), "E9102")
    assert (neither.logical_id, one.logical_id) == ("Neither", "One")
    assert neither.message == f"{resource_type} holds data and has no DeletionPolicy and no UpdateReplacePolicy"
    assert one.message == f"{resource_type} holds data and has no UpdateReplacePolicy"
    assert neither.level == "error"


@pytest.mark.parametrize("policy", ["Retain", "Delete", "RetainExceptOnCreate"])
def test_any_explicit_answer_passes(tmp_path: Path, policy: str) -> None:
    """The rule asks for a decision, not for a certain one."""
    replaced = "Retain" if policy == "RetainExceptOnCreate" else policy
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy, "UpdateReplacePolicy": replaced}
    assert found(alone(tmp_path, {"Bucket": bucket}), "E9102") == []


def test_what_holds_no_data_is_not_asked(tmp_path: Path) -> None:
    """A role can be made again, and a nested stack's content is asked itself."""
    resources = {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/x.json"}},
    }
    assert found(alone(tmp_path, resources), "E9102") == []
