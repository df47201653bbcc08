"""Change sets of a whole tree, as `IncludeNestedStacks` makes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import LOG_GROUP, changes, child, output, role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def _repository(name: str = "kept") -> dict[str, Any]:
    return {
        "Type": "AWS::ECR::Repository",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {"RepositoryName": name},
    }


def _tree(cloud: Cloud, days: int = 7) -> dict[str, Any]:
    """A root whose second child takes a parameter from the first."""
    first = template(
        {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "first", "RetentionInDays": days}}},
        Outputs={"Name": {"Value": {"Ref": "G"}}},
    )
    second = template(
        {"H": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": "${Name}-copy"}}}},
        Parameters={"Name": {"Type": "String"}},
    )
    a, b = cloud.publish(f"a{days}", first), cloud.publish("b", second)
    return template({"A": child(a), "B": child(b, Name=output("A", "Name"))})


def test_a_create_puts_every_stack_under_review(cloud: Cloud) -> None:
    """Each child has a change set that names its parent's and the root's, and a stack in REVIEW_IN_PROGRESS."""
    root = cloud.plan("root", _tree(cloud), "CREATE")
    assert (root["Status"], root["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert root["IncludeNestedStacks"] is True
    assert "ParentChangeSetId" not in root
    entry = changes(root)["A"]
    nested = cloud.change_set(entry["ChangeSetId"])
    assert nested["ParentChangeSetId"] == nested["RootChangeSetId"] == root["ChangeSetId"]
    assert nested["StackId"] == entry["PhysicalResourceId"]
    assert cloud.stack(nested["StackId"])["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert cloud.stack(nested["StackId"])["RootId"] == root["StackId"]
    assert changes(nested)["G"]["Action"] == "Add"
    summary = cloud.cf.list_change_sets(StackName=nested["StackName"])["Summaries"][0]
    assert summary["RootChangeSetId"] == root["ChangeSetId"]


def test_executing_the_root_deploys_the_reviewed_children(cloud: Cloud) -> None:
    """The children keep the ids that they had under review; their change sets are executed with the root's."""
    root = cloud.plan("root", _tree(cloud), "CREATE")
    entry = changes(root)["A"]
    assert cloud.execute(root) == "CREATE_COMPLETE"
    assert cloud.physical("root", "A") == entry["PhysicalResourceId"]
    assert cloud.change_set(entry["ChangeSetId"])["ExecutionStatus"] == "EXECUTE_COMPLETE"
    assert set(cloud.all_stacks().values()) == {"CREATE_COMPLETE"}


def test_a_nested_change_set_is_not_executed_by_itself(cloud: Cloud) -> None:
    """Only the root's can be executed, and the refusal names it."""
    root = cloud.plan("root", _tree(cloud), "CREATE")
    with pytest.raises(ClientError, match=root["ChangeSetId"]):
        cloud.cf.execute_change_set(ChangeSetName=changes(root)["A"]["ChangeSetId"])


def test_deleting_the_root_change_set_deletes_the_childrens(cloud: Cloud) -> None:
    """What is left is the root under review; deleting that leaves nothing."""
    root = cloud.plan("root", _tree(cloud), "CREATE")
    nested_id = changes(root)["A"]["ChangeSetId"]
    cloud.cf.delete_change_set(ChangeSetName=root["ChangeSetId"])
    with pytest.raises(ClientError, match="ChangeSetNotFound"):
        cloud.change_set(nested_id)
    assert cloud.all_stacks() == {"root": "REVIEW_IN_PROGRESS"}


def test_deleting_a_root_under_review_deletes_its_children(cloud: Cloud) -> None:
    """An abandoned first plan leaves nothing behind."""
    cloud.plan("root", _tree(cloud), "CREATE")
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert cloud.all_stacks() == {"root": "DELETE_COMPLETE"}


def test_a_tree_without_changes_fails_with_the_known_words(cloud: Cloud) -> None:
    """No child has a change set, and the root's cannot be executed."""
    body = template({"A": child(cloud.publish("a", template({"G": LOG_GROUP})))})
    cloud.create("root", body)
    root = cloud.plan("root", body, "UPDATE")
    assert (root["Status"], root["ExecutionStatus"], root["Changes"]) == ("FAILED", "UNAVAILABLE", [])
    assert root["StatusReason"] == _NO_CHANGES


