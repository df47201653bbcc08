"""Only true changes: what CloudFormation reports as maybe is proven, given its cause, or marked."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.cloudformation.changes import Change, StackChanges
from stacks.plan.explanation import explain
from stacks.plan.sources import PropertyValues
from tests.support import plan_trees as trees
from tests.support.plan_trees import GROUP, detail, modified, one, pair, source, stack, template

if TYPE_CHECKING:
    from tests.support.world import World

OUT = {"Out": {"Ref": "G"}}


def a(days: int, name: str = "name") -> dict[str, Any]:
    """The child A, whose output is the name of its log group."""
    return template(outputs=OUT, G=(GROUP, {"LogGroupName": name, "RetentionInDays": days}))


def inner(change: Change) -> Change:
    """The one change in a nested stack."""
    assert change.nested is not None
    return change.nested.changes[0]


def test_a_child_whose_sibling_keeps_its_output_is_proven_equal() -> None:
    """A changes in place, so its output stays; B, which CloudFormation reports as maybe replaced, does not change."""
    found = pair(a(7), a(30), modified("G", GROUP, detail("RetentionInDays", "Static")))
    assert found["A"].certainty == "certain"
    assert (found["B"].certainty, inner(found["B"]).certainty) == ("none", "none")
    assert inner(found["B"]).replacement == "False"
    counts = StackChanges(stack_id="root", changes=tuple(found.values())).count()
    assert (counts["change"], counts["replace"]) == (1, 0)


def test_a_child_whose_sibling_is_replaced_depends_on_it() -> None:
    """The cause is named by its path in the tree, and the replacement stays possible."""
    renamed = modified("G", GROUP, detail("LogGroupName", "Static", "Always"), replacement="True")
    found = pair(a(7), a(7, "another"), renamed)
    group = inner(found["B"])
    assert (found["B"].certainty, group.certainty, group.causes) == ("depends", "depends", ("A/G",))
    assert group.replacement == "Conditional"


def test_an_output_that_becomes_a_known_value_is_a_certain_change() -> None:
    """Its value is worked out: nobody has to wait for the deployment to see it."""
    new = {**a(7), "Outputs": {"Out": {"Value": {"Fn::Sub": "given-${AWS::Region}"}}}}
    group = inner(pair(a(7), new)["B"])
    (name,) = group.properties
    assert (name.before, name.after) == ("name-copy", "given-ap-northeast-2-copy")
    assert (group.certainty, group.replacement) == ("certain", "True")


def test_an_attribute_that_may_move_keeps_the_child_in_doubt() -> None:
    """Only what names a resource is known to stay when it changes in place."""
    old, new = ({**a(days), "Outputs": {"Out": {"Value": {"Fn::GetAtt": ["G", "Moving"]}}}} for days in (7, 30))
    found = pair(old, new, modified("G", GROUP, detail("RetentionInDays", "Static")))
    assert inner(found["B"]).causes == ("A/G",)


def test_a_child_with_another_template_is_compared_resource_by_resource() -> None:
    """Equal parameters alone are no proof."""
    changed = {"LogGroupName": {"Fn::Sub": "${In}-copy"}, "RetentionInDays": 1}
    new = template({"In": {"Type": "String"}}, H=(GROUP, changed))
    found = pair(a(7), a(7), b=new)
    assert [item.path for item in inner(found["B"]).properties] == ["RetentionInDays"]
    assert found["B"].certainty == "certain"


def test_a_child_with_other_tags_is_not_equal() -> None:
    """Tags of a stack are passed on to what is in it, whatever template and parameters are."""
    tags = {"Target": {"Attribute": "Tags", "RequiresRecreation": "Never"}, "Evaluation": "Static"}
    tree = stack("root", replace(trees.child("B"), details=(tags,)))
    same = source(trees.B, trees.B, ({"In": "name"}, {"In": "name"}))
    root = source(template(**trees.ROOT), template(**trees.ROOT))
    (found,) = explain(tree, {"root": root, "B": same}).changes
    assert found.certainty == "certain"
    (untouched,) = explain(stack("root", trees.child("B")), {"root": root, "B": same}).changes
    assert untouched.certainty == "none"


def test_a_long_chain_of_references_is_followed() -> None:
    """Five hundred resources, the most that a template can have, each with a reference to the next one."""
    names = [f"R{number:03}" for number in range(500)]

    def chain(first: str) -> dict[str, Any]:
        groups: dict[str, Any] = {names[-1]: (GROUP, {"LogGroupName": first})}
        for name, other in itertools.pairwise(names):
            groups[name] = (GROUP, {"LogGroupName": {"Fn::Sub": f"${{{other}}}-x"}})
        return template(**groups)

    replaced = [modified(name, GROUP, detail("LogGroupName", "Static", "Always"), replacement="True") for name in names]
    found = explain(stack("root", *replaced), {"root": source(chain("old"), chain("new"))}).changes
    assert [change.logical_id for change in found] == names
    assert found[0].causes == ("R001",)
    assert found[-1].certainty == "certain"


def test_without_templates_nothing_is_given_up() -> None:
    """Where a template cannot be read, everything that CloudFormation reports is shown, and marked."""
    change = modified("R", GROUP, detail("LogGroupName", BeforeValue="x", AfterValue="y"))
    (found,) = explain(stack("root", change), {"root": source(None, None)}).changes
    (name,) = found.properties
    assert (found.certainty, name.before, name.after) == ("unproven", "x", "y")


def test_a_hidden_parameter_proves_nothing() -> None:
    """The value of a NoEcho parameter is shown as stars before and after, and may have changed."""
    declared = {"Secret": {"Type": "String", "NoEcho": True}}
    body = template(declared, R=(GROUP, {"LogGroupName": {"Ref": "Secret"}}))
    hidden = {"Secret": "****"}
    change = modified("R", GROUP, detail("LogGroupName"))
    (found,) = explain(stack("root", change), {"root": source(body, body, (hidden, hidden))}).changes
    assert (found.certainty, found.properties[0].certainty) == ("unproven", "unproven")


def test_a_static_change_is_never_hidden() -> None:
    """CloudFormation is sure, and the templates show nothing: it stays, marked."""
    found = one(modified("R", GROUP, detail("LogGroupName", "Static")), {"LogGroupName": "x"}, {"LogGroupName": "x"})
    assert (found.certainty, [item.path for item in found.properties]) == ("unproven", ["LogGroupName"])


@pytest.mark.parametrize("attribute", ["Tags", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"])
def test_a_change_beside_the_properties_is_shown(attribute: str) -> None:
    """Tags of the stack, policies, metadata."""
    about = {"Target": {"Attribute": attribute, "RequiresRecreation": "Never"}, "Evaluation": "Static"}
    found = one(modified("R", GROUP, about), {"LogGroupName": "x"}, {"LogGroupName": "x"})
    assert (found.certainty, [item.path for item in found.properties]) == ("certain", [attribute])


def test_a_change_that_property_values_leave_out_is_kept() -> None:
    """CloudFormation drops what it cannot put into values; the templates have it."""
    change = modified("R", GROUP, detail("Configuration", "Static"))
    found = one(change, {"Configuration": {"a": 1}}, {"Configuration": {"a": 2}}, PropertyValues(before={}, after={}))
    assert [(item.path, item.before, item.after) for item in found.properties] == [("Configuration.a", 1, 2)]


def test_a_change_that_only_property_values_tell_is_kept() -> None:
    """What is resolved outside the template, an SSM parameter for instance."""
    values = PropertyValues(before={"LogGroupName": "x"}, after={"LogGroupName": "y"})
    found = one(modified("R", GROUP, detail("LogGroupName")), {"LogGroupName": "z"}, {"LogGroupName": "z"}, values)
    assert [(item.before, item.after) for item in found.properties] == [("x", "y")]


def test_values_that_are_only_placeholders_are_no_change() -> None:
    """`KNOWN_AFTER_APPLY` is not a new value: the templates decide."""
    later = {"Subnets": ["{{changeSet:KNOWN_AFTER_APPLY}}"]}
    values = PropertyValues(before={"Subnets": ["subnet-1"]}, after=later)
    same = {"Subnets": {"Ref": "Ids"}}
    found = one(modified("R", GROUP, detail("Subnets")), same, same, values, Ids="subnet-1")
    assert found.certainty == "none"


def test_the_property_that_causes_a_replacement_is_marked() -> None:
    """And only that one."""
    details = (detail("LogGroupName", "Static", "Always"), detail("RetentionInDays", "Static"))
    change = modified("R", GROUP, *details, replacement="True")
    found = one(change, {"LogGroupName": "x", "RetentionInDays": 1}, {"LogGroupName": "y", "RetentionInDays": 2})
    assert {item.path: item.recreates for item in found.properties} == {"LogGroupName": "yes", "RetentionInDays": "no"}
    assert found.consequence == "a new, empty log group; the old entries stay behind in the old one"


def test_a_number_and_its_text_are_the_same() -> None:
    """A parameter is text where a literal is a number."""
    found = one(modified("R", GROUP, detail("RetentionInDays")), {"RetentionInDays": 7}, {"RetentionInDays": "7"})
    assert found.certainty == "none"


def test_another_image_on_aws_is_shown_with_its_values() -> None:
    """There, the parameter is a placeholder; the sibling's deployed address and the new tag make the value."""
    join = {"Fn::Join": [":", [{"Fn::GetAtt": ["A", "Outputs.Out"]}, {"Ref": "Tag"}]]}
    parts = {**trees.ROOT, "B": (trees.NESTED, {"TemplateURL": "b", "Parameters": {"In": join}})}
    root = template({"Tag": {"Type": "String"}}, **parts)
    tree = stack("root", trees.child("B", modified("H", GROUP, detail("LogGroupName"))))
    found = explain(
        tree,
        {
            "root": source(root, root, ({"Tag": "v1"}, {"Tag": "v2"}), siblings={"A": {"Out": "repository"}}),
            "B": source(trees.B, trees.B, ({"In": "repository:v1"}, {"In": trees.PLACEHOLDER})),
        },
    )
    (name,) = inner(found.changes[0]).properties
    assert (name.before, name.after, name.certainty) == ("repository:v1-copy", "repository:v2-copy", "certain")


