"""Nest an existing stack: it becomes a root's child as it is, by AWS's rules, and a stack of its own again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import changes, output, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

STACK = "AWS::CloudFormation::Stack"
PLACEHOLDER = {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


def group(name: str, **more: Any) -> dict[str, Any]:
    """A log group that is kept."""
    return {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": name, **more}}


def adopted(cloud: Cloud, name: str, body: dict[str, Any]) -> str:
    """Import a log group into a stack of its own, without outputs, and return the stack's id."""
    cloud.account.client("logs").create_log_group(logGroupName=name)
    entry = {"ResourceType": "AWS::Logs::LogGroup", "LogicalResourceId": "Group"}
    planned = cloud.plan(
        name,
        {key: it for key, it in body.items() if key != "Outputs"},
        "IMPORT",
        IncludeNestedStacks=False,
        ResourcesToImport=[{**entry, "ResourceIdentifier": {"LogGroupName": name}}],
    )
    assert cloud.execute(planned) == "IMPORT_COMPLETE"
    return str(cloud.stack(name)["StackId"])


def nested(url: str, **properties: Any) -> dict[str, Any]:
    """The entry of a child in the root's template."""
    return {"Type": STACK, "DeletionPolicy": "Retain", "Properties": {"TemplateURL": url, **properties}}


def plan(cloud: Cloud, root: dict[str, Any], ids: dict[str, str], name: str = "root") -> dict[str, Any]:
    """Create the change set that nests these stacks."""
    wanted = [
        {"ResourceType": STACK, "LogicalResourceId": child, "ResourceIdentifier": {"StackId": stack_id}}
        for child, stack_id in ids.items()
    ]
    return cloud.plan(name, root, "IMPORT", IncludeNestedStacks=False, ResourcesToImport=wanted)


def body(name: str, **more: Any) -> dict[str, Any]:
    """A child's template: a log group, and its name as the output."""
    return template({"Group": group(name, **more)}, Outputs={"Name": {"Value": {"Ref": "Group"}}})


def test_imported_children_are_nested_updated_with_the_root_and_released(cloud: Cloud) -> None:
    """They have parent and root; the root updates them in place; its deletion leaves stacks of their own."""
    logs, other = body("logs"), body("other")
    other["Parameters"] = {"Beside": {"Type": "String", "Default": "logs"}}
    ids = {"Logs": adopted(cloud, "logs", logs), "Other": adopted(cloud, "other", other)}
    urls = {name: cloud.publish(f"{name}.json", it) for name, it in (("Logs", logs), ("Other", other))}
    root = template({**PLACEHOLDER, **{name: nested(url) for name, url in urls.items()}})
    root["Resources"]["Other"]["Properties"]["Parameters"] = {"Beside": output("Logs", "Name")}
    assert cloud.create("root", template(PLACEHOLDER)) == "CREATE_COMPLETE"
    early = plan(cloud, root, ids)
    assert early["StatusReason"] == (
        f"Stack {ids['Logs']} is not in an importable status, current stack status is IMPORT_COMPLETE."
    )
    for name, it in (("logs", logs), ("other", other)):
        assert cloud.update(name, it) == "UPDATE_COMPLETE"
    planned = plan(cloud, root, ids)
    assert {it["PhysicalResourceId"] for it in changes(planned).values()} == set(ids.values())
    assert cloud.execute(planned) == "IMPORT_COMPLETE"
    root_id = cloud.stack("root")["StackId"]
    assert {(cloud.stack(name)["ParentId"], cloud.stack(name)["RootId"]) for name in ("logs", "other")} == {
        (root_id, root_id)
    }
    assert [
        it["StackName"] for it in cloud.cf.describe_stack_resources(PhysicalResourceId="logs")["StackResources"]
    ] == ["logs"]
    assert (
        plan(cloud, template({**root["Resources"], "Again": nested(urls["Logs"])}), {"Again": ids["Logs"]})[
            "StatusReason"
        ]
        == f"{ids['Logs']} already exists in stack {root_id}"
    )
    changed = template(
        {**root["Resources"], "Logs": nested(cloud.publish("new.json", body("logs", RetentionInDays=30)))},
        Outputs={"Name": {"Value": output("Logs", "Name")}},
    )
    planned = cloud.plan("root", changed, "UPDATE")
    assert [it["Action"] for it in changes(planned).values()] == ["Modify", "Modify"]
    assert cloud.execute(planned) == "UPDATE_COMPLETE"
    assert cloud.outputs("root") == {"Name": "logs"}
    assert cloud.physical("root", "Logs") == ids["Logs"]
    (found, _) = cloud.account.client("logs").describe_log_groups()["logGroups"]
    assert found["retentionInDays"] == 30
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert "ParentId" not in cloud.stack("logs")
    assert cloud.delete("logs") == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="Stack for logs does not exist"):
        cloud.cf.describe_stack_resources(PhysicalResourceId="logs")


def test_what_does_not_fit_cannot_be_nested(cloud: Cloud) -> None:
    """Another template, other parameters or tags; a stack with children; a new root; a child as the parent."""
    child = {"Parameters": {"Name": {"Type": "String", "Default": "one"}}}
    source = template({"Group": {**group("x"), "Properties": {"LogGroupName": {"Ref": "Name"}}}}, **child)
    assert cloud.create("child", source, Tags=[{"Key": "a", "Value": "b"}]) == "CREATE_COMPLETE"
    stack_id, url = cloud.stack("child")["StackId"], cloud.publish("child.json", source)
    assert cloud.create("root", template(PLACEHOLDER)) == "CREATE_COMPLETE"
    tags = {"Tags": [{"Key": "a", "Value": "b"}]}

    def reason(entry: dict[str, Any], wanted: str = stack_id, name: str = "root") -> str:
        kept = PLACEHOLDER if name == "root" else {}
        found = plan(cloud, template({**kept, "Child": entry}), {"Child": wanted}, name)
        assert found["Status"] == "FAILED"
        return str(found["StatusReason"])

    assert reason(nested(url)).startswith("Tags of resource [Child] defined in the template don't match")
    assert reason(nested(url, **tags, Parameters={"Name": "two"})).startswith("Parameters of resource [Child]")
    assert reason(nested(cloud.publish("other.json", body("x")), **tags)).startswith("Template of resource [Child]")
    assert "existing root stack" in reason(nested(url, **tags), name="new")
    planned = plan(cloud, template({**PLACEHOLDER, "Child": nested(url, **tags)}), {"Child": stack_id})
    assert cloud.execute(planned) == "IMPORT_COMPLETE"
    assert cloud.create("top", template(PLACEHOLDER)) == "CREATE_COMPLETE"
    assert cloud.update("root", template({**PLACEHOLDER, "Child": nested(url, **tags)}, Description="x")) == (
        "UPDATE_COMPLETE"
    )
    above = plan(
        cloud,
        template({**PLACEHOLDER, "Child": nested(cloud.publish("root.json", template(PLACEHOLDER)))}),
        {"Child": cloud.stack("root")["StackId"]},
        "top",
    )
    assert above["StatusReason"] == "Stacks to be imported cannot have any child stacks."
