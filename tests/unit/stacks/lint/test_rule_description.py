"""W9105: a security group's rules say what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.stacks.lint.folders import alone, found

if TYPE_CHECKING:
    from pathlib import Path

RULE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
DESCRIBED = RULE | {"Description": "HTTP from browsers"}


def group(ingress: Any, egress: Any) -> dict[str, Any]:
    """A security group with these rules."""
    properties = {"GroupDescription": "x", "SecurityGroupIngress": ingress, "SecurityGroupEgress": egress}
    return {"Type": "AWS::EC2::SecurityGroup", "Properties": properties}


def test_rules_without_description_are_warned_of(tmp_path: Path) -> None:
    """In the group, in a branch of a condition, and as resources of their own; a warning, which passes."""
    alone(
        tmp_path,
        {
            "Group": group([DESCRIBED, RULE], [{"Fn::If": ["Chosen", RULE, {"Ref": "AWS::NoValue"}]}]),
            "Separate": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": RULE | {"GroupId": "sg-0123456789"}},
        },
        Parameters={"Choice": {"Type": "String", "Default": ""}},
        Conditions={"Chosen": {"Fn::Equals": [{"Ref": "Choice"}, "x"]}},
    )
    warnings = found(tmp_path, "W9105")
    assert [(it.logical_id, it.property) for it in warnings] == [
        ("Group", "Properties/SecurityGroupIngress/1"),
        ("Group", "Properties/SecurityGroupEgress/0/Fn::If/1"),
        ("Separate", "Properties"),
    ]
    assert {it.level for it in warnings} == {"warning"}


def test_described_rules_pass(tmp_path: Path) -> None:
    """A description is all that is asked."""
    alone(tmp_path, {"Group": group([DESCRIBED], [DESCRIBED])})
    assert found(tmp_path, "W9105") == []
