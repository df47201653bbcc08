"""Children are stacks of their own, and end as their root does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import LOG_GROUP, child, output, role, template, until

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def test_outputs_of_a_child_reach_its_sibling_and_the_root(cloud: Cloud) -> None:
    """A list that is joined to a string in one child is a list again in another."""
    first = template({"G": LOG_GROUP}, Outputs={"Ids": {"Value": {"Fn::Join": [",", ["subnet-1", {"Ref": "G"}]]}}})
    second = template(
        {"G": LOG_GROUP},
        Parameters={"Ids": {"Type": "List<AWS::EC2::Subnet::Id>"}},
        Outputs={"Joined": {"Value": {"Fn::Join": ["+", {"Ref": "Ids"}]}}},
    )
    root = template(
        {
            "A": child(cloud.publish("a", first)),
            "B": child(cloud.publish("b", second), Ids=output("A", "Ids")),
        },
        Outputs={"Joined": {"Value": output("B", "Joined")}},
    )
    assert cloud.create("root", root) == "CREATE_COMPLETE"
    assert cloud.outputs("root")["Joined"] == f"subnet-1+{cloud.physical(cloud.physical('root', 'A'), 'G')}"


def test_a_child_names_its_parent_and_its_root(cloud: Cloud) -> None:
    """DescribeStacks and ListStacks say ParentId and RootId, two levels deep."""
    leaf = cloud.publish("leaf", template({"G": LOG_GROUP}))
    middle = cloud.publish("middle", template({"Leaf": child(leaf)}))
    cloud.create("root", template({"Middle": child(middle)}))
    root_id = cloud.stack("root")["StackId"]
    middle_id = cloud.physical("root", "Middle")
    leaf_stack = cloud.stack(cloud.physical(middle_id, "Leaf"))
    assert "ParentId" not in cloud.stack("root")
    assert cloud.stack(middle_id)["ParentId"] == cloud.stack(middle_id)["RootId"] == root_id
    assert (leaf_stack["ParentId"], leaf_stack["RootId"]) == (middle_id, root_id)
    listed = {found["StackId"]: found for found in cloud.cf.list_stacks()["StackSummaries"]}
    assert listed[leaf_stack["StackId"]]["RootId"] == root_id


def test_the_parent_knows_its_child_before_the_child_is_complete(slow: Cloud) -> None:
    """The first event with the child's id comes while the child is in progress; its events can be read by then."""
    url = slow.publish("a", template({"Role": role("slow")}))
    slow.start("root", template({"A": child(url)}))

    def child_id() -> str:
        ids = [event.get("PhysicalResourceId") for event in slow.events("root") if event["LogicalResourceId"] == "A"]
        return next((found for found in ids if found), "")

    known = until(child_id)
    assert slow.stack(known)["StackStatus"] == "CREATE_IN_PROGRESS"
    assert slow.physical("root", "A") == known
    until(lambda: ("Role", "CREATE_IN_PROGRESS") in slow.statuses(known))
    assert slow.settled("root") == "CREATE_COMPLETE"


