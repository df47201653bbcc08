"""Values that are followed through nested stacks."""

from __future__ import annotations

from typing import Any

from stacks.rendered.names import NESTED_STACK
from stacks.rendered.tree import Module, Resource
from stacks.rendered.values import Later


def stack(url: str, **parameters: Any) -> dict[str, Any]:
    """A nested stack."""
    return {"Type": NESTED_STACK, "Properties": {"TemplateURL": url, "Parameters": parameters}}


TEMPLATES: dict[str, dict[str, Any]] = {
    "root": {
        "Parameters": {"Size": {"Type": "String", "Default": "small"}, "Tag": {"Type": "String", "Default": ""}},
        "Conditions": {"Large": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
        "Resources": {
            "Net": stack("net"),
            "App": stack("app", Vpc={"Fn::GetAtt": ["Net", "Outputs.Vpc"]}, Size={"Ref": "Size"}, Tag={"Ref": "Tag"}),
            "Elsewhere": stack("https://elsewhere"),
        },
    },
    "net": {
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}},
        "Outputs": {"Vpc": {"Value": {"Ref": "Vpc"}}},
    },
    "app": {
        "Parameters": {name: {"Type": "String"} for name in ("Vpc", "Size", "Tag")},
        "Conditions": {
            "Small": {"Fn::Equals": [{"Ref": "Size"}, "small"]},
            "Tagged": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Tag"}, ""]}]},
        },
        "Resources": {
            "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}},
            "Again": stack("root"),
        },
    },
}
ROOT = Module(template=TEMPLATES["root"], load=TEMPLATES.get, address="root")
APP = ROOT.children["App"]


def origins(module: Module, value: Any) -> list[str]:
    """Texts, and the paths of resources."""
    return [it.path if isinstance(it, Resource) else it for it in module.origins(value)]


def test_each_template_is_there_once_with_what_it_nests() -> None:
    """Neither a template that nests itself goes on forever, nor is one there that cannot be had."""
    assert [it.path for it in ROOT.walk()] == ["", "Net/", "App/"]
    assert dict(ROOT.nested) == {"Net": "net", "App": "app", "Elsewhere": "https://elsewhere"}
    assert [it.path for it in APP.resources()] == ["App/Group", "App/Again"]
    assert [it.retained for module in ROOT.walk() for it in module.resources()].count(True) == 1


def test_values_are_followed_to_where_they_come_from() -> None:
    """Through parameters, their defaults, and outputs; both branches of a condition, unless somebody chooses."""
    assert origins(APP, APP.resource("Group").properties) == ["Net/Vpc"]
    assert origins(APP, {"Fn::Sub": "${Size}-${Vpc}"}) == ["small", "-", "Net/Vpc"]
    choice = {"Fn::If": ["Small", {"Ref": "Size"}, "b"]}
    assert origins(APP, choice) == ["small", "b"]
    assert [*APP.origins(choice, lambda _, it: [it.otherwise])] == ["b"]
    assert origins(ROOT, {"Fn::GetAtt": ["Elsewhere", "Outputs.X"]}) == ["Elsewhere"]
    assert origins(ROOT, {"Ref": "AWS::Region"}) == []


def test_conditions_are_decided_by_the_parameters_of_the_topmost_stack() -> None:
    """Where they are given, and by their defaults elsewhere; an empty one can be held for unknown."""
    assert APP.scope({}).holds("Small") is True
    assert APP.scope({"Size": "large"}).holds("Small") is False
    assert APP.scope({}).holds("Tagged") is False
    unknown = APP.scope({}, empty=Later("?", is_open=True)).holds("Tagged")
    assert isinstance(unknown, Later)
    assert isinstance(APP.scope({}).resolve({"Ref": "Vpc"}), Later)
