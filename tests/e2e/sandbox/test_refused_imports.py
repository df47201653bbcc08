"""Imports that are refused, that fail when they are planned, and that fail when they are executed, as AWS's do."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def refused(cloud: Cloud, body: dict[str, Any], wanted: list[dict[str, Any]], name: str = "app", **more: Any) -> str:
    """The reason why a request for an import is refused."""
    with pytest.raises(ClientError) as error:
        cloud.plan_import(name, body, wanted, **more)
    return str(error.value.response["Error"]["Message"])


def test_requests_that_are_no_pure_import_are_refused(cloud: Cloud) -> None:
    """Nested, too many, without policy, with outputs or tags, with anything beside, with wrong keys or types."""
    cloud.account.client("logs").create_log_group(logGroupName="one")
    group = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": "one"}}
    wanted = [
        {"ResourceType": group["Type"], "LogicalResourceId": "One", "ResourceIdentifier": {"LogGroupName": "one"}}
    ]
    body = template({"One": group})
    assert "IncludeNestedStacks is not supported" in refused(cloud, body, wanted, IncludeNestedStacks=True)
    beside = template({"One": group, "Two": {**group, "Properties": {"LogGroupName": "two"}}})
    assert refused(cloud, beside, wanted) == "Resources [Two] is missing from ResourceToImport list"
    loose = template({"One": {key: it for key, it in group.items() if key != "DeletionPolicy"}})
    assert "must have DeletionPolicy" in refused(cloud, loose, wanted)
    with_output = {**body, "Outputs": {"Name": {"Value": {"Ref": "One"}}}}
    assert refused(cloud, with_output, wanted).endswith("you cannot modify or add [Outputs]")
    assert refused(cloud, body, wanted, Tags=[{"Key": "a", "Value": "b"}]).endswith("you cannot modify or add [Tags]")
    cloud.create_role("deployer")
    role = f"arn:aws:iam::{cloud.account.account_id}:role/deployer"
    assert refused(cloud, body, wanted, RoleARN=role).endswith("you cannot modify or add [RoleArn]")
    other_key = [{**wanted[0], "ResourceIdentifier": {"Name": "one"}}]
    assert "Expected [LogGroupName]" in refused(cloud, body, other_key)
    many = [{**wanted[0], "LogicalResourceId": f"One{number}"} for number in range(201)]
    assert "Member must have length less than or equal to 200" in refused(cloud, body, many)
    policy = {"Type": "AWS::SNS::TopicPolicy", "DeletionPolicy": "Retain", "Properties": {}}
    unsupported = [
        {"ResourceType": policy["Type"], "LogicalResourceId": "P", "ResourceIdentifier": {"Id": "x"}},
        *wanted,
    ]
    assert refused(cloud, template({"P": policy, "One": group}), unsupported) == (
        "The following resource types are not supported for resource import: AWS::SNS::TopicPolicy"
    )
    assert cloud.all_stacks() == {}
    assert cloud.create("app", template({"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}})) == "CREATE_COMPLETE"
    changed = template({"One": group, "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "x"}}})
    assert "You have modified resources [Topic]" in refused(cloud, changed, wanted)


def test_what_is_missing_owned_or_invalid_fails_the_change_set(cloud: Cloud) -> None:
    """The change set says why; a new stack stays REVIEW_IN_PROGRESS, without resources, and can be tried again."""
    cloud.account.client("logs").create_log_group(logGroupName="one")
    group = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": "one"}}
    entry = {"ResourceType": group["Type"], "LogicalResourceId": "One", "ResourceIdentifier": {"LogGroupName": "one"}}

    def fails(properties: dict[str, Any], identifier: str) -> str:
        body = template({"One": {**group, "Properties": properties}})
        found = cloud.plan_import("app", body, [{**entry, "ResourceIdentifier": {"LogGroupName": identifier}}])
        assert (found["Status"], found["ExecutionStatus"], found["Changes"]) == ("FAILED", "UNAVAILABLE", [])
        assert cloud.all_stacks()["app"] == "REVIEW_IN_PROGRESS"
        return str(found["StatusReason"])

    assert fails({}, "none").endswith("was not found.")
    assert "does not match the resource identifier [one]" in fails({"LogGroupName": "two"}, "one")
    assert "#/RetentionInDays" in fails({"RetentionInDays": 12}, "one")
    assert cloud.execute(cloud.plan_import("app", template({"One": group}), [entry])) == "IMPORT_COMPLETE"
    owned = cloud.plan_import("app-2", template({"One": group}), [entry])
    assert owned["StatusReason"] == f"one already exists in stack {cloud.stack('app')['StackId']}"


def test_a_failing_import_is_rolled_back_and_leaves_the_resources(cloud: Cloud) -> None:
    """Both resources stay as they are. An existing stack is as before, a new one can only be deleted."""
    group = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain"}
    wanted = []
    for name in ("One", "Two"):
        cloud.account.client("logs").create_log_group(logGroupName=name)
        identifier = {"LogGroupName": name}
        wanted.append({"ResourceType": group["Type"], "LogicalResourceId": name, "ResourceIdentifier": identifier})
    base = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}
    assert cloud.create("old", template(base)) == "CREATE_COMPLETE"
    cloud.account.inject_faults({"step": "import", "resource": "Two", "reason": "it cannot be read"})
    body = {"One": copy.deepcopy(group), "Two": copy.deepcopy(group)}
    assert cloud.execute(cloud.plan_import("old", template({**base, **body}), wanted)) == "IMPORT_ROLLBACK_COMPLETE"
    assert cloud.execute(cloud.plan_import("new", template(body), wanted)) == "ROLLBACK_COMPLETE"
    assert cloud.reason("old", "IMPORT_FAILED", "Two") == "it cannot be read"
    assert ("One", "IMPORT_ROLLBACK_COMPLETE") in cloud.statuses("old")
    assert [
        it["LogicalResourceId"] for it in cloud.cf.list_stack_resources(StackName="old")["StackResourceSummaries"]
    ] == ["Topic"]
    cloud.account.inject_faults()
    assert cloud.delete("new") == "DELETE_COMPLETE"
    assert cloud.execute(cloud.plan_import("old", template({**base, **body}), wanted)) == "IMPORT_COMPLETE"
    assert len(cloud.account.client("logs").describe_log_groups()["logGroups"]) == len(wanted)
