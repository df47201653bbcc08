"""Resource and NotResource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

# fmt: off
from __future__ import annotations

from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    ARNS,
    DENIED,
    LOGIC,
    NOT_ACTION,
    NOT_ALLOWED,
    NOT_RESOURCE,
    RESOURCE,
    UNKNOWN,
    Table,
    allow,
    ask,
    deny,
    document,
)

SERVICE = "arn:aws:ecs:eu-west-1:123456789012:service/preto-2-prod/app"
USER = "arn:aws:iam::123456789012:user/accounting/Bob"
QUEUE = "arn:aws:sqs:us-east-2:123456789012:queue1"
CROSSES = "its * crosses the colons between all segments"

resources = Table("resource")
row = resources.row


def on(resource: str | list[str]) -> list[dict[str, object]]:
    """One statement that allows everything on a resource."""
    return [allow(Resource=resource)]


row("named", RESOURCE, on(QUEUE), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("another", RESOURCE, on(QUEUE), ask("sqs:SendMessage", QUEUE + "2"), NOT_ALLOWED)
row("everything", RESOURCE, on("*"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("one of a list", RESOURCE, on([QUEUE, USER]), ask("iam:GetUser", USER), ALLOWED)
row("none of a list", RESOURCE, on([QUEUE, USER]), ask("ecs:UpdateService", SERVICE), NOT_ALLOWED)
row("case of a name", RESOURCE, on("arn:aws:iam::123456789012:user/accounting/bob"), ask("iam:GetUser", USER),
    NOT_ALLOWED)
row("path", RESOURCE, on("arn:aws:iam::123456789012:user/accounting/*"), ask("iam:GetUser", USER), ALLOWED)
row("another path", RESOURCE, on("arn:aws:iam::123456789012:user/sales/*"), ask("iam:GetUser", USER), NOT_ALLOWED)
row("bucket's objects", RESOURCE, on("arn:aws:s3:::reports/*"), ask("s3:GetObject", "arn:aws:s3:::reports/a/b"),
    ALLOWED)
row("bucket is not its objects", RESOURCE, on("arn:aws:s3:::reports/*"), ask("s3:ListBucket", "arn:aws:s3:::reports"),
    NOT_ALLOWED)
row("objects are not the bucket", RESOURCE, on("arn:aws:s3:::reports"), ask("s3:GetObject", "arn:aws:s3:::reports/a"),
    NOT_ALLOWED)
NESTED = "arn:aws:s3:::reports/*/test/*"
row("crosses slashes: 1", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/1/test/object.jpg"), ALLOWED)
row("crosses slashes: 2", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/1/2/test/o.jpg"), ALLOWED)
row("crosses slashes: 3", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/1/2/test/3/o.jpg"), ALLOWED)
row("crosses slashes: 4", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/1/2/3/test/4/o"), ALLOWED)
row("but not nothing", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/1-test/object.jpg"), NOT_ALLOWED)
row("not without slash", RESOURCE, on(NESTED), ask("s3:GetObject", "arn:aws:s3:::reports/test/object.jpg"), NOT_ALLOWED)
row("question mark", RESOURCE, on("arn:aws:sqs:us-east-2:123456789012:queue?"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("question mark is one", RESOURCE, on("arn:aws:sqs:us-east-2:123456789012:queue??"), ask("sqs:SendMessage", QUEUE),
    NOT_ALLOWED)
row("region", RESOURCE, on("arn:aws:sqs:*:123456789012:queue1"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("part of a region", RESOURCE, on("arn:aws:sqs:us-*:123456789012:queue1"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("middle of a region", RESOURCE, on("arn:aws:sqs:us-*-2:123456789012:queue1"), ask("sqs:SendMessage", QUEUE),
    ALLOWED)
row("account", RESOURCE, on("arn:aws:sqs:us-east-2:*:queue1"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("another account", RESOURCE, on("arn:aws:sqs:us-east-2:111122223333:*"), ask("sqs:SendMessage", QUEUE), NOT_ALLOWED)
row("partition", RESOURCE, on("arn:aws-cn:sqs:*:*:*"), ask("sqs:SendMessage", QUEUE), NOT_ALLOWED)
row("any partition", RESOURCE, on("arn:*:sqs:*:*:queue1"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("last in its segment crosses colons", RESOURCE, on("arn:aws:sqs:*"), ask("sqs:SendMessage", QUEUE), ALLOWED)
row("last in its segment crosses several", RESOURCE, on("arn:aws:sqs:us*:queue1"), ask("sqs:SendMessage", QUEUE),
    ALLOWED)
row("inside a segment it does not", RESOURCE, on("arn:aws:sqs:u*2:queue1"),
    ask("sqs:SendMessage", QUEUE), NOT_ALLOWED, emulator=CROSSES)
row("inside a segment it does not, over an account", RESOURCE, on("arn:aws:sqs:us*9012:queue1"),
    ask("sqs:SendMessage", QUEUE), NOT_ALLOWED, emulator=CROSSES)
row("question mark is no colon", RESOURCE, on("arn:aws:sqs:us-east-2?123456789012:queue1"),
    ask("sqs:SendMessage", QUEUE), NOT_ALLOWED, emulator="its ? is also a colon between segments")
LOG = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/preto-2-prod:log-stream:app/1"
row("colons of the resource part", RESOURCE,
    on("arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/*:log-stream:app/1"),
    ask("logs:PutLogEvents", LOG), ALLOWED)
row("crosses the resource part's colons", RESOURCE, on("arn:aws:logs:*:*:log-g*app/1"), ask("logs:PutLogEvents", LOG),
    ALLOWED)
row("service in a cluster", RESOURCE, on("arn:aws:ecs:*:*:service/preto-2-prod/*"), ask("ecs:UpdateService", SERVICE),
    ALLOWED)
row("cluster of a similar name", RESOURCE, on("arn:aws:ecs:*:*:service/preto-2/*"), ask("ecs:UpdateService", SERVICE),
    NOT_ALLOWED)
row("no resource types: everything", RESOURCE, on("*"), ask("ec2:DescribeVpcs"), ALLOWED)
row("no resource types: all of a service", NOT_ACTION, on("arn:aws:ec2:*:*:*"), ask("ec2:DescribeVpcs"), NOT_ALLOWED)
row("deny of a part", RESOURCE, [allow(), deny(Resource="arn:aws:s3:::*log*")],
    ask("s3:PutObject", "arn:aws:s3:::a-logs/x"),
    DENIED)
row("deny of another part", RESOURCE, [allow(), deny(Resource="arn:aws:s3:::*log*")],
    ask("s3:PutObject", "arn:aws:s3:::a/x"),
    ALLOWED)

incomplete = Table("incomplete ARN")
row = incomplete.row
INCOMPLETE = "its ARNs are not completed"
BUCKET = "arn:aws:s3:::reports"
for arn in ("arn:aws:ecs", "arn:aws:ecs:*", "arn:aws:ecs:eu-west-1", "arn:aws:ecs:eu-west-1:123456789012", "arn:*:ecs",
            "arn:aws", "arn:aws:e*"):
    own = "" if arn.endswith("*") else INCOMPLETE
    row(f"{arn}: allow", ARNS, on(arn), ask("ecs:UpdateService", SERVICE), ALLOWED, emulator=own)
    row(f"{arn}: deny", ARNS, [allow(), deny(Resource=arn)], ask("ecs:UpdateService", SERVICE), DENIED, emulator=own)
    row(f"{arn}: allow elsewhere", ARNS, [allow(NotResource=arn)], ask("ecs:UpdateService", SERVICE), NOT_ALLOWED,
        emulator=own)
    row(f"{arn}: deny elsewhere", ARNS, [allow(), deny(NotResource=arn)], ask("ecs:UpdateService", SERVICE), ALLOWED,
        emulator=own)
row("another service", ARNS, [allow(), deny(Resource="arn:aws:ecs")], ask("sqs:SendMessage", QUEUE), ALLOWED)
row("deny elsewhere than a service", ARNS, [allow(), deny(NotResource="arn:aws:ecs")], ask("sqs:SendMessage", QUEUE),
    DENIED)
row("another account", ARNS, on("arn:aws:ecs:eu-west-1:111122223333"), ask("ecs:UpdateService", SERVICE), NOT_ALLOWED)
row("a bucket and its objects", ARNS, on("arn:aws:s3"), ask("s3:GetObject", f"{BUCKET}/a:b"), ALLOWED,
    emulator=INCOMPLETE)
row("what has no resource is none of a service", ARNS, on("arn:aws:ec2"), ask("ec2:DescribeVpcs"), NOT_ALLOWED)
row("six fields are whole", ARNS, on("arn:aws:s3:::"), ask("s3:ListBucket", BUCKET), NOT_ALLOWED)
row("a boundary", ARNS, [allow()], ask("ecs:UpdateService", SERVICE), ALLOWED,
    boundary=document(allow(Resource="arn:aws:ecs")), emulator=INCOMPLETE)
row("a variable has no colons", ARNS, on("arn:aws:s3:${aws:username}"), ask("s3:ListBucket", BUCKET), UNKNOWN,
    emulator="it knows no such user")

not_resources = Table("not resource")
row = not_resources.row
PAYROLL = ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]
ONLY_PAYROLL = deny(Action="s3:*", NotResource=PAYROLL)
row("deny elsewhere", NOT_RESOURCE, [allow(), ONLY_PAYROLL], ask("s3:GetObject", "arn:aws:s3:::HRBucket/Plans/a"),
    DENIED)
row("deny not here", NOT_RESOURCE, [allow(), ONLY_PAYROLL], ask("s3:GetObject", PAYROLL[0] + "/a"), ALLOWED)
row("deny in another bucket", NOT_RESOURCE, [allow(), ONLY_PAYROLL], ask("s3:GetObject", "arn:aws:s3:::Other/a"),
    DENIED)
row("grants nothing", NOT_RESOURCE, [ONLY_PAYROLL], ask("s3:GetObject", PAYROLL[0]), NOT_ALLOWED)
row("other services", NOT_RESOURCE, [allow(), ONLY_PAYROLL], ask("sqs:SendMessage", QUEUE), ALLOWED)
row("allow elsewhere", NOT_RESOURCE, [allow(NotResource=PAYROLL)], ask("s3:GetObject", "arn:aws:s3:::HRBucket/a"),
    ALLOWED)
row("allow not here", NOT_RESOURCE, [allow(NotResource=PAYROLL)], ask("s3:GetObject", PAYROLL[0]), NOT_ALLOWED)
row("no resource types are elsewhere", NOT_RESOURCE, [allow(), deny(NotResource=PAYROLL)], ask("s3:ListAllMyBuckets"),
    DENIED)

carlos = Table("documented example")
row = carlos.row
CARLOS = [
    allow(Sid="AllowS3ListRead", Action=["s3:GetBucketLocation", "s3:ListAllMyBuckets"], Resource="arn:aws:s3:::*"),
    allow(Sid="AllowS3Self", Action="s3:*", Resource=["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]),
    deny(Sid="DenyS3Logs", Action="s3:*", Resource="arn:aws:s3:::*log*"),
]
row("his bucket", LOGIC, CARLOS, ask("s3:PutObject", "arn:aws:s3:::carlossalazar/a"), ALLOWED)
row("his logs", LOGIC, CARLOS, ask("s3:PutObject", "arn:aws:s3:::carlossalazar-logs/a"), DENIED)
row("a log in his bucket", LOGIC, CARLOS, ask("s3:PutObject", "arn:aws:s3:::carlossalazar/a.log"), DENIED)
row("another's bucket", LOGIC, CARLOS, ask("s3:PutObject", "arn:aws:s3:::maria/a"), NOT_ALLOWED)
row("where another's bucket is", LOGIC, CARLOS, ask("s3:GetBucketLocation", "arn:aws:s3:::maria"), ALLOWED)