def test_a_change_inside_a_child_is_in_the_childs_change_set(cloud: Cloud) -> None:
    """The parent's entry leads to it, also where the template's address is the same."""
    url = cloud.publish("a", template({"G": LOG_GROUP}))
    cloud.create("root", template({"A": child(url)}))
    cloud.publish("a", template({"G": LOG_GROUP, "H": LOG_GROUP}))
    root = cloud.plan("root", template({"A": child(url)}), "UPDATE")
    entry = changes(root)["A"]
    assert (entry["Action"], entry["Replacement"]) == ("Modify", "False")
    assert [detail["ChangeSource"] for detail in entry["Details"]] == ["Automatic"]
    assert {name: change["Action"] for name, change in changes(cloud.change_set(entry["ChangeSetId"])).items()} == {
        "H": "Add"
    }


def test_a_child_with_a_siblings_output_is_always_listed(cloud: Cloud) -> None:
    """Also where nothing changes at all (coverage-roadmap 759); what it takes is a placeholder."""
    body = _tree(cloud)
    cloud.create("root", body)
    root = cloud.plan("root", body, "UPDATE")
    assert {name: change["Details"][0]["Evaluation"] for name, change in changes(root).items()} == {"B": "Dynamic"}
    second = cloud.change_set(changes(root)["B"]["ChangeSetId"])
    assert changes(second)["H"]["Replacement"] == "Conditional"
    assert cloud.execute(root) == "UPDATE_COMPLETE"
    assert ("B", "UPDATE_IN_PROGRESS") not in cloud.statuses("root")


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"Type": "AWS::EC2::VPC::Id"}, "parameter value {{IntrinsicFunction:root/A.Outputs.Name/Fn::GetAtt}} for"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "for parameter name P does not exist"),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "from parameter store"),
        ({"Type": "Number"}, "Parameter 'P'"),
        ({"Type": "List<Number>"}, "Parameter 'P'"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "must match pattern [a-z]+"),
        ({"Type": "String", "AllowedValues": ["first"]}, "AllowedValues"),
        ({"Type": "String", "MaxLength": 20}, "must contain at most 20 characters"),
    ],
    ids=str,
)
def test_a_parameter_that_is_checked_accepts_no_siblings_output(
    cloud: Cloud, declared: dict[str, Any], why: str
) -> None:
    """A change set of the tree cannot be made: what it is given is a placeholder meanwhile. The stack itself can."""
    first = template({"G": LOG_GROUP}, Outputs={"Name": {"Value": "first"}})
    second = template({"H": LOG_GROUP}, Parameters={"P": declared})
    body = template(
        {"A": child(cloud.publish("a", first)), "B": child(cloud.publish("b", second), P=output("A", "Name"))}
    )
    root = cloud.plan("root", body, "CREATE")
    assert root["Status"] == "FAILED"
    assert why in cloud.change_set(changes(root)["B"]["ChangeSetId"])["StatusReason"]


