"""Fault injection: every state of a stack can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.clouds import LOG_GROUP, child, role, template, until

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", "RetentionInDays": 7}}
LONGER = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", "RetentionInDays": 30}}


def test_a_resource_waits_until_the_fault_is_removed(cloud: Cloud) -> None:
    """The stack stays in progress until then."""
    cloud.account.inject_faults({"step": "create", "resource": "G"})
    cloud.start("root", template({"G": LOG_GROUP}))
    until(lambda: ("G", "CREATE_IN_PROGRESS") in cloud.statuses("root"))
    assert cloud.stack("root")["StackStatus"] == "CREATE_IN_PROGRESS"
    cloud.account.inject_faults()
    assert cloud.settled("root") == "CREATE_COMPLETE"


def test_creating_and_updating_fail_with_the_given_reason(cloud: Cloud) -> None:
    """In this account only, and only until other faults are set."""
    cloud.account.inject_faults({"step": "create", "resource": "G", "reason": "no luck"})
    assert cloud.create("one", template({"G": GROUP})) == "ROLLBACK_COMPLETE"
    assert cloud.reason("one", "CREATE_FAILED", "G") == "no luck"
    cloud.account.inject_faults({"step": "update", "resource": "G", "reason": "still none"})
    assert cloud.create("two", template({"G": GROUP})) == "CREATE_COMPLETE"
    assert cloud.update("two", template({"G": LONGER})) == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.reason("two", "UPDATE_FAILED", "G") == "still none"


def test_a_rollback_fails_in_a_child(cloud: Cloud) -> None:
    """Root and child are UPDATE_ROLLBACK_FAILED, and recover once the fault is removed."""
    good = cloud.publish("good", template({"G": GROUP}))
    cloud.create("root", template({"A": child(good)}))
    cloud.account.inject_faults(
        {"step": "create", "resource": "Role", "reason": "no luck"},
        {"step": "revert", "resource": "G", "reason": "none either"},
    )
    bad = cloud.publish("bad", template({"G": LONGER, "Role": {**role("r"), "DependsOn": "G"}}))
    assert cloud.update("root", template({"A": child(bad)})) == "UPDATE_ROLLBACK_FAILED"
    assert cloud.stack(cloud.physical("root", "A"))["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    cloud.account.inject_faults()
    cloud.cf.continue_update_rollback(StackName="root")
    assert cloud.settled("root", leaving="ROLLBACK_FAILED") == "UPDATE_ROLLBACK_COMPLETE"


def test_deleting_fails_and_can_be_repeated(cloud: Cloud) -> None:
    """The stack is DELETE_FAILED, has the reason, and is deleted at the next attempt."""
    cloud.create("root", template({"G": GROUP}))
    cloud.account.inject_faults({"step": "delete", "resource": "G", "reason": "in use"})
    assert cloud.delete("root") == "DELETE_FAILED"
    assert cloud.reason("root", "DELETE_FAILED", "G") == "in use"
    cloud.account.inject_faults()
    stack_id = cloud.stack("root")["StackId"]
    cloud.cf.delete_stack(StackName="root")
    assert cloud.settled(stack_id, leaving="DELETE_FAILED") == "DELETE_COMPLETE"
