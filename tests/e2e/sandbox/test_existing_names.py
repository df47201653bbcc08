"""A name that another resource has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clouds import role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_KEY = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 7}}


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::ECR::Repository", {"RepositoryName": "same"}),
        ("AWS::Logs::LogGroup", {"LogGroupName": "same"}),
        ("AWS::IAM::Role", role("same")["Properties"]),
        ("AWS::SecretsManager::Secret", {"Name": "same", "SecretString": "x"}),
        ("AWS::KMS::Alias", {"AliasName": "alias/same", "TargetKeyId": {"Ref": "Key"}}),
        ("AWS::SNS::Topic", {"TopicName": "same"}),
        (
            "AWS::CloudWatch::Alarm",
            {
                "AlarmName": "same",
                "MetricName": "m",
                "Namespace": "n",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanThreshold",
            },
        ),
        ("AWS::ECR::PullThroughCacheRule", {"EcrRepositoryPrefix": "same", "UpstreamRegistryUrl": "quay.io"}),
    ],
)
def test_an_existing_name_fails_the_second_stack(cloud: Cloud, resource_type: str, properties: dict[str, Any]) -> None:
    """And deleting the second leaves the first one's resource as it is."""
    body = template({"Key": _KEY, "One": {"Type": resource_type, "Properties": properties}})
    assert cloud.create("first", body) == "CREATE_COMPLETE"
    made = cloud.physical("first", "One")
    assert cloud.create("second", body) == "ROLLBACK_COMPLETE"
    assert "already exists" in cloud.reason("second", "CREATE_FAILED", "One")
    assert cloud.delete("second") == "DELETE_COMPLETE"
    assert cloud.update("first", body | {"Description": "x"}) == "UPDATE_COMPLETE"
    assert cloud.physical("first", "One") == made
