"""A stack policy keeps updates from what it denies, as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clouds import role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

ALL = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
BOTH = template({"Data": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "data"}}, "Role": role("one")})
REPLACED = template({"Data": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "new"}}, "Role": role("one")})
MODIFIED = template(
    {
        "Data": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "data", "DelaySeconds": 7}},
        "Role": role("one"),
    }
)
REMOVED = template({"Role": role("one")})


def deny(action: str | list[str], **more: Any) -> dict[str, Any]:
    """A policy that allows all but this."""
    denied = {"Effect": "Deny", "Action": action, "Principal": "*", "Resource": "*"} | more
    return {"Statement": [ALL, denied]}


QUEUES = {"Condition": {"StringEquals": {"ResourceType": ["AWS::S3::Bucket", "AWS::SQS::Queue"]}}}
ROLES = {"Condition": {"StringEquals": {"ResourceType": ["AWS::IAM::Role"]}}}


@pytest.mark.parametrize(
    ("policy", "body", "refused"),
    [
        (deny("Update:Replace", **QUEUES), REPLACED, "Update:Replace"),
        (deny(["Update:Replace", "Update:Delete"], **QUEUES), REMOVED, "Update:Delete"),
        (deny("Update:Modify", Resource="LogicalResourceId/D*"), MODIFIED, "Update:Modify"),
        ({"Statement": [{**ALL, "Action": "Update:Modify"}]}, REMOVED, "Update:Delete"),
        (deny(["Update:Replace", "Update:Delete"], **QUEUES), MODIFIED, ""),
        (deny("Update:*", **ROLES), REPLACED, ""),
        ({"Statement": [ALL]}, REMOVED, ""),
    ],
)
def test_an_update_does_only_what_the_policy_allows(
    cloud: Cloud, policy: dict[str, Any], body: dict[str, Any], refused: str
) -> None:
    """By action, resource and type; what is not allowed is denied, and a refused update is taken back."""
    assert cloud.create("root", BOTH) == "CREATE_COMPLETE"
    before = cloud.physical("root", "Data")
    cloud.cf.set_stack_policy(StackName="root", StackPolicyBody=json.dumps(policy))
    assert cloud.update("root", body) == ("UPDATE_ROLLBACK_COMPLETE" if refused else "UPDATE_COMPLETE")
    if refused:
        assert cloud.physical("root", "Data") == before
        reasons = " ".join(event.get("ResourceStatusReason", "") for event in cloud.events("root"))
        assert f"does not allow [{refused}] for resource [LogicalResourceId/Data]" in reasons


def test_a_deletion_of_the_whole_stack_is_not_asked_about(cloud: Cloud) -> None:
    """That is what termination protection is for."""
    cloud.create("root", BOTH)
    cloud.cf.set_stack_policy(StackName="root", StackPolicyBody=json.dumps(deny("Update:*")))
    assert cloud.delete("root") == "DELETE_COMPLETE"
