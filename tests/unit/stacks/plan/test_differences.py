"""Where two sets of properties differ, and what templates' expressions come to."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stacks.plan.differences import differences
from stacks.rendered.values import Later, Scope, equal

SCALARS = st.one_of(st.booleans(), st.integers(-5, 5), st.text("abc", max_size=3))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.sampled_from(["One", "Two", "Three"]), JSON, max_size=3)


def paths(before: Any, after: Any) -> list[str]:
    """Where they differ."""
    return [item.path for item in differences(before, after)]


@given(before=PROPERTIES, after=PROPERTIES)
def test_no_difference_is_lost_and_none_invented(before: dict[str, Any], after: dict[str, Any]) -> None:
    """There are differences exactly where the values are not equal."""
    assert (paths(before, after) == []) == (equal(before, after) is True)
    assert paths(before, before) == []


def test_elements_are_found_by_their_name() -> None:
    """Containers, variables and tags are called by name, wherever they stand in their list."""
    variables = [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}]
    before = {"ContainerDefinitions": [{"Name": "web", "Image": "x", "Environment": variables}]}
    after = {"ContainerDefinitions": [{"Name": "web", "Image": "y", "Environment": [variables[1]]}]}
    assert paths(before, after) == ["ContainerDefinitions[web].Image", "ContainerDefinitions[web].Environment[A]"]
    assert paths({"Tags": [{"Key": "k", "Value": 1}]}, {"Tags": [{"Key": "k", "Value": 2}]}) == ["Tags[k]"]


def test_other_lists_are_compared_by_position_or_as_a_whole() -> None:
    """Objects without names by position; lists of another length, or of plain values, are one value."""
    assert paths({"R": [{"P": 1}, {"P": 2}]}, {"R": [{"P": 1}, {"P": 3}]}) == ["R[1].P"]
    assert paths({"R": [{"P": 1}]}, {"R": [{"P": 1}, {"P": 3}]}) == ["R"]
    assert paths({"S": ["a", "b"]}, {"S": ["a", "c"]}) == ["S"]


def scope(**parameters: str) -> Scope:
    """Parameters, two conditions and a mapping; resources are references."""
    return Scope(
        template={
            "Parameters": {"List": {"Type": "CommaDelimitedList"}},
            "Conditions": {
                "On": {"Fn::Equals": [{"Ref": "Switch"}, "on"]},
                "Off": {"Fn::Not": [{"Condition": "On"}]},
                "Both": {"Fn::And": [{"Condition": "On"}, {"Condition": "Off"}]},
                "Either": {"Fn::Or": [{"Condition": "On"}, {"Condition": "Off"}]},
            },
            "Mappings": {"M": {"a": {"b": "mapped"}}},
        },
        parameters=parameters,
        reference=lambda name, attribute: Later(f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}"),
        pseudo={"AWS::Region": "r"},
    )


def test_functions_are_applied_as_cloudformation_does() -> None:
    """Each of those that templates use."""
    found = scope(Switch="on", Name="n", List="a,b")
    for expression, expected in (
        ({"Ref": "Name"}, "n"),
        ({"Ref": "List"}, ["a", "b"]),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${!Literal}"}, "n-r-${Literal}"),
        ({"Fn::Sub": ["${X}!", {"X": {"Ref": "Name"}}]}, "n!"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Name"}]]}, "x-n"),
        ({"Fn::If": ["On", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Off", "yes", {"Ref": "AWS::NoValue"}]}, None),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": [",", "p,q"]}]}, "p"),
        ({"Fn::FindInMap": ["M", "a", "b"]}, "mapped"),
    ):
        assert found.resolve(expression) == expected, expression
    assert found.resolve({"P": {"Ref": "AWS::NoValue"}, "Q": 1}) == {"Q": 1}


def test_what_is_known_later_keeps_its_expression() -> None:
    """References to resources stay readable, in texts, too; what comes from outside is never taken as equal."""
    found = scope(Name="n")
    assert str(found.resolve({"Fn::Sub": "${Name}/${Role.Arn}"})) == "n/${Role.Arn}"
    assert equal(found.resolve({"Ref": "Role"}), found.resolve({"Ref": "Role"})) is True
    imported = found.resolve({"Fn::ImportValue": "x"})
    assert equal(imported, imported) is not True
    secret = found.resolve("{{resolve:secretsmanager:x}}")
    assert equal(secret, secret) is not True
    unknown = found.resolve({"Fn::Cidr": ["10.0.0.0/16", 1, 8]})
    assert equal(unknown, unknown) is True
