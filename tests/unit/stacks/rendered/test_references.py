"""What waits for what: every way in which a template says so, and nested stacks."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.rendered import references


@pytest.mark.parametrize(
    "resource",
    [
        {"DependsOn": "Role"},
        {"DependsOn": ["Role"]},
        {"Properties": {"A": {"Ref": "Role"}}},
        {"Properties": {"A": [{"Fn::GetAtt": ["Role", "Arn"]}]}},
        {"Properties": {"A": {"Fn::GetAtt": "Role.Arn"}}},
        {"Properties": {"A": {"Fn::Sub": "x-${Role}-${!Not}"}}},
        {"Properties": {"A": {"Fn::Sub": "${Role.Arn}"}}},
        {"Properties": {"A": {"Fn::Sub": ["${X}", {"X": {"Ref": "Role"}}]}}},
        {"Properties": {"A": {"Fn::Join": ["", ["a", {"Fn::If": ["C", {"Ref": "Role"}, "b"]}]]}}},
    ],
)
def test_every_way_of_referring_is_found(resource: dict[str, Any]) -> None:
    """DependsOn, Ref, GetAtt and Sub, in both of their forms, however deep."""
    templates = {"root": {"Resources": {"Role": {"Type": "R"}, "It": {"Type": "I", **resource}}}}
    assert references.needs(templates, "root") == {"Role": set(), "It": {"Role"}}


def test_parameters_and_pseudo_parameters_are_nothing_to_wait_for() -> None:
    """They are there from the beginning."""
    properties = {"A": {"Ref": "Size"}, "B": {"Fn::Sub": "${AWS::Region}-${Size}"}}
    templates = {"root": {"Resources": {"It": {"Type": "I", "Properties": properties}}}}
    assert references.needs(templates, "root") == {"It": set()}


def test_a_stack_waits_for_what_is_in_it_and_its_reader_for_the_stack() -> None:
    """`Second` takes an output of `First`: what is in it begins when all of `First` is done, as on AWS."""
    child = {"Resources": {"A": {"Type": "T"}, "B": {"Type": "T", "DependsOn": "A"}}}
    stack = "AWS::CloudFormation::Stack"
    second = {"TemplateURL": "child", "Parameters": {"X": {"Fn::GetAtt": ["First", "Outputs.X"]}}}
    root = {
        "Resources": {
            "First": {"Type": stack, "Properties": {"TemplateURL": "child"}},
            "Second": {"Type": stack, "Properties": second},
        }
    }
    assert references.needs({"root": root, "child": child}, "root") == {
        "First/": set(),
        "First/A": {"First/"},
        "First/B": {"First/", "First/A"},
        "First": {"First/", "First/A", "First/B"},
        "Second/": {"First"},
        "Second/A": {"Second/"},
        "Second/B": {"Second/", "Second/A"},
        "Second": {"Second/", "Second/A", "Second/B"},
    }


def test_a_stack_of_somebody_else_is_one_resource() -> None:
    """Where its template is not at hand."""
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://elsewhere"}}
    assert references.needs({"root": {"Resources": {"It": stack}}}, "root") == {"It": set()}
