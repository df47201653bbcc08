"""`IncludePropertyValues`: old and new values in a change set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.clouds import changes, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def group(days: int) -> dict[str, Any]:
    """A template with one log group."""
    return template(
        {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", "RetentionInDays": days}}}
    )


def described(cloud: Cloud, change_set: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The changes with their values."""
    found = cloud.cf.describe_change_set(ChangeSetName=change_set["ChangeSetId"], IncludePropertyValues=True)
    return changes(dict(found))


def test_a_modified_resource_has_both_values(cloud: Cloud) -> None:
    """In its contexts and in the detail of the property."""
    cloud.create("root", group(7))
    found = described(cloud, cloud.plan("root", group(30), "UPDATE"))["G"]
    assert json.loads(found["BeforeContext"])["Properties"] == {"LogGroupName": "g", "RetentionInDays": "7"}
    assert json.loads(found["AfterContext"])["Properties"]["RetentionInDays"] == "30"
    (target,) = [detail["Target"] for detail in found["Details"]]
    assert (target["BeforeValue"], target["AfterValue"]) == ("7", "30")
    assert (target["Path"], target["AttributeChangeType"]) == ("/Properties/RetentionInDays", "Modify")


def test_a_new_resource_has_no_context_before(cloud: Cloud) -> None:
    """And a removed one none after."""
    cloud.create(
        "root", template({"Always": {"Type": "AWS::Logs::LogGroup", "Properties": {}}, **group(7)["Resources"]})
    )
    kept = template({"Always": {"Type": "AWS::Logs::LogGroup", "Properties": {}}, "H": group(7)["Resources"]["G"]})
    kept["Resources"]["H"]["Properties"]["LogGroupName"] = "h"
    found = described(cloud, cloud.plan("root", kept, "UPDATE"))
    assert ("BeforeContext" in found["H"], "AfterContext" in found["H"]) == (False, True)
    assert ("BeforeContext" in found["G"], "AfterContext" in found["G"]) == (True, False)


def test_values_are_returned_only_on_request(cloud: Cloud) -> None:
    """As on AWS."""
    cloud.create("root", group(7))
    found = changes(cloud.plan("root", group(30), "UPDATE"))["G"]
    assert "BeforeContext" not in found
    assert "BeforeValue" not in found["Details"][0]["Target"]
