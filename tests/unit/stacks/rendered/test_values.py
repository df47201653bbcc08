"""What templates' expressions come to."""

from __future__ import annotations

from stacks.rendered.values import Later, Scope, equal


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


def test_what_a_function_gives_is_told_from_a_reference() -> None:
    """Of two texts, one may stand for the other's value only where a function or a pseudo parameter is in it."""
    found = scope(Name="n")
    for expression, is_computed in (
        ({"Fn::Sub": "${Name}/${Role.Arn}"}, False),
        ({"Fn::Join": [":", ["Fn::equal ", {"Ref": "Role"}]]}, False),
        ({"Fn::Sub": "${AWS::Partition}/${Role.Arn}"}, True),
        ({"Fn::Join": ["/", ["a", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}]]}, True),
    ):
        assert found.resolve(expression).is_computed is is_computed, expression


def test_an_attribute_that_is_computed_may_be_any() -> None:
    """CloudFormation takes a parameter as the name of an attribute."""
    found = scope(Name="Arn").resolve({"Fn::GetAtt": ["Role", {"Ref": "Name"}]})
    assert equal(found, found) is not True
