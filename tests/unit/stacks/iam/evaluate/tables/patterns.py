"""Requests that are patterns, and what is not known.

AWS knows all of a request. What is unknown here is our rule, by the same pages: allowed is only what is allowed
whatever the unknown turns out to be.
"""

# fmt: off
from __future__ import annotations

from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    DENIED,
    LOGIC,
    NOT_ACTION,
    NOT_ALLOWED,
    NOT_RESOURCE,
    OPERATORS,
    RESOURCE,
    UNKNOWN,
    Table,
    allow,
    ask,
    deny,
)

SERVICES = "arn:aws:ecs:*:123456789012:service/preto-2-prod/*"
ECS = "arn:aws:ecs:eu-west-1:123456789012:"
create = ask("ecs:CreateService", SERVICES)

patterns = Table("pattern")
row = patterns.row
row("everything", RESOURCE, [allow()], create, ALLOWED)
row("itself", RESOURCE, [allow(Resource=SERVICES)], create, ALLOWED)
row("wider", RESOURCE, [allow(Resource="arn:aws:ecs:*:*:service/*")], create, ALLOWED)
row("wider prefix", RESOURCE, [allow(Resource="arn:aws:ecs:*:123456789012:service/preto-2-*")], create, ALLOWED)
row("narrower", RESOURCE, [allow(Resource="arn:aws:ecs:*:123456789012:service/preto-2-prod/app")], create, UNKNOWN)
row("one region", RESOURCE, [allow(Resource="arn:aws:ecs:eu-west-1:123456789012:service/*")], create, UNKNOWN)
row("beside", RESOURCE, [allow(Resource="arn:aws:ecs:*:123456789012:service/preto-2-dev/*")], create, NOT_ALLOWED)
row("another account", RESOURCE, [allow(Resource="arn:aws:ecs:*:111122223333:*")], create, NOT_ALLOWED)
row("an ARN with fewer parts", RESOURCE, [allow(Resource="arn:aws:ecs:*:service/preto-2-*")], create, ALLOWED)
row("crossing", RESOURCE, [allow(Resource="arn:aws:ecs:*:123456789012:*/*/a*")], create, UNKNOWN)
row("two halves", RESOURCE, [allow(Resource=ECS + "service/a*"), allow(Resource=ECS + "service/b*")],
    ask("ecs:CreateService", ECS + "service/?*"), UNKNOWN)
row("two that make a whole", RESOURCE, [allow(Resource=ECS + "service/a*"), allow(NotResource=ECS + "service/a*")],
    ask("ecs:CreateService", ECS + "service/*"), ALLOWED)
row("star covers a question mark", RESOURCE, [allow(Resource=ECS + "service/*")],
    ask("ecs:CreateService", ECS + "service/a?c"),
    ALLOWED)
row("question mark does not cover a star", RESOURCE, [allow(Resource=ECS + "service/a?c")],
    ask("ecs:CreateService", ECS + "service/a*c"), UNKNOWN)
row("denied wholly", RESOURCE, [allow(), deny(Resource="arn:aws:ecs:*:*:service/preto-2-prod/*")], create, DENIED)
row("denied in part", RESOURCE, [allow(), deny(Resource="arn:aws:ecs:*:*:service/*/secret")], create, UNKNOWN)
row("denied beside", RESOURCE, [allow(), deny(Resource="arn:aws:ecs:*:*:service/preto-2-dev/*")], create, ALLOWED)
row("denied in another account", RESOURCE, [allow(), deny(Resource="arn:aws:ecs:*:111122223333:*")], create, ALLOWED)
row("denied in part, nothing allowed", LOGIC, [deny(Resource="arn:aws:ecs:*:*:service/*/secret")], create, NOT_ALLOWED)
row("the rest of what is allowed is denied", LOGIC, [allow(Resource=SERVICES + "a"), deny(Resource=SERVICES + "a")],
    create,
    NOT_ALLOWED)