def test_a_child_that_fails_rolls_back_everything(cloud: Cloud) -> None:
    """Its resources and its siblings' are deleted, and the reasons lead from the root to the resource."""
    cloud.create_role("taken")
    good = cloud.publish("good", template({"Role": role("good")}))
    bad = template({"First": role("first"), "Second": {**role("taken"), "DependsOn": "First"}})
    root = template({"Good": child(good), "Bad": {**child(cloud.publish("bad", bad)), "DependsOn": "Good"}})
    assert cloud.create("root", root) == "ROLLBACK_COMPLETE"
    bad_id = next(
        e["PhysicalResourceId"]
        for e in cloud.events("root")
        if e["LogicalResourceId"] == "Bad" and e["PhysicalResourceId"]
    )
    assert cloud.reason("root", "CREATE_FAILED") == (
        f"Embedded stack {bad_id} was not successfully created: The following resource(s) failed to create: [Second]. "
    )
    assert "Role with name taken already exists" in cloud.reason(bad_id, "CREATE_FAILED")
    assert cloud.reason("root", "ROLLBACK_IN_PROGRESS") == (
        "The following resource(s) failed to create: [Bad]. Rollback requested by user."
    )
    assert cloud.stack(bad_id)["StackStatus"] == "DELETE_COMPLETE"
    assert cloud.role_names() == {"taken"}
    assert set(cloud.all_stacks().values()) == {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"}


def test_what_was_in_progress_beside_a_failure_is_cancelled(slow: Cloud) -> None:
    """A sibling of what failed is CREATE_FAILED with AWS's word for it, and is gone in the end."""
    slow.create_role("taken")
    waiting = slow.publish("waiting", template({"Role": role("waiting")}))
    assert slow.create("root", template({"Waiting": child(waiting), "Zed": role("taken")})) == "ROLLBACK_COMPLETE"
    assert slow.reason("root", "CREATE_FAILED", "Waiting") == "Resource creation cancelled"
    assert "already exists" in slow.reason("root", "CREATE_FAILED", "Zed")
    assert slow.role_names() == {"taken"}


def test_without_rollback_a_failed_child_stays_as_it_is(cloud: Cloud) -> None:
    """DisableRollback keeps root and child CREATE_FAILED, and RollbackStack takes them back later."""
    cloud.create_role("taken")
    bad = cloud.publish("bad", template({"First": role("first"), "Second": {**role("taken"), "DependsOn": "First"}}))
    assert cloud.create("root", template({"Bad": child(bad)}), DisableRollback=True) == "CREATE_FAILED"
    assert cloud.stack(cloud.physical("root", "Bad"))["StackStatus"] == "CREATE_FAILED"
    cloud.cf.rollback_stack(StackName="root")
    assert cloud.settled("root", leaving="CREATE_FAILED") == "ROLLBACK_COMPLETE"
    assert cloud.role_names() == {"taken"}


def test_an_unchanged_child_has_no_events(cloud: Cloud) -> None:
    """An update that changes one child leaves the other's events, and the parent's events of it, as they are."""
    same = cloud.publish("same", template({"G": LOG_GROUP}))
    url = cloud.publish("named", template({"Role": role("one")}))
    cloud.create("root", template({"Same": child(same), "Other": child(url)}))
    before = len(cloud.events(cloud.physical("root", "Same")))
    changed = template({"Role": role("one"), "More": LOG_GROUP})
    body = template({"Same": child(same), "Other": child(cloud.publish("changed", changed))})
    assert cloud.update("root", body) == "UPDATE_COMPLETE"
    assert len(cloud.events(cloud.physical("root", "Same"))) == before
    assert ("Same", "UPDATE_IN_PROGRESS") not in cloud.statuses("root")
    assert ("More", "CREATE_COMPLETE") in cloud.statuses(cloud.physical("root", "Other"))


def test_new_content_under_the_same_address_is_seen(cloud: Cloud) -> None:
    """An update with the very same root template deploys a child whose template has changed."""
    body = template({"A": child(cloud.publish("a", template({"G": LOG_GROUP})))})
    cloud.create("root", body)
    cloud.publish("a", template({"G": LOG_GROUP, "H": LOG_GROUP}))
    assert cloud.update("root", body) == "UPDATE_COMPLETE"
    assert cloud.physical(cloud.physical("root", "A"), "H")


def test_a_failed_update_rolls_back_the_children_that_had_succeeded(cloud: Cloud) -> None:
    """A child that was updated before another failed is what it was: resources, parameters and template."""
    cloud.create_role("taken")
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "kept", "RetentionInDays": {"Ref": "Days"}}}
    days = {"Parameters": {"Days": {"Type": "Number"}}}
    first = cloud.publish("first", template({"G": group, "Old": role("old")}, **days))
    cloud.create(
        "root", template({"A": child(first, Days=7), "B": child(cloud.publish("b", template({"G": LOG_GROUP})))})
    )
    second = cloud.publish("second", template({"G": group, "New": role("new")}, **days))
    bad = cloud.publish("bad", template({"G": LOG_GROUP, "Role": role("taken")}))
    body = template({"A": child(second, Days=30), "B": {**child(bad), "DependsOn": "A"}})
    assert cloud.update("root", body) == "UPDATE_ROLLBACK_COMPLETE"
    a_id, b_id = cloud.physical("root", "A"), cloud.physical("root", "B")
    assert cloud.reason("root", "UPDATE_FAILED") == (
        f"Embedded stack {b_id} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: "
        "The following resource(s) failed to create: [Role]. "
    )
    assert cloud.stack(a_id)["StackStatus"] == cloud.stack(b_id)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    logs = cloud.account.client("logs").describe_log_groups(logGroupNamePrefix="kept")["logGroups"]
    assert logs[0]["retentionInDays"] == 7
    assert cloud.role_names() == {"taken", "old"}
    assert cloud.stack(a_id)["Parameters"] == [{"ParameterKey": "Days", "ParameterValue": "7"}]
    assert "Old" in cloud.cf.get_template(StackName=a_id)["TemplateBody"]["Resources"]