def test_only_the_first_item_of_a_siblings_list_can_be_selected(cloud: Cloud) -> None:
    """The placeholder is a list of one item (coverage-roadmap 759)."""
    first = template({"G": LOG_GROUP}, Outputs={"Names": {"Value": "one,two"}})
    second = template(
        {"H": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Select": ["1", {"Ref": "Names"}]}}}},
        Parameters={"Names": {"Type": "CommaDelimitedList"}},
    )
    given = output("A", "Names")
    body = template({"A": child(cloud.publish("a", first)), "B": child(cloud.publish("b", second), Names=given)})
    root = cloud.plan("root", body, "CREATE")
    why = cloud.change_set(changes(root)["B"]["ChangeSetId"])["StatusReason"]
    assert why == "Template error: Fn::Select cannot select nonexistent value at index 1"


def test_what_comes_from_a_changing_sibling_may_change(cloud: Cloud) -> None:
    """A child that takes an output of a changed child is reported as Modify, its replacement as Conditional."""
    cloud.create("root", _tree(cloud))
    root = cloud.plan("root", _tree(cloud, days=30), "UPDATE")
    first = changes(cloud.change_set(changes(root)["A"]["ChangeSetId"]))["G"]
    assert (first["Action"], first["Replacement"]) == ("Modify", "False")
    second = cloud.change_set(changes(root)["B"]["ChangeSetId"])
    assert changes(second)["H"]["Replacement"] == "Conditional"
    assert "Dynamic" in {detail["Evaluation"] for detail in changes(second)["H"]["Details"]}
    assert second["Parameters"][0]["ParameterValue"] == "{{IntrinsicFunction:root/A.Outputs.Name/Fn::GetAtt}}"
    assert cloud.execute(root) == "UPDATE_COMPLETE"
    assert ("H", "UPDATE_IN_PROGRESS") not in cloud.statuses(cloud.physical("root", "B"))


def test_a_child_that_comes_and_goes_with_a_condition(cloud: Cloud) -> None:
    """It is added when the condition begins to hold, and removed when it does no longer."""
    body = template(
        {"A": {**child(cloud.publish("a", template({"G": LOG_GROUP}))), "Condition": "On"}, "Always": LOG_GROUP},
        Parameters={"Switch": {"Type": "String", "Default": "off"}},
        Conditions={"On": {"Fn::Equals": [{"Ref": "Switch"}, "on"]}},
    )
    cloud.create("root", body)
    on = cloud.plan("root", body, "UPDATE", Parameters=[{"ParameterKey": "Switch", "ParameterValue": "on"}])
    assert changes(on)["A"]["Action"] == "Add"
    assert cloud.execute(on) == "UPDATE_COMPLETE"
    off = cloud.plan("root", body, "UPDATE")
    assert {name: change["Action"] for name, change in changes(off).items()} == {"A": "Remove"}
    assert cloud.execute(off) == "UPDATE_COMPLETE"
    assert ("A", "DELETE_COMPLETE") in cloud.statuses("root")


def test_a_child_that_cannot_be_planned_fails_the_root(cloud: Cloud) -> None:
    """The root only says that a nested change set failed; the child's says why."""
    bad = cloud.publish("bad", template({"G": LOG_GROUP}, Parameters={"Needed": {"Type": "String"}}))
    root = cloud.plan("root", template({"A": child(bad)}), "CREATE")
    nested_id = changes(root)["A"]["ChangeSetId"]
    assert root["Status"] == "FAILED"
    assert root["StatusReason"] == (f"Nested change set {nested_id} was not successfully created: Currently in FAILED.")
    assert "Needed" in cloud.change_set(nested_id)["StatusReason"]


def test_without_the_tree_every_child_may_have_changed(cloud: Cloud) -> None:
    """A change set without IncludeNestedStacks lists each child as changed automatically, and can be executed."""
    body = _tree(cloud)
    cloud.create("root", body)
    root = cloud.plan("root", body, "UPDATE", IncludeNestedStacks=False)
    assert {name: change["Details"][0]["ChangeSource"] for name, change in changes(root).items()} == {
        "A": "Automatic",
        "B": "Automatic",
    }
    assert "ChangeSetId" not in changes(root)["A"]
    assert cloud.execute(root) == "UPDATE_COMPLETE"


def test_what_was_retained_can_be_adopted(cloud: Cloud) -> None:
    """After a delete that retained a repository and a log group, a new tree imports both instead of failing."""
    group = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Retain",
        "Properties": {"LogGroupName": "kept"},
    }
    body = template({"A": child(cloud.publish("a", template({"Repository": _repository(), "Group": group})))})
    cloud.create("root", body)
    cloud.delete("root")
    assert cloud.create("again", body) == "ROLLBACK_COMPLETE"
    adopting = cloud.plan("root", body, "CREATE", ImportExistingResources=True)
    found = changes(cloud.change_set(changes(adopting)["A"]["ChangeSetId"]))
    assert {name: change["Action"] for name, change in found.items()} == {"Repository": "Import", "Group": "Import"}
    assert cloud.execute(adopting) == "CREATE_COMPLETE"
    assert cloud.physical(cloud.physical("root", "A"), "Repository") == "kept"
    assert ("Repository", "IMPORT_COMPLETE") in cloud.statuses(cloud.physical("root", "A"))


def test_a_stack_that_rolled_back_can_only_be_deleted(cloud: Cloud) -> None:
    """Neither a create nor a change set is taken for it, and the refusal says its status."""
    cloud.create_role("taken")
    cloud.create("root", template({"Role": role("taken")}))
    with pytest.raises(ClientError, match="AlreadyExists"):
        cloud.cf.create_stack(StackName="root", TemplateBody=json.dumps(template({"G": LOG_GROUP})))
    for kind in ("CREATE", "UPDATE"):
        with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
            cloud.plan("root", template({"G": LOG_GROUP}), kind)


def test_which_property_replaces_is_known(cloud: Cloud) -> None:
    """A changed name replaces a log group, a changed retention does not."""
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "one", "RetentionInDays": 7}}
    cloud.create("root", template({"G": group}))
    renamed = {**group, "Properties": {"LogGroupName": "two", "RetentionInDays": 7}}
    longer = {**group, "Properties": {"LogGroupName": "one", "RetentionInDays": 30}}
    assert changes(cloud.plan("root", template({"G": renamed}), "UPDATE"))["G"]["Replacement"] == "True"
    assert changes(cloud.plan("root", template({"G": longer}), "UPDATE"))["G"]["Replacement"] == "False"
