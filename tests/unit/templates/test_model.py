"""The kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import pytest
from troposphere import GetAtt, Join, Ref, Sub, Tags
from troposphere.cloudformation import Stack as NestedStack
from troposphere.logs import LogGroup

from templates.identity import Identity
from templates.model import Builder, Declaration, Stack
from templates.values import Number, SubnetIds, Text

IDENTITY = Identity("preto-2", "prod")


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Two values."""

    some_name: Annotated[Text, Declaration(description="A name", constraints={"MaxLength": 8}, group="G", label="Name")]
    subnet_ids: Annotated[SubnetIds, "Subnets"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The subnets again."""

    subnet_ids: Annotated[SubnetIds, "Subnets"]


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """No value."""


@dataclass(frozen=True, kw_only=True)
class Bare:
    """A field that says nothing of itself."""

    name: Text


@dataclass(frozen=True, kw_only=True)
class Perhaps:
    """A value that may be absent."""

    name: Annotated[Text | None, Declaration(description="A name")] = None


@dataclass(frozen=True, kw_only=True)
class Size:
    """A root's parameters."""

    web_cpu: Annotated[Number, "CPU units of the web servers"]
    name: Annotated[Text | None, "A name"] = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a child needs: a root's parameter, an output of a sibling, a value of its own, and perhaps a name."""

    cpu: Annotated[Number, "CPU units"]
    subnet_ids: Annotated[SubnetIds, "Subnets"]
    path: Annotated[Text, "A path"]
    name: Annotated[Text | None, "A name"] = None


@dataclass(frozen=True, kw_only=True)
class Named:
    """A name that must be there."""

    name: Annotated[Text, "A name"]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A number under the name of a text."""

    name: Annotated[Number | None, "A number"]


INPUTS = Inputs(some_name=Text("x"), subnet_ids=SubnetIds(["subnet-1", "subnet-2"]))


def test_a_field_of_the_inputs_is_a_parameter() -> None:
    """Name, type, description and constraints follow from the field."""
    stack = Builder(IDENTITY, "d", INPUTS)
    stack.add(LogGroup("LogGroup", LogGroupName=Sub("/${SomeName}"), Tags=Tags(Where=Join(",", Ref("SubnetIds")))))
    template = json.loads(stack.finish(Nothing()).body)
    assert template["Parameters"] == {
        "SomeName": {"Type": "String", "Description": "A name", "MaxLength": 8},
        "SubnetIds": {"Type": "CommaDelimitedList", "Description": "Subnets"},
    }


def test_a_list_crosses_stacks_as_a_string() -> None:
    """Nested stacks take and give strings; inside a template the same value is a list."""
    child = Builder(IDENTITY, "d", INPUTS)
    child.add(LogGroup("LogGroup", LogGroupName=child.parameters.some_name.expression))
    assert child.parameters.subnet_ids.expression.to_dict() == {"Ref": "SubnetIds"}
    finished = child.finish(Outputs(subnet_ids=child.parameters.subnet_ids))
    assert json.loads(finished.body)["Outputs"]["SubnetIds"]["Value"] == {"Fn::Join": [",", {"Ref": "SubnetIds"}]}
    parent = Builder(IDENTITY, "d", Nothing())
    seen = parent.nest("Child", finished)
    body = json.loads(parent.finish(Outputs(subnet_ids=seen.subnet_ids)).body)
    passed = body["Resources"]["Child"]["Properties"]["Parameters"]
    assert passed == {"SomeName": "x", "SubnetIds": {"Fn::Join": [",", ["subnet-1", "subnet-2"]]}}
    assert body["Outputs"]["SubnetIds"]["Value"] == {"Fn::GetAtt": ["Child", "Outputs.SubnetIds"]}


def network() -> Stack[Outputs]:
    """A child with an output `SubnetIds`."""
    return Builder(IDENTITY, "d", Nothing()).finish(Outputs(subnet_ids=INPUTS.subnet_ids))


def test_inputs_are_connected_by_their_names() -> None:
    """What bears one name on both sides is not written by hand; what is given by hand wins, and checks as a call."""
    stack = Builder(IDENTITY, "d", Size(web_cpu=Number(256), name=Text("n")), defaults=True)
    stack.nest("Net", network())
    assert stack.connect(partial(Wanted, path=Text("/")), prefix="Web") == Wanted(
        cpu=Number(Ref("WebCpu")),
        subnet_ids=SubnetIds(GetAtt("Net", "Outputs.SubnetIds")),
        path=Text("/"),
        name=Text(Ref("Name")),
    )
    given = stack.connect(partial(Wanted, path=Text("/"), name=None, cpu=Number(1)))
    assert (given.name, given.cpu) == (None, Number(1))


def test_an_input_with_a_default_needs_no_value_of_its_name() -> None:
    """A module that is left out of the tree takes its outputs with it."""
    stack = Builder(IDENTITY, "d", Nothing())
    assert stack.connect(Perhaps) == Perhaps(name=None)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (partial(Wanted, path=Text("/")), r"\.cpu: 0 values have this name"),
        (partial(Wanted, cpu=Number(1)), r"\.path: 0 values have this name"),
        (Outputs, r"\.subnet_ids: 2 values have this name"),
        (Named, r"\.name: must be Text, not Text None"),
        (Counted, r"\.name: must be Number, not Text None"),
    ],
)
def test_inputs_that_cannot_be_connected_fail_when_building(shape: Any, message: str) -> None:
    """A name that is missing, there twice, absent or of another kind is found before there is a template."""
    stack = Builder(IDENTITY, "d", Perhaps())
    stack.nest("One", network())
    if shape is Outputs:
        stack.nest("Two", network())
    with pytest.raises(TypeError, match=message):
        stack.connect(shape)


def test_an_absent_value_is_no_parameter_no_argument_and_no_output() -> None:
    """A module whose settings need no key, say, has no parameter for it, and nobody can refer to one."""
    without = Builder(IDENTITY, "d", Perhaps()).finish(Perhaps())
    assert {"Parameters", "Outputs"}.isdisjoint(json.loads(without.body))
    assert not without.arguments
    child = Builder(IDENTITY, "d", Perhaps(name=Text("x")))
    given = child.finish(Perhaps(name=child.parameters.name))
    assert set(json.loads(given.body)["Parameters"]) == set(json.loads(given.body)["Outputs"]) == {"Name"}
    parent = Builder(IDENTITY, "d", Nothing())
    assert parent.nest("Without", without).name is None
    assert parent.nest("Given", given).name == Text(GetAtt("Given", "Outputs.Name"))


def test_an_input_to_which_nothing_refers_is_no_parameter_and_is_not_passed() -> None:
    """A module takes what its features may need, and what is switched off leaves no trace; a root keeps its own."""
    child = Builder(IDENTITY, "d", INPUTS)
    finished = child.finish(Outputs(subnet_ids=child.parameters.subnet_ids))
    assert set(json.loads(finished.body)["Parameters"]) == set(finished.arguments) == {"SubnetIds"}
    root = Builder(IDENTITY, "d", INPUTS, defaults=True).finish(Nothing())
    assert set(json.loads(root.body)["Parameters"]) == set(root.arguments) == {"SomeName", "SubnetIds"}


def test_a_root_parameter_without_an_expression_has_no_default() -> None:
    """CloudFormation then asks for its value instead of taking one that was never meant."""
    body = json.loads(Builder(IDENTITY, "d", Perhaps(name=Text(None)), defaults=True).finish(Nothing()).body)
    assert body["Parameters"] == {"Name": {"Type": "String", "Description": "A name"}}


def test_a_logical_id_can_be_used_once() -> None:
    """Two resources of one name are an error when building."""
    stack = Builder(IDENTITY, "d", Nothing())
    stack.add(LogGroup("LogGroup"))
    with pytest.raises(ValueError, match="duplicate key"):
        stack.add(LogGroup("LogGroup"))


def test_a_missing_required_property_fails_when_building() -> None:
    """A property that a type requires is checked when the stack is finished."""
    stack = Builder(IDENTITY, "d", Nothing())
    stack.add(NestedStack("Child"))
    with pytest.raises(ValueError, match="TemplateURL required"):
        stack.finish(Nothing())


def test_a_misspelt_output_fails_when_building() -> None:
    """The root wires by attribute: there is no string to look up at deployment."""
    stack = Builder(IDENTITY, "d", Nothing())
    seen = stack.nest("Child", Builder(IDENTITY, "d", INPUTS).finish(Outputs(subnet_ids=INPUTS.subnet_ids)))
    with pytest.raises(AttributeError, match="subnet_idz"):
        seen.subnet_idz  # type: ignore[attr-defined]  # noqa: B018 - the misspelling is what is tested


def test_a_field_must_say_what_it_is() -> None:
    """A parameter without a description does not come to be."""
    with pytest.raises(TypeError, match="not an Annotated type of value"):
        Builder(IDENTITY, "d", Bare(name=Text("x")))


def test_tags_of_a_resources_own_win() -> None:
    """A resource with a `Name` tag keeps it; the others get the identity's."""
    stack = Builder(IDENTITY, "d", Nothing())
    stack.add(LogGroup("Own", Tags=stack.tags(Name="n")))
    stack.add(LogGroup("Plain"))
    resources = json.loads(stack.finish(Nothing()).body)["Resources"]
    keys = {name: [tag["Key"] for tag in it["Properties"]["Tags"]] for name, it in resources.items()}
    assert keys == {
        "Own": ["Environment", "ManagedBy", "Name", "Project"],
        "Plain": ["Environment", "ManagedBy", "Project"],
    }


def test_nested_stacks_need_no_name() -> None:
    """CloudFormation names a nested stack itself; a troposphere that demands `StackName` must not come in."""
    assert "StackName" not in NestedStack.props
    assert NestedStack("Child", TemplateURL="x").to_dict() == {
        "Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"},
    }  # fmt: skip


def test_references_are_frozen_when_the_stack_is_finished() -> None:
    """What is added later does not change a finished stack."""
    stack = Builder(IDENTITY, "d", Nothing())
    group = stack.add(LogGroup("LogGroup"))
    finished = stack.finish(Nothing())
    group.LogGroupName = GetAtt("X", "Y")
    stack.add(LogGroup("Other", KmsKeyId=Ref("Z")))
    assert "Other" not in finished.body
    assert "Fn::GetAtt" not in finished.body