def test_deleting_the_root_deletes_the_children(cloud: Cloud) -> None:
    """Children end DELETE_COMPLETE with events of their own, after what depends on them."""
    a = cloud.publish("a", template({"Role": role("a")}))
    b = cloud.publish("b", template({"Role": role("b")}))
    cloud.create("root", template({"A": child(a), "B": {**child(b), "DependsOn": "A"}}))
    root_id, a_id = cloud.stack("root")["StackId"], cloud.physical("root", "A")
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert ("Role", "DELETE_COMPLETE") in cloud.statuses(a_id)
    deleted = [name for name, status in cloud.statuses(root_id) if status == "DELETE_COMPLETE"]
    assert deleted == ["B", "A", "root"]
    assert cloud.role_names() == set()


def test_a_stack_can_be_deleted_while_it_is_being_created(slow: Cloud) -> None:
    """The create stops, and nothing is left of it."""
    url = slow.publish("a", template({"Role": role("short-lived")}))
    slow.start("root", template({"A": child(url)}))
    until(lambda: ("A", "CREATE_IN_PROGRESS") in slow.statuses("root"))
    assert slow.delete("root") == "DELETE_COMPLETE"
    assert slow.role_names() == set()


def test_a_child_with_roles_wants_the_capability_of_its_root(cloud: Cloud) -> None:
    """Without it the root is not made where the role is its own, and fails where the role is a child's."""
    url = cloud.publish("a", template({"Role": role("a")}))
    with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]"):
        cloud.create("root", template({"Role": role("a")}), Capabilities=[])
    assert cloud.create("root", template({"A": child(url)}), Capabilities=[]) == "ROLLBACK_COMPLETE"
    assert cloud.reason("root", "CREATE_FAILED") == "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    planned = cloud.plan("other", template({"A": child(url)}), "CREATE", Capabilities=[])
    assert planned["Status"] == "FAILED"


def test_events_are_paged(cloud: Cloud) -> None:
    """More than a hundred events come with a NextToken, each of them once."""
    groups = {f"G{number}": LOG_GROUP for number in range(60)}
    cloud.create("root", template({"A": child(cloud.publish("a", template(groups)))}))
    child_id = cloud.physical("root", "A")
    assert "NextToken" in cloud.cf.describe_stack_events(StackName=child_id)
    ids = [event["EventId"] for event in cloud.events(child_id)]
    assert len(ids) == len(set(ids)) == 182
    times = [event["Timestamp"] for event in cloud.events(child_id)]
    assert times == sorted(times)
