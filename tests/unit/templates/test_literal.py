"""What a setting says arrives as it is written, whatever it looks like in a template."""

from __future__ import annotations

import pytest

from tests.support.templates import properties, tree


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("${AWS::Region}", ["", "AWS::Region}"]),
        ("a ${TaskDefinition} b", ["a ", "TaskDefinition} b"]),
        ("${LogGroup.Arn}", ["", "LogGroup.Arn}"]),
        ("${ContainerImage} ${!A} ${B}", ["", "ContainerImage} ", "!A} ", "B}"]),
    ],
)
def test_what_looks_like_a_reference_is_written_in_parts(text: str, parts: list[str]) -> None:
    """No reference is made, and lint misses none; joined, it is what was written."""
    template = tree(ecs={"environment": {"A": text}})["Ecs"]
    (container,) = properties(template, "TaskDefinition")["ContainerDefinitions"]
    assert {"Name": "A", "Value": {"Fn::Join": ["${", parts]}} in container["Environment"]
    assert "${".join(parts) == text


@pytest.mark.parametrize("text", ["${HOME}", "${!AWS::Region}", "$AWS::Region", "${AWS::Region", "{{A}}", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    """CloudFormation replaces nothing outside of `Fn::Sub`."""
    template = tree(ecs={"environment": {"A": text}})["Ecs"]
    (container,) = properties(template, "TaskDefinition")["ContainerDefinitions"]
    assert {"Name": "A", "Value": text} in container["Environment"]