def test_a_changed_network_leaves_the_other_stacks_alone(world: World) -> None:
    """On the whole of Preto-2: the service's stack, which takes the network's outputs, is proven equal."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1", autoscaling={"enabled": False})
    planned = world.plan(image_tag="v1", autoscaling={"enabled": False}, network={"idle_timeout": 301})
    assert {path for path, change in planned.changes.paths() if change.certainty != "none"} == {"Network/LoadBalancer"}
    (timeout,) = next(change for change in planned.changes.resources() if change.certainty != "none").properties
    assert timeout.path == "LoadBalancerAttributes[idle_timeout.timeout_seconds]"
    assert (timeout.before, timeout.after) == ("300", "301")


def test_another_image_is_one_replacement_and_what_follows(world: World) -> None:
    """The task definition by its image, the service because of it, and nothing else."""
    world.deploy()
    for tag in ("v1", "v2"):
        world.push(tag)
    world.deploy(image_tag="v1")
    planned = world.plan(image_tag="v2")
    found = {path: change for path, change in planned.changes.paths() if change.certainty != "none"}
    assert {path: change.kind for path, change in found.items()} == {
        "Ecs/TaskDefinition": "replace",
        "Ecs/Service": "change",
    }
    (image,) = found["Ecs/TaskDefinition"].properties
    assert (image.path, image.recreates) == ("ContainerDefinitions[web].Image", "yes")
    assert image.before.endswith(":v1")
    assert image.after.endswith(":v2")
    assert found["Ecs/Service"].causes == ("Ecs/TaskDefinition",)


def test_an_added_resource_hides_what_is_secret() -> None:
    """A parameter with NoEcho stays hidden, and what is looked up later stays a reference."""
    declared = {"Token": {"Type": "String", "NoEcho": "true"}}
    given = {"A": {"Ref": "Token"}, "B": "{{resolve:ssm:name}}", "C": {"Fn::Sub": "${AWS::Region}-x"}, "D": []}
    new = template(declared, R=("T", given))
    added = Change(action="Add", logical_id="R", type="T")
    told = {"R": PropertyValues(before={}, after={"A": "****", "C": "ap-northeast-2-x", "E": {"F": "1"}})}
    known = source(template(), new, ({}, {"Token": "secret"}), values=told)
    (found,) = explain(stack("root", added), {"root": known}).changes
    assert [(it.path, it.before, it.after, it.certainty) for it in found.properties] == [
        ("A", None, "****", "unproven"),
        ("B", None, "{{resolve:ssm:name}}", "unproven"),
        ("C", None, "ap-northeast-2-x", "certain"),
        ("D", None, [], "certain"),
        ("E.F", None, "1", "certain"),
    ]
