"""Resources take a part of their real time, concurrently, while the server answers requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.clouds import child, role, template, until

if TYPE_CHECKING:
    from datetime import datetime

    from tests.support.clouds import Cloud

# AWS::IAM::Role takes 12 s in reality, and a fiftieth of that in this sandbox.
_ROLE_SECONDS = 12 * 0.02


def _times(cloud: Cloud, stack: str) -> dict[tuple[str, str], datetime]:
    first: dict[tuple[str, str], datetime] = {}
    for event in cloud.events(stack):
        first.setdefault((event["LogicalResourceId"], event["ResourceStatus"]), event["Timestamp"])
    return first


def test_a_resource_takes_its_share_of_the_real_time(slow: Cloud) -> None:
    """Between its first and its last event lies at least the scaled time of its type."""
    assert slow.create("root", template({"Role": role("one")})) == "CREATE_COMPLETE"
    times = _times(slow, "root")
    taken = times["Role", "CREATE_COMPLETE"] - times["Role", "CREATE_IN_PROGRESS"]
    assert taken.total_seconds() >= _ROLE_SECONDS


def test_independent_resources_are_made_concurrently(slow: Cloud) -> None:
    """Two children, and two resources in each, are begun before the first of them is complete; a third waits."""
    two = slow.publish("two", template({"One": role("one"), "Two": role("two")}))
    more = slow.publish("more", template({"Three": role("three")}))
    late = slow.publish("late", template({"Four": role("four")}))
    body = template({"A": child(two), "B": child(more), "Late": {**child(late), "DependsOn": ["A", "B"]}})
    assert slow.create("root", body) == "CREATE_COMPLETE"
    root, inner = _times(slow, "root"), _times(slow, slow.physical("root", "A"))
    completed = min(root[name, "CREATE_COMPLETE"] for name in ("A", "B"))
    assert max(root[name, "CREATE_IN_PROGRESS"] for name in ("A", "B")) < completed
    assert inner["Two", "CREATE_IN_PROGRESS"] < inner["One", "CREATE_COMPLETE"]
    assert root["Late", "CREATE_IN_PROGRESS"] >= max(root[name, "CREATE_COMPLETE"] for name in ("A", "B"))


def test_the_server_answers_while_resources_take_time(slow: Cloud) -> None:
    """Another stack is created to the end while a first one is still in progress."""
    slow.start("long", template({"Eip": {"Type": "AWS::EC2::EIP"}, "Role": {**role("x"), "DependsOn": "Eip"}}))
    until(lambda: ("Eip", "CREATE_IN_PROGRESS") in slow.statuses("long"))
    assert slow.create("short", template({"G": {"Type": "AWS::Logs::LogGroup"}})) == "CREATE_COMPLETE"
    assert slow.stack("long")["StackStatus"] == "CREATE_IN_PROGRESS"
    assert slow.settled("long") == "CREATE_COMPLETE"


def test_an_update_can_be_cancelled(slow: Cloud) -> None:
    """CancelUpdateStack rolls back what is under way."""
    slow.create("root", template({"Role": role("one")}))
    body = template({"Role": role("one"), "More": role("two"), "Last": {**role("three"), "DependsOn": "More"}})
    slow.cf.update_stack(StackName="root", TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_NAMED_IAM"])
    until(lambda: ("More", "CREATE_IN_PROGRESS") in slow.statuses("root"))
    slow.cf.cancel_update_stack(StackName="root")
    assert slow.settled("root") == "UPDATE_ROLLBACK_COMPLETE"
    assert slow.role_names() == {"one"}
