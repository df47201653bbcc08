"""What a reader of a plan sees."""

from __future__ import annotations

import re
from dataclasses import replace

from stacks.cloudformation.change_set import ChangeSet, Request
from stacks.cloudformation.changes import Change, PropertyChange, StackChanges
from stacks.plan import Plan
from stacks.views import plan as view
from tests.unit.stacks.views.plans import examples

NESTED = "AWS::CloudFormation::Stack"


def change(action: str, name: str, kind: str = "AWS::ECS::Service", replacement: str = "") -> Change:
    """A change of one resource."""
    return Change(action=action, logical_id=name, type=kind, replacement=replacement)


def plan(*changes: Change, notes: tuple[str, ...] = ()) -> Plan:
    """A plan of the root stack."""
    request = Request(
        environment="prod",
        stack_name="preto-2-prod",
        delete_command="",
        template="https://bucket/key",
        existing=None,
        notes=notes,
    )
    change_set = ChangeSet(change_set_id="c", stack_id="s", stack_name="preto-2-prod", stack_is_new=True)
    return Plan(request=request, changes=StackChanges(stack_id="s", changes=changes), change_set=change_set)


def nested(name: str, *changes: Change, action: str = "Modify") -> Change:
    """A nested stack with changes in it."""
    inside = StackChanges(stack_id=name, changes=changes)
    return Change(action=action, logical_id=name, type=NESTED, nested=inside)


def test_each_change_has_a_sign_under_its_stack() -> None:
    """Added, changed, replaced, removed, adopted, and what may be replaced."""
    shown = view.text(
        plan(
            nested("Ecr", change("Import", "Repository", "AWS::ECR::Repository"), action="Add"),
            nested(
                "Ecs",
                change("Add", "LogGroup", "AWS::Logs::LogGroup"),
                change("Modify", "Cluster", "AWS::ECS::Cluster", "False"),
                change("Modify", "TaskDefinition", "AWS::ECS::TaskDefinition", "True"),
                change("Modify", "Service", replacement="Conditional"),
            ),
            nested("Autoscaling", change("Remove", "CpuPolicy", "AWS::ApplicationAutoScaling::ScalingPolicy")),
        )
    )
    assert shown.splitlines() == [
        "preto-2-prod   new",
        "",
        " + Ecr",
        "   └ <=  Repository  AWS::ECR::Repository",
        " ~ Ecs",
        "   ├ +   LogGroup        AWS::Logs::LogGroup",
        "   ├ ~   Cluster         AWS::ECS::Cluster",
        "   ├ -/+ TaskDefinition  AWS::ECS::TaskDefinition",
        "   └ ~   Service         AWS::ECS::Service   may be replaced",
        " ~ Autoscaling",
        "   └ -   CpuPolicy  AWS::ApplicationAutoScaling::ScalingPolicy",
        "",
        "Plan: 1 to import, 1 to add, 2 to change, 1 to replace, 1 to destroy.",
    ]


def test_the_count_is_of_resources_and_not_of_stacks() -> None:
    """A nested stack is no resource of its own, unless nothing is known of what is in it."""
    assert plan(nested("Ecs", change("Add", "Service"))).changes.count()["add"] == 1
    assert plan(change("Add", "Ecs", NESTED)).changes.count()["add"] == 1


def test_nothing_to_do_is_said_in_one_line() -> None:
    """With what was done otherwise than the settings say before it."""
    found = replace(plan(notes=("No image tag given: the service keeps v1.",)), change_set=None)
    assert view.text(found) == (
        "No image tag given: the service keeps v1.\nNo changes. preto-2-prod is what the settings say."
    )


def test_a_change_of_no_resource_is_said_to_be_one() -> None:
    """A change set may change outputs only."""
    assert view.text(plan()).endswith("Only outputs, parameters or tags of the stacks change.")


def test_the_document_has_the_same_tree() -> None:
    """For programs: nested like the stacks."""
    found = view.document(plan(nested("Ecs", change("Modify", "Service", replacement="True"))))
    assert (found["changed"], found["summary"]["replace"]) == (True, 1)
    (ecs,) = found["changes"]
    assert (ecs["logical_id"], ecs["changes"][0]["logical_id"]) == ("Ecs", "Service")
    assert ecs["changes"][0]["action"] == "replace"


def test_what_is_added_or_removed_shows_what_identifies_it() -> None:
    """A few values in one line; the rest is in the document."""
    lines = view.text(examples.everything()).splitlines()
    image = "123456789012.dkr.ec…ast-2.amazonaws.com/preto-2-prod:v42"
    assert (
        f"   ├ +   TaskDefinition  AWS::ECS::TaskDefinition   Family preto-2-prod, Cpu 256, Memory 512, Image {image}"
        in lines
    )
    assert "   └ +   Service         AWS::ECS::Service          DesiredCount 2" in lines
    assert "   └ -   Bucket  AWS::S3::Bucket   its objects go with it; BucketName preto-2-uploads" in lines
    assert not any("STREAMLIT_SERVER_PORT" in line or "${TaskDefinition}" in line for line in lines)


def test_a_resource_of_an_unknown_type_shows_its_names() -> None:
    """What tells it from others, of any type; never the whole of it."""
    properties = tuple(
        PropertyChange(path=path, after="x" * 200)
        for path in (
            "DBInstanceIdentifier",
            "Engine",
            "Port",
            "Tags[Name]",
            *(f"Part{number}Name" for number in range(9)),
        )
    )
    (line,) = (
        line
        for line in view.text(
            plan(replace(change("Add", "Db", "AWS::RDS::DBInstance"), properties=properties))
        ).splitlines()
        if "AWS::RDS::DBInstance" in line
    )
    assert re.findall(r"(\w+) x", line) == ["DBInstanceIdentifier", "Engine", "Part0Name", "Part1Name"]
    assert len(line) < 330
