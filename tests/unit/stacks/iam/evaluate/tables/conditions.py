"""Condition operators. A key with None is one that the request lacks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

# fmt: off
from __future__ import annotations

from typing import Any

from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    CONDITION,
    DENIED,
    MANY_VALUES,
    NOT_ALLOWED,
    OPERATORS,
    PASS_ROLE,
    SEVERAL,
    UNKNOWN,
    Json,
    Table,
    allow,
    ask,
    deny,
)


def given(operator: str, key: str, values: Any) -> list[Json]:
    """One statement that allows everything on one condition."""
    return [allow(Condition={operator: {key: values}})]


def unless(operator: str, key: str, values: Any) -> list[Json]:
    """Everything is allowed, and denied on one condition."""
    return [allow(), deny(Condition={operator: {key: values}})]


def has(key: str, value: str | list[str] | None) -> Any:
    """A request with one condition key."""
    return ask("ec2:RunInstances", context={key: value})


JOB, TAG = "aws:PrincipalTag/job", "aws:RequestTag/Project"

strings = Table("string")
row = strings.row
row("equals", OPERATORS, given("StringEquals", JOB, "admin"), has(JOB, "admin"), ALLOWED)
row("equals not", OPERATORS, given("StringEquals", JOB, "admin"), has(JOB, "guest"), NOT_ALLOWED)
row("equals case", OPERATORS, given("StringEquals", JOB, "admin"), has(JOB, "Admin"), NOT_ALLOWED)
row("equals one of several", SEVERAL, given("StringEquals", JOB, ["admin", "dev"]), has(JOB, "dev"), ALLOWED)
row("equals none of several", SEVERAL, given("StringEquals", JOB, ["admin", "dev"]), has(JOB, "ops"), NOT_ALLOWED)
row("equals has no wildcards", OPERATORS, given("StringEquals", JOB, "adm*"), has(JOB, "admin"), NOT_ALLOWED)
row("equals a star", OPERATORS, given("StringEquals", JOB, "adm*"), has(JOB, "adm*"), ALLOWED)
row("equals without key", OPERATORS, given("StringEquals", JOB, "admin"), has(JOB, None), NOT_ALLOWED)
row("key's case", CONDITION, given("StringEquals", "AWS:principaltag/JOB", "admin"), has(JOB, "admin"), ALLOWED)
row("not equals", OPERATORS, given("StringNotEquals", JOB, "admin"), has(JOB, "dev"), ALLOWED)
row("not equals, equal", OPERATORS, given("StringNotEquals", JOB, "admin"), has(JOB, "admin"), NOT_ALLOWED)
row("not equals is nor", SEVERAL, given("StringNotEquals", JOB, ["admin", "dev"]), has(JOB, "dev"), NOT_ALLOWED)
row("not equals without key", OPERATORS, given("StringNotEquals", JOB, "admin"), has(JOB, None), ALLOWED)
row("ignoring case", CONDITION, given("StringEqualsIgnoreCase", JOB, "john"), has(JOB, "JoHn"), ALLOWED)
row("ignoring case, other", CONDITION, given("StringEqualsIgnoreCase", JOB, "john"), has(JOB, "Jo"), NOT_ALLOWED)
row("not ignoring case", OPERATORS, given("StringNotEqualsIgnoreCase", JOB, "john"), has(JOB, "JOHN"), NOT_ALLOWED)
row("like", OPERATORS, given("StringLike", "ec2:InstanceType", ["t1.*", "t2.*"]), has("ec2:InstanceType", "t2.micro"),
    ALLOWED)
row("like needs wildcards", OPERATORS, given("StringLike", "ec2:InstanceType", "t2"),
    has("ec2:InstanceType", "t2.micro"),
    NOT_ALLOWED)
row("like one character", OPERATORS, given("StringLike", "ec2:InstanceType", "t?.micro"),
    has("ec2:InstanceType", "t2.micro"), ALLOWED)
row("like case", OPERATORS, given("StringLike", JOB, "Adm*"), has(JOB, "admin"), NOT_ALLOWED)
row("like crosses everything", OPERATORS, given("StringLike", "aws:SourceArn", "arn:aws:x:*:111122223333:finance/*"),
    has("aws:SourceArn", "arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"), ALLOWED)
row("like the empty text", OPERATORS, given("StringLike", "s3:prefix", ["", "home/"]), has("s3:prefix", ""), ALLOWED)
row("like without key", OPERATORS, given("StringLike", JOB, "*"), has(JOB, None), NOT_ALLOWED)
row("not like", OPERATORS, given("StringNotLike", JOB, "adm*"), has(JOB, "dev"), ALLOWED)
row("not like, but is", OPERATORS, given("StringNotLike", JOB, "adm*"), has(JOB, "admin"), NOT_ALLOWED)
row("not like without key", OPERATORS, given("StringNotLike", JOB, "adm*"), has(JOB, None), ALLOWED)
row("several operators are and", SEVERAL, [allow(Condition={"StringEquals": {JOB: "a"}, "StringLike": {TAG: "p*"}})],
    ask("ec2:RunInstances", context={JOB: "a", TAG: "x"}), NOT_ALLOWED)
row("several keys are and", SEVERAL, [allow(Condition={"StringEquals": {JOB: "a", TAG: "p"}})],
    ask("ec2:RunInstances", context={JOB: "a", TAG: "p"}), ALLOWED)
row("several keys, one wrong", SEVERAL, [allow(Condition={"StringEquals": {JOB: "a", TAG: "p"}})],
    ask("ec2:RunInstances", context={JOB: "b", TAG: "p"}), NOT_ALLOWED)
row("deny on a tag", OPERATORS, unless("StringNotEquals", TAG, "preto-2"), has(TAG, "other"), DENIED)
row("deny on a missing tag", OPERATORS, unless("StringNotEquals", TAG, "preto-2"), has(TAG, None), DENIED)
row("deny not on the tag", OPERATORS, unless("StringNotEquals", TAG, "preto-2"), has(TAG, "preto-2"), ALLOWED)
row("deny if tagged", OPERATORS, unless("StringEquals", TAG, "preto-2"), has(TAG, None), ALLOWED)
row("passed to the service", PASS_ROLE, given("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
    has("iam:PassedToService", "ecs-tasks.amazonaws.com"), ALLOWED)
row("passed to another service", PASS_ROLE, given("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
    has("iam:PassedToService", "ec2.amazonaws.com"), NOT_ALLOWED)

numbers = Table("number, date, address")
row = numbers.row
KEYS = "s3:max-keys"
row("at most", OPERATORS, given("NumericLessThanEquals", KEYS, "10"), has(KEYS, "10"), ALLOWED)
row("too many", OPERATORS, given("NumericLessThanEquals", KEYS, "10"), has(KEYS, "11"), NOT_ALLOWED)
row("numbers, not texts", OPERATORS, given("NumericLessThan", KEYS, "10"), has(KEYS, "9"), ALLOWED)
row("less is not equal", OPERATORS, given("NumericLessThan", KEYS, 10), has(KEYS, "10"), NOT_ALLOWED)
row("greater", OPERATORS, given("NumericGreaterThan", KEYS, 10), has(KEYS, "10.5"), ALLOWED)
row("at least", OPERATORS, given("NumericGreaterThanEquals", KEYS, "10"), has(KEYS, "9"), NOT_ALLOWED)
row("equal numbers", OPERATORS, given("NumericEquals", KEYS, "10"), has(KEYS, "10.0"), ALLOWED)
row("unequal numbers", OPERATORS, given("NumericNotEquals", KEYS, "10"), has(KEYS, "10.0"), NOT_ALLOWED)
row("no number", OPERATORS, given("NumericLessThan", KEYS, "10"), has(KEYS, None), NOT_ALLOWED)
row("not a number", OPERATORS, given("NumericLessThan", KEYS, "10"), has(KEYS, "many"), UNKNOWN)
row("not a finite number", OPERATORS, given("NumericLessThan", KEYS, "10"), has(KEYS, "NaN"), UNKNOWN)
ISSUED = "aws:TokenIssueTime"
row("after", OPERATORS, given("DateGreaterThan", ISSUED, "2020-01-01T00:00:01Z"), has(ISSUED, "2020-01-01T00:00:02Z"),
    ALLOWED)
row("not after", OPERATORS, given("DateGreaterThan", ISSUED, "2020-01-01T00:00:01Z"),
    has(ISSUED, "2020-01-01T00:00:01Z"),
    NOT_ALLOWED)
row("time zones", OPERATORS, given("DateLessThan", ISSUED, "2020-01-01T00:00:00Z"),
    has(ISSUED, "2020-01-01T01:00:00+02:00"),
    ALLOWED)
row("seconds since 1970", OPERATORS, given("DateLessThanEquals", ISSUED, "1577836800"),
    has(ISSUED, "2020-01-01T00:00:00Z"),
    ALLOWED)
row("a day", OPERATORS, given("DateGreaterThanEquals", ISSUED, "2020-01-01"), has(ISSUED, "2019-12-31T23:59:59Z"),
    NOT_ALLOWED)
row("the moment", OPERATORS, given("DateEquals", ISSUED, "2020-01-01T00:00:00Z"), has(ISSUED, "1577836800"), ALLOWED)
row("not the moment", OPERATORS, given("DateNotEquals", ISSUED, "2020-01-01T00:00:00Z"), has(ISSUED, "1577836800"),
    NOT_ALLOWED)
row("no temporary credentials", OPERATORS, given("DateGreaterThan", ISSUED, "2020-01-01"), has(ISSUED, None),
    NOT_ALLOWED)
row("a month", OPERATORS, given("DateLessThan", ISSUED, "2020-02"), has(ISSUED, "2020-01-31"), ALLOWED,
    emulator="it cannot read a month")
row("a year, or seconds", OPERATORS, given("DateLessThan", ISSUED, "2020"), has(ISSUED, "2019-12-31"), UNKNOWN)
OFFICE = ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]
row("in the network", OPERATORS, given("IpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "203.0.113.9"),
    ALLOWED)
row("outside", OPERATORS, given("IpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "203.0.114.9"), NOT_ALLOWED)
row("IPv6", OPERATORS, given("IpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "2001:db8:1234:5678::1"),
    ALLOWED)
row("one address", OPERATORS, given("IpAddress", "aws:SourceIp", "203.0.113.9"), has("aws:SourceIp", "203.0.113.9"),
    ALLOWED)
row("not in the network", OPERATORS, given("NotIpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "203.0.113.9"),
    NOT_ALLOWED)
row("deny outside", OPERATORS, unless("NotIpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "198.51.100.1"),
    DENIED)
row("deny outside, inside", OPERATORS, unless("NotIpAddress", "aws:SourceIp", OFFICE),
    has("aws:SourceIp", "203.0.113.9"),
    ALLOWED)
row("no address", OPERATORS, given("IpAddress", "aws:SourceIp", OFFICE), has("aws:SourceIp", "AWS Internal"), UNKNOWN)
TLS = "aws:SecureTransport"
row("bool", OPERATORS, given("Bool", TLS, "true"), has(TLS, "true"), ALLOWED)
row("bool in JSON", OPERATORS, given("Bool", TLS, [True]), has(TLS, "true"), ALLOWED)
row("bool, other", OPERATORS, given("Bool", TLS, "true"), has(TLS, "false"), NOT_ALLOWED)
row("documented: deny without TLS", OPERATORS, unless("Bool", TLS, "false"), has(TLS, "false"), DENIED)
row("documented: with TLS", OPERATORS, unless("Bool", TLS, "false"), has(TLS, "true"), ALLOWED)
row("bool without key", OPERATORS, given("Bool", "aws:MultiFactorAuthPresent", "true"),
    has("aws:MultiFactorAuthPresent", None), NOT_ALLOWED)

arns = Table("arn")
row = arns.row
SOURCE, TOPIC = "aws:SourceArn", "arn:aws:sns:eu-west-1:123456789012:alarms"
row("equals", OPERATORS, given("ArnEquals", SOURCE, TOPIC), has(SOURCE, TOPIC), ALLOWED)
row("equals has wildcards", OPERATORS, given("ArnEquals", SOURCE, "arn:aws:sns:*:*:alarms"), has(SOURCE, TOPIC),
    ALLOWED)
row("like", OPERATORS, given("ArnLike", SOURCE, "arn:aws:sns:eu-?est-1:123456789012:*"), has(SOURCE, TOPIC), ALLOWED)
row("case", OPERATORS, given("ArnLike", SOURCE, "arn:aws:sns:*:*:Alarms"), has(SOURCE, TOPIC), NOT_ALLOWED)
row("documented: part by part", OPERATORS, given("ArnLike", SOURCE, "arn:aws:x:*:111122223333:finance/*"),
    has(SOURCE, "arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"), NOT_ALLOWED,
    emulator="its ArnLike is a StringLike")
row("without key", OPERATORS, given("ArnLike", SOURCE, "arn:*:*:*:*:*"), has(SOURCE, None), NOT_ALLOWED)
row("not equals", OPERATORS, given("ArnNotEquals", SOURCE, "arn:aws:sns:*:*:alarms"), has(SOURCE, TOPIC), NOT_ALLOWED)
row("not like", OPERATORS, given("ArnNotLike", SOURCE, "arn:aws:sqs:*:*:*"), has(SOURCE, TOPIC), ALLOWED)
row("not like without key", OPERATORS, given("ArnNotLike", SOURCE, "arn:aws:sqs:*:*:*"), has(SOURCE, None), ALLOWED)
row("fewer parts", OPERATORS, given("ArnLike", SOURCE, "arn:aws:sns:*"), has(SOURCE, TOPIC), UNKNOWN)
row("fewer parts, others", OPERATORS, given("ArnLike", SOURCE, "arn:aws:sqs:*"), has(SOURCE, TOPIC), NOT_ALLOWED)

existence = Table("if exists and null")
row = existence.row
TYPE = "ec2:InstanceType"
row("if exists, matching", OPERATORS, given("StringLikeIfExists", TYPE, "t2.*"), has(TYPE, "t2.micro"), ALLOWED)
row("if exists, not matching", OPERATORS, given("StringLikeIfExists", TYPE, "t2.*"), has(TYPE, "m3.large"), NOT_ALLOWED)
row("if exists, missing", OPERATORS, given("StringLikeIfExists", TYPE, "t2.*"), has(TYPE, None), ALLOWED)
row("if exists, negated, missing", OPERATORS, unless("StringNotEqualsIfExists", TAG, "preto-2"), has(TAG, None), DENIED)
row("if exists, negated, other", OPERATORS, unless("StringNotEqualsIfExists", TAG, "preto-2"), has(TAG, "x"), DENIED)
row("if exists, number", OPERATORS, given("NumericLessThanIfExists", KEYS, "10"), has(KEYS, None), ALLOWED)
row("null: missing", OPERATORS, given("Null", ISSUED, "true"), has(ISSUED, None), ALLOWED)
row("null: there", OPERATORS, given("Null", ISSUED, "true"), has(ISSUED, "2020-01-01T00:00:00Z"), NOT_ALLOWED)
row("not null: there", OPERATORS, given("Null", ISSUED, "false"), has(ISSUED, "2020-01-01T00:00:00Z"), ALLOWED)
row("not null: missing", OPERATORS, given("Null", ISSUED, "false"), has(ISSUED, None), NOT_ALLOWED)
row("null in JSON", OPERATORS, given("Null", ISSUED, [True]), has(ISSUED, None), ALLOWED)
row("null or what", OPERATORS, given("Null", ISSUED, "maybe"), has(ISSUED, None), UNKNOWN)
row("deny untagged", OPERATORS, unless("Null", TAG, "true"), has(TAG, None), DENIED)
row("deny untagged, tagged", OPERATORS, unless("Null", TAG, "true"), has(TAG, "preto-2"), ALLOWED)

sets = Table("many values")
row = sets.row
TAGS, OURS = "aws:TagKeys", ["Project", "Environment", "ManagedBy"]
row("all, some of them", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, ["Project"]), ALLOWED)
row("all, each", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, OURS), ALLOWED)
row("all, one too many", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, ["Project", "Owner"]),
    NOT_ALLOWED)
row("all, missing", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, None), ALLOWED)
row("all, no values", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, []), ALLOWED)
row("all, an empty value", MANY_VALUES, given("ForAllValues:StringEquals", TAGS, OURS), has(TAGS, ""), ALLOWED,
    emulator="an empty text is a value like others to it")
row("all, like", MANY_VALUES, given("ForAllValues:StringLike", TAGS, ["Pro*"]), has(TAGS, ["Project", "Product"]),
    ALLOWED)
row("any, one", MANY_VALUES, given("ForAnyValue:StringEquals", TAGS, OURS), has(TAGS, ["Owner", "Project"]), ALLOWED)
row("any, none", MANY_VALUES, given("ForAnyValue:StringEquals", TAGS, OURS), has(TAGS, ["Owner"]), NOT_ALLOWED)
row("any, missing", MANY_VALUES, given("ForAnyValue:StringEquals", TAGS, OURS), has(TAGS, None), NOT_ALLOWED)
row("any, an empty value", MANY_VALUES, given("ForAnyValue:StringLike", TAGS, ["*"]), has(TAGS, ""), NOT_ALLOWED,
    emulator="an empty text is a value like others to it")
row("any not, missing", MANY_VALUES, given("ForAnyValue:StringNotEquals", TAGS, OURS), has(TAGS, None), NOT_ALLOWED)
row("any not, another", MANY_VALUES, given("ForAnyValue:StringNotEquals", TAGS, OURS), has(TAGS, ["Project", "Owner"]),
    ALLOWED)
row("all not", MANY_VALUES, given("ForAllValues:StringNotEquals", TAGS, OURS), has(TAGS, ["Owner", "Project"]),
    NOT_ALLOWED)
row("any if exists, missing", MANY_VALUES, given("ForAnyValue:StringEqualsIfExists", TAGS, OURS), has(TAGS, None),
    ALLOWED)
row("documented: deny an attribute", MANY_VALUES,
    unless("ForAnyValue:StringLike", "dynamodb:Attributes", ["ID", "PostDateTime"]),
    has("dynamodb:Attributes", ["UserName", "PostDateTime"]), DENIED)
row("documented: no such attribute", MANY_VALUES,
    unless("ForAnyValue:StringLike", "dynamodb:Attributes", ["ID", "PostDateTime"]),
    has("dynamodb:Attributes", ["UserName"]), ALLOWED)
row("many values without a set operator", MANY_VALUES, given("StringEquals", TAGS, OURS), has(TAGS, ["Project", "x"]),
    UNKNOWN)
