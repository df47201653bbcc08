"""E9104: no IAM policy allows everything on everything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.stacks.lint.folders import alone, found

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SECTIONS = {
    "Parameters": {
        "Choice": {"Type": "String", "Default": ""},
        "All": {"Type": "String", "Default": "*"},
        "Listed": {"Type": "CommaDelimitedList", "Default": "s3:GetObject,*"},
        "Perhaps": {"Type": "String", "Default": "s3:*", "AllowedValues": ["s3:*", "*"]},
    },
    "Mappings": {"Actions": {"prod": {"Allowed": "s3:*"}, "dev": {"Allowed": "*"}}},
    "Conditions": {"Chosen": {"Fn::Equals": [{"Ref": "Choice"}, "x"]}},
}


def statements(tmp_path: Path, document: Any) -> list[str | None]:
    """Where the rule finds something in a managed policy with this document."""
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
    return [it.property for it in found(alone(tmp_path, {"Policy": policy}, **SECTIONS), "E9104")]


@pytest.mark.parametrize(
    "statement",
    [
        EVERYTHING,
        EVERYTHING | {"Action": ["s3:GetObject", "*"], "Resource": ["arn:aws:s3:::x", "*"]},
        EVERYTHING | {"Action": "*:*"},
        EVERYTHING | {"Resource": "arn:aws:*"},
        EVERYTHING | {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:*:*:*:*"}},
        EVERYTHING | {"Action": {"Fn::Sub": "*"}, "Resource": {"Fn::Join": ["", ["*"]]}},
        EVERYTHING | {"Action": {"Ref": "All"}, "Resource": {"Fn::Sub": ["${It}", {"It": {"Ref": "All"}}]}},
        EVERYTHING | {"Action": [{"Fn::If": ["Chosen", "*", "s3:GetObject"]}]},
        EVERYTHING | {"Action": {"Ref": "Listed"}},
        EVERYTHING | {"Action": {"Ref": "Perhaps"}},
        EVERYTHING | {"Action": {"Fn::FindInMap": ["Actions", "dev", "Allowed"]}},
        EVERYTHING | {"Effect": {"Fn::If": ["Chosen", "Allow", "Deny"]}},
        EVERYTHING | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x"},
    ],
    ids=str,
)
def test_everything_on_everything_is_an_error(tmp_path: Path, statement: dict[str, Any]) -> None:
    """However it is spelt."""
    assert statements(tmp_path, {"Statement": [statement]}) == ["Properties/PolicyDocument/Statement/0"]


@pytest.mark.parametrize(
    "statement",
    [
        EVERYTHING | {"Effect": "Deny"},
        EVERYTHING | {"Action": "s3:*"},
        EVERYTHING | {"Action": {"Fn::Join": ["", ["s3:", "*"]]}},
        EVERYTHING | {"Action": {"Fn::FindInMap": ["Actions", "prod", "Allowed"]}},
        EVERYTHING | {"Action": {"Fn::Sub": "${Choice}:${!Kept}*"}},
        EVERYTHING | {"Resource": "arn:aws:s3:::*"},
        EVERYTHING | {"Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/", "*"]]}},
        EVERYTHING | {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:*"}},
        {"Effect": "Allow", "Action": "application-autoscaling:*Tag*", "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::x"},
    ],
    ids=str,
)
def test_a_limit_on_either_side_passes(tmp_path: Path, statement: dict[str, Any]) -> None:
    """Some actions on everything, or everything on some resources, are for others to judge."""
    assert statements(tmp_path, {"Statement": statement}) == []


def test_statements_are_found_wherever_they_are(tmp_path: Path) -> None:
    """In a single statement, in a branch of a condition, and in a policy that is written as a string."""
    assert statements(tmp_path, {"Statement": EVERYTHING}) == ["Properties/PolicyDocument/Statement"]
    conditional = {"Statement": [{"Fn::If": ["Chosen", EVERYTHING, {"Ref": "AWS::NoValue"}]}]}
    assert statements(tmp_path, conditional) == ["Properties/PolicyDocument/Statement/0/Fn::If/1"]
    assert statements(tmp_path, json.dumps({"Statement": [EVERYTHING]})) == ["Properties/PolicyDocument"]


@pytest.mark.parametrize(
    ("resource_type", "properties", "where"),
    [
        ("Role", {"Policies": [{"PolicyName": "x", "PolicyDocument": {"Statement": [EVERYTHING]}}]}, "Policies/0/"),
        ("Group", {"Policies": [{"PolicyName": "x", "PolicyDocument": {"Statement": [EVERYTHING]}}]}, "Policies/0/"),
        ("Policy", {"PolicyDocument": {"Statement": [EVERYTHING]}}, ""),
        ("RolePolicy", {"PolicyDocument": {"Statement": [EVERYTHING]}}, ""),
        ("UserPolicy", {"PolicyDocument": {"Statement": [EVERYTHING]}}, ""),
    ],
)
def test_every_iam_type_is_looked_at(
    tmp_path: Path, resource_type: str, properties: dict[str, Any], where: str
) -> None:
    """Inline policies of roles, users and groups as well as policies that are resources."""
    resource = {"Type": f"AWS::IAM::{resource_type}", "Properties": properties}
    [finding] = found(alone(tmp_path, {"It": resource}, **SECTIONS), "E9104")
    assert finding.property == f"Properties/{where}PolicyDocument/Statement/0"


def test_trust_and_resource_policies_are_not_looked_at(tmp_path: Path) -> None:
    """Who may take on a role, and a key's policy about itself, are other questions."""
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [EVERYTHING]}}},
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [EVERYTHING]}}},
    }
    assert found(alone(tmp_path, resources), "E9104") == []
