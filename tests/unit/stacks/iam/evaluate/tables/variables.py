"""Policy variables and the version of the policy language.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

# fmt: off
from __future__ import annotations

from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    DENIED,
    NOT_ALLOWED,
    RESOURCE,
    UNKNOWN,
    VARIABLES,
    VERSION,
    Json,
    Table,
    allow,
    ask,
    deny,
    document,
)

LITERAL = "it does not replace policy variables"
HOME = "arn:aws:s3:::bucket/${aws:username}/*"
DAVID = {"aws:username": "David"}

variables = Table("variable")
row = variables.row
row("his objects", VARIABLES, [allow(Resource=HOME)], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", DAVID),
    ALLOWED,
    emulator=LITERAL)
row("another's objects", VARIABLES, [allow(Resource=HOME)], ask("s3:GetObject", "arn:aws:s3:::bucket/Eve/a", DAVID),
    NOT_ALLOWED)
row("in a name", VARIABLES, [allow(Resource="arn:aws:sqs:us-east-2:*:${aws:username}-queue")],
    ask("sqs:SendMessage", "arn:aws:sqs:us-east-2:123456789012:David-queue", DAVID), ALLOWED, emulator=LITERAL)
row("key's case", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${AWS:UserName}")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/David", DAVID), ALLOWED, emulator=LITERAL)
row("a tag", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${aws:PrincipalTag/department}")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/sales", {"aws:PrincipalTag/department": "sales"}), ALLOWED,
    emulator=LITERAL)
row("deny", VARIABLES, [allow(), deny(NotResource=HOME)], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", DAVID),
    ALLOWED,
    emulator=LITERAL)
row("deny elsewhere", VARIABLES, [allow(), deny(NotResource=HOME)],
    ask("s3:GetObject", "arn:aws:s3:::bucket/Eve/a", DAVID),
    DENIED)
row("unknown, elsewhere", VARIABLES, [allow(Resource=HOME)], ask("s3:GetObject", "arn:aws:s3:::other/David/a"),
    NOT_ALLOWED)
row("unknown", VARIABLES, [allow(Resource=HOME)], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a"), UNKNOWN)
row("unknown, and allowed anyway", VARIABLES, [allow(Resource=HOME), allow(Resource="arn:aws:s3:::bucket/*")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/David/a"), ALLOWED)
row("missing", VARIABLES, [allow(Resource=HOME)],
    ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", {"aws:username": None}),
    NOT_ALLOWED)
row("missing, beside another", VARIABLES, [allow(Resource=[HOME, "arn:aws:s3:::bucket/public/*"])],
    ask("s3:GetObject", "arn:aws:s3:::bucket/public/a", {"aws:username": None}), UNKNOWN)
row("several values", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${aws:TagKeys}")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/a", {"aws:TagKeys": ["a", "b"]}), NOT_ALLOWED)
row("a wildcard in a value is none", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${aws:PrincipalTag/x}")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/secret", {"aws:PrincipalTag/x": "*"}), NOT_ALLOWED)
row("default", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'company-wide'}/*")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/company-wide/a", {"aws:PrincipalTag/team": None}), ALLOWED,
    emulator=LITERAL)
row("default not needed", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'company-wide'}/*")],
    ask("s3:GetObject", "arn:aws:s3:::bucket/company-wide/a", {"aws:PrincipalTag/team": "yellow"}), NOT_ALLOWED)
row("a star", VARIABLES, [allow(Resource="arn:aws:s3:::bucket/${*}")], ask("s3:GetObject", "arn:aws:s3:::bucket/a", {}),
    NOT_ALLOWED)
row("a star is a star", VARIABLES, [allow(Condition={"StringLike": {"s3:prefix": "a${*}"}})],
    ask("s3:ListBucket", context={"s3:prefix": "a*"}), ALLOWED, emulator=LITERAL)
row("a question mark", VARIABLES, [allow(Condition={"StringLike": {"s3:prefix": "a${?}"}})],
    ask("s3:ListBucket", context={"s3:prefix": "ab"}), NOT_ALLOWED)
row("a dollar", VARIABLES, [allow(Condition={"StringEquals": {"s3:prefix": "a${$}"}})],
    ask("s3:ListBucket", context={"s3:prefix": "a$"}), ALLOWED, emulator=LITERAL)
row("before the fifth colon", RESOURCE, [allow(Resource="arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:queue1")],
    ask("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:queue1", {"aws:PrincipalAccount": "123456789012"}),
    UNKNOWN)
LIKE: Json = {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}}
row("in a condition", VARIABLES, [allow(Condition=LIKE)],
    ask("s3:ListBucket", context={"s3:prefix": "home/David/", **DAVID}),
    ALLOWED, emulator=LITERAL)
row("in a condition, another's", VARIABLES, [allow(Condition=LIKE)],
    ask("s3:ListBucket", context={"s3:prefix": "home/Eve/", **DAVID}), NOT_ALLOWED)
row("in a condition, unknown", VARIABLES, [allow(Condition=LIKE)],
    ask("s3:ListBucket", context={"s3:prefix": "home/Eve/"}),
    UNKNOWN)
NOBODY = {"aws:username": None}
row("in a condition, missing", VARIABLES, [allow(Condition=LIKE)],
    ask("s3:ListBucket", context={"s3:prefix": "home/Eve/", **NOBODY}), NOT_ALLOWED)
row("in a condition, missing beside a match", VARIABLES, [allow(Condition=LIKE)],
    ask("s3:ListBucket", context={"s3:prefix": "home/", **NOBODY}), UNKNOWN)
row("in a negated condition, missing", VARIABLES,
    [allow(Condition={"StringNotEquals": {"s3:prefix": "${aws:username}"}})],
    ask("s3:ListBucket", context={"s3:prefix": "Eve", **NOBODY}), UNKNOWN)
row("in an ARN condition", VARIABLES,
    [allow(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:${aws:username}"}})],
    ask("sns:Publish", context={"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:David", **DAVID}), ALLOWED,
    emulator=LITERAL)
row("not in a number", VARIABLES, [allow(Condition={"NumericEquals": {"s3:max-keys": "${aws:PrincipalTag/n}"}})],
    ask("s3:ListBucket", context={"s3:max-keys": "5", "aws:PrincipalTag/n": "5"}), UNKNOWN)

versions = Table("version")
row = versions.row
row("2008: literal", VERSION, [], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", DAVID), NOT_ALLOWED,
    identity=(document(allow(Resource=HOME), version="2008-10-17"),))
row("2008: itself", VERSION, [], ask("s3:GetObject", "arn:aws:s3:::bucket/${aws:username}/a", DAVID), ALLOWED,
    identity=(document(allow(Resource=HOME), version="2008-10-17"),))
row("none is 2008", VARIABLES, [], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", DAVID), NOT_ALLOWED,
    identity=(document(allow(Resource=HOME), version=None),))
row("2008: condition", VERSION, [], ask("s3:ListBucket", context={"s3:prefix": "home/David/", **DAVID}), NOT_ALLOWED,
    identity=(document(allow(Condition=LIKE), version="2008-10-17"),))
row("each document has its own", VERSION, [], ask("s3:GetObject", "arn:aws:s3:::bucket/David/a", DAVID), ALLOWED,
    identity=(document(deny(Resource=HOME), version="2008-10-17"), document(allow(Resource=HOME))), emulator=LITERAL)