row("all but beside", NOT_RESOURCE, [allow(NotResource="arn:aws:ecs:*:*:service/preto-2-dev/*")], create, ALLOWED)
row("all but a part", NOT_RESOURCE, [allow(NotResource="arn:aws:ecs:*:*:service/*/secret")], create, UNKNOWN)
row("all but all of it", NOT_RESOURCE, [allow(NotResource="arn:aws:ecs:*:*:service/*")], create, NOT_ALLOWED)
row("deny all but it", NOT_RESOURCE, [allow(), deny(NotResource="arn:aws:ecs:*:*:service/*")], create, ALLOWED)
row("actions", RESOURCE, [allow(Action="ecs:*")], ask("ecs:Describe*"), ALLOWED)
row("more actions than allowed", RESOURCE, [allow(Action="ecs:DescribeServices")], ask("ecs:Describe*"), UNKNOWN)
row("other actions", RESOURCE, [allow(Action="ecs:List*")], ask("ecs:Describe*"), NOT_ALLOWED)
row("all but some actions", NOT_ACTION, [allow(NotAction="ecs:Delete*")], ask("ecs:D*"), UNKNOWN)
row("all but other actions", NOT_ACTION, [allow(NotAction="iam:*")], ask("ecs:*"), ALLOWED)
row("all actions", LOGIC, [allow(Action="ecs:*")], ask("*"), UNKNOWN)
row("too many wildcards", RESOURCE, [allow(Resource=f"arn:aws:s3:::*a{'?' * 20}")],
    ask("s3:GetObject", "arn:aws:s3:::*"), UNKNOWN)
TASK_ROLE = "arn:aws:iam::123456789012:role/preto-2-prod-Iam-*-TaskRole-*"
OTHER = TASK_ROLE.replace("TaskRole", "TaskExecutionRole")
passes = ask("iam:PassRole", TASK_ROLE)
row("a name that is made", RESOURCE, [allow(Resource=TASK_ROLE)], passes, ALLOWED)
row("a name that is made, wider", RESOURCE, [allow(Resource="arn:aws:iam::*:role/preto-2-*")], passes, ALLOWED)
row("a name that is made, one of it", RESOURCE, [allow(Resource=TASK_ROLE.replace("*", "1A"))], passes, UNKNOWN)
row("a name that is made, one with a hyphen", RESOURCE, [allow(Resource=TASK_ROLE.replace("*", "1-A"))], passes,
    NOT_ALLOWED)
row("another name that is made in the same stack", RESOURCE, [allow(Resource=OTHER)], passes, NOT_ALLOWED)
row("denied for another name of the same stack", RESOURCE, [allow(), deny(Resource=OTHER)], passes, ALLOWED)

unknown = Table("unknown")
row = unknown.row
TAGGED = allow(Condition={"StringEquals": {"aws:RequestTag/Project": "preto-2"}})
row("a key", OPERATORS, [TAGGED], create, UNKNOWN)
row("a key, and allowed anyway", OPERATORS, [TAGGED, allow(Action="ecs:*")], create, ALLOWED)
row("a key, and denied anyway", OPERATORS, [TAGGED, deny(Action="ecs:*")], create, DENIED)
row("a key of a deny", OPERATORS, [allow(), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})], create,
    UNKNOWN)
row("a key of a deny, nothing allowed", OPERATORS, [deny(Condition={"Bool": {"aws:SecureTransport": "false"}})], create,
    NOT_ALLOWED)
row("a key of another action", OPERATORS,
    [allow(Action="ecs:*"), deny(Action="iam:*", Condition={"Null": {"aws:x": "true"}})],
    create, ALLOWED)
row("one of two keys is wrong", OPERATORS, [allow(Condition={"StringEquals": {"aws:a": "1", "aws:b": "2"}})],
    ask("ecs:CreateService", SERVICES, {"aws:a": "0"}), NOT_ALLOWED)
row("one of two keys is unknown", OPERATORS, [allow(Condition={"StringEquals": {"aws:a": "1", "aws:b": "2"}})],
    ask("ecs:CreateService", SERVICES, {"aws:a": "1"}), UNKNOWN)
row("whether it is there", OPERATORS, [allow(Condition={"Null": {"aws:RequestTag/Project": "false"}})], create, UNKNOWN)
row("if it exists", OPERATORS, [allow(Condition={"StringEqualsIfExists": {"aws:RequestTag/Project": "a"}})], create,
    UNKNOWN)
row("not it", OPERATORS, [allow(Condition={"StringNotEquals": {"aws:RequestTag/Project": "a"}})], create, UNKNOWN)
row("binary", OPERATORS, [allow(Condition={"BinaryEquals": {"key": "QmluYXJ5"}})],
    ask("ecs:CreateService", context={"key": "x"}),
    UNKNOWN)
