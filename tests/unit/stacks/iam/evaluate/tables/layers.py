"""Several policies, and boundaries.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

# fmt: off
from __future__ import annotations

from tests.unit.stacks.iam.evaluate.rows import (
    ALLOWED,
    BOUNDARIES,
    DENIED,
    LOGIC,
    NOT_ALLOWED,
    UNKNOWN,
    Table,
    allow,
    ask,
    deny,
    document,
)

ECS, S3, EVERYTHING = document(allow(Action="ecs:*")), document(allow(Action="s3:*")), document(allow())
NO_ECS = document(allow(), deny(Action="ecs:*"))
CREATE, GET = ask("ecs:CreateService"), ask("s3:GetObject")
IF_TAGGED = document(allow(Condition={"StringEquals": {"aws:RequestTag/Project": "preto-2"}}))

several = Table("several policies")
row = several.row
row("one allows", LOGIC, [], CREATE, ALLOWED, identity=(S3, ECS))
row("none allows", LOGIC, [], ask("iam:CreateUser"), NOT_ALLOWED, identity=(S3, ECS))
row("one denies", LOGIC, [], CREATE, DENIED, identity=(EVERYTHING, NO_ECS))

boundaries = Table("boundary")
row = boundaries.row
SHIRLEY = document(allow(Action=["s3:*", "cloudwatch:*", "ec2:*"]))
row("both allow", BOUNDARIES, [allow(Action="s3:GetObject")], GET, ALLOWED, boundary=SHIRLEY)
row("documented: beyond it", BOUNDARIES, [allow(Action="iam:CreateUser")], ask("iam:CreateUser"), NOT_ALLOWED,
    boundary=SHIRLEY)
row("grants nothing", BOUNDARIES, [], GET, NOT_ALLOWED, boundary=SHIRLEY)
row("denies", BOUNDARIES, [allow()], CREATE, DENIED, boundary=NO_ECS)
row("identity denies", BOUNDARIES, [allow(), deny(Action="s3:*")], GET, DENIED, boundary=SHIRLEY)
row("undecided", BOUNDARIES, [allow()], GET, UNKNOWN, boundary=IF_TAGGED)
row("undecided, but nothing grants", BOUNDARIES, [allow(Action="ecs:*")], GET, NOT_ALLOWED, boundary=IF_TAGGED)
