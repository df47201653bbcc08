"""A property that AWS would not take fails its resource, whatever it was written as in the template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.extension.schemas import provider_schemas, validation
from sandbox.extension.schemas.compiled import KEYWORDS
from tests.support.accounts import REGION
from tests.support.clouds import LOG_GROUP, ROOT, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
RULED = {"Actions": [{"Type": "forward"}], "Conditions": [], "Priority": 1}
REFUSED = [
    ("AWS::Logs::LogGroup", {"Retention": 1}, "#: extraneous key [Retention] is not permitted"),
    ("AWS::Logs::LogGroup", {"Arn": "arn:aws:logs"}, "#: extraneous key [Arn] is not permitted"),
    ("AWS::Logs::LogGroup", {"RetentionInDays": 31}, "#/RetentionInDays: 31 is not a valid enum value"),
    ("AWS::Logs::LogGroup", {"LogGroupName": ["a"]}, "#/LogGroupName: expected type: String, found: JSONArray"),
    ("AWS::Logs::LogGroup", {"LogGroupName": "a b"}, "#/LogGroupName: string [a b] does not match pattern"),
    ("AWS::Logs::LogGroup", {"LogGroupName": ""}, "#/LogGroupName: expected minLength: 1, actual: 0"),
    ("AWS::Logs::LogGroup", {"LogGroupName": "a" * 513}, "#/LogGroupName: expected maxLength: 512, actual: 513"),
    ("AWS::ECS::Cluster", {"Tags": [{"Name": "a"}]}, "#/Tags/0: extraneous key [Name] is not permitted"),
    ("AWS::ECS::Service", {"DesiredCount": "two"}, "#/DesiredCount: expected type: Integer, found: String"),
    ("AWS::ECS::Service", {"DesiredCount": "1.5"}, "#/DesiredCount: expected type: Integer, found: String"),
    ("AWS::ECS::Service", {"EnableExecuteCommand": "yes"}, "#/EnableExecuteCommand: expected type: Boolean"),
    (GROUP, {"Port": "65536"}, "#/Port: 65536 is not less or equal to 65535"),
    (GROUP, {"Port": 0}, "#/Port: 0 is not greater or equal to 1"),
    (
        "AWS::ECR::Repository",
        {"EncryptionConfiguration": {}},
        "#/EncryptionConfiguration: required key [EncryptionType] not found",
    ),
    (RULE, RULED | {"Priority": None}, "#/Priority: expected type: Integer, found: Null"),
    (
        RULE,
        RULED | {"Transforms": [{"Type": "url-rewrite"}]},
        "#/Transforms/0: 0 subschemas matched instead of one",
    ),
    ("AWS::EC2::VPC", {}, "#: exactly one of [CidrBlock, Ipv4IpamPoolId] must be specified, found: 0"),
    ("AWS::EC2::VPC", {"CidrBlock": "10.0.0/16"}, "#/CidrBlock: [10.0.0/16] is not a valid ipv4-network"),
    (
        "AWS::EC2::VPCEndpoint",
        {"VpcId": "vpc-1", "ServiceName": "s3", "RouteTableIds": ["rtb-1", "rtb-1"]},
        "#/RouteTableIds: array items are not unique",
    ),
    (
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {"PolicyName": "a", "PolicyType": "StepScaling", "ResourceId": "b"},
        "#: property [ScalableDimension] is required",
    ),
    (
        "AWS::CloudWatch::Alarm",
        {"ComparisonOperator": "a", "EvaluationPeriods": 1, "Metrics": [], "MetricName": "a"},
        "#: [MetricName] must not be specified with [Metrics]",
    ),
]
ABOUT_THE_TYPE = {
    *(
        "typeName",
        "sourceUrl",
        "documentationUrl",
        "$schema",
        "definitions",
        "handlers",
        "tagging",
        "primaryIdentifier",
    ),
    *("additionalIdentifiers", "readOnlyProperties", "writeOnlyProperties", "createOnlyProperties"),
    *("conditionalCreateOnlyProperties", "deprecatedProperties", "propertyTransform", "replacementStrategy"),
}
"""Keys of a whole schema that do not say what a value is like."""
TYPES = sorted(
    {
        it["Type"]
        for file in (ROOT / "tests" / "templates" / "golden").rglob("*.template.json")
        for it in json.loads(file.read_text(encoding="utf-8"))["Resources"].values()
    }
)
TAKEN = [
    ("AWS::Logs::LogGroup", {"RetentionInDays": "30"}),
    ("AWS::ECS::Service", {"DesiredCount": "2", "EnableExecuteCommand": "true"}),
    ("AWS::ECS::TaskDefinition", {"Cpu": 256}),
    ("AWS::WAFv2::WebACLAssociation", {"ResourceArn": "a" * 20, "WebACLArn": "a" * 20}),
    ("Custom::Anything", {"At": ["all"]}),
]


@pytest.mark.parametrize(("resource_type", "properties", "why"), REFUSED, ids=[why for _, _, why in REFUSED])
def test_what_the_schema_does_not_allow_is_refused(resource_type: str, properties: dict[str, Any], why: str) -> None:
    """In the words of the validator that CloudFormation has (everit-org/json-schema), with the place."""
    with pytest.raises(ValueError, match=r"\AProperties validation failed for resource X with message:\n") as refused:
        validation.require_valid(REGION, resource_type, "X", properties)
    assert why in str(refused.value)


@pytest.mark.parametrize(("resource_type", "properties"), TAKEN, ids=[name for name, _ in TAKEN])
def test_texts_are_taken_for_numbers_and_the_other_way_round(resource_type: str, properties: dict[str, Any]) -> None:
    """Parameters are texts."""
    validation.require_valid(REGION, resource_type, "X", properties)


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ({"TemplateURL": "a", "TemplateBody": "{}"}, "Encountered unsupported property TemplateBody"),
        ({}, "Property TemplateURL cannot be empty."),
    ],
)
def test_a_nested_stack_is_refused_in_cloudformations_own_words(properties: dict[str, Any], why: str) -> None:
    """It has no provider (aws-sdk 740)."""
    with pytest.raises(ValueError, match=f"^{why}$"):
        validation.require_valid(REGION, "AWS::CloudFormation::Stack", "X", properties)


def test_every_keyword_of_our_types_is_understood() -> None:
    """One that is not would let everything through."""
    beside = {"$ref", "patternProperties", "additionalProperties", "then", "else"}
    says_nothing = {
        *("$comment", "description", "title", "default", "examples", "insertionOrder", "arrayType", "relationshipRef"),
    }
    used = set[str]()
    for resource_type in TYPES:
        schema = provider_schemas.schema_of(REGION, resource_type) or {}
        for part in (schema, *schema.get("definitions", {}).values()):
            used |= _keywords({key: it for key, it in part.items() if key not in ABOUT_THE_TYPE})
    assert used - says_nothing <= KEYWORDS.keys() | beside


def _keywords(schema: dict[str, Any]) -> set[str]:
    """All keywords in a schema, at any depth."""
    inner: list[Any] = []
    for key, value in schema.items():
        if key in {"properties", "patternProperties"}:
            inner += value.values()
        elif key in {"items", "not", "if", "then", "else", "additionalProperties"}:
            inner.append(value)
        elif key in {"allOf", "anyOf", "oneOf"}:
            inner += value
    return {*schema}.union(*(_keywords(it) for it in inner if isinstance(it, dict)))


def test_a_create_and_an_update_fail_with_what_references_give(cloud: Cloud) -> None:
    """What is written is fine; the value of the parameter is not. The update is taken back."""
    days = {"Days": {"Type": "String", "Default": "30"}}
    made = template({"G": {**LOG_GROUP, "Properties": {"RetentionInDays": {"Ref": "Days"}}}}, Parameters=days)
    assert cloud.create("root", made) == "CREATE_COMPLETE"
    made["Parameters"]["Days"]["Default"] = "31"
    why = "Properties validation failed for resource G with message:\n#/RetentionInDays: 31 is not a valid enum value"
    assert cloud.update("root", made) == "UPDATE_ROLLBACK_COMPLETE"
    assert why in [event.get("ResourceStatusReason") for event in cloud.events("root")]
    assert cloud.create("other", made) == "ROLLBACK_COMPLETE"
    assert why in [event.get("ResourceStatusReason") for event in cloud.events("other")]
