"""Action, NotAction, Effect.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

# fmt: off
from __future__ import annotations

from tests.unit.stacks.iam.evaluate.rows import (
    ACTION,
    ALLOWED,
    DENIED,
    IDENTITY,
    LOGIC,
    NOT_ACTION,
    NOT_ALLOWED,
    Table,
    allow,
    ask,
    deny,
)

BUCKET = "arn:aws:s3:::reports"
OBJECT = "arn:aws:s3:::reports/2024/q1.csv"

actions = Table("action")
row = actions.row
row("named", ACTION, [allow(Action="sqs:SendMessage")], ask("sqs:SendMessage"), ALLOWED)
row("another", ACTION, [allow(Action="sqs:SendMessage")], ask("sqs:ReceiveMessage"), NOT_ALLOWED)
row("in a list", ACTION, [allow(Action=["sqs:SendMessage", "ec2:StartInstances"])], ask("ec2:StartInstances"), ALLOWED)
row("not in a list", ACTION, [allow(Action=["sqs:SendMessage", "iam:GetUser"])], ask("iam:PutUserPolicy"), NOT_ALLOWED)
row("case of the name", ACTION, [allow(Action="IAM:listaccesskeys")], ask("iam:ListAccessKeys"), ALLOWED)
row("case of the request", ACTION, [allow(Action="iam:ListAccessKeys")], ask("IAM:LISTACCESSKEYS"), ALLOWED)
row("case of a deny", ACTION, [allow(), deny(Action="IAM:LISTUSERS")], ask("iam:ListUsers"), DENIED)
row("all of a service", ACTION, [allow(Action="s3:*")], ask("s3:DeleteBucket", BUCKET), ALLOWED)
row("all of another service", ACTION, [allow(Action="s3:*")], ask("s3-object-lambda:GetObject"), NOT_ALLOWED)
row("everything", ACTION, [allow(Action="*")], ask("ecs:CreateService"), ALLOWED)
row("everything of everything", ACTION, [allow(Action="*:*")], ask("ecs:CreateService"), ALLOWED)
row("inside a name", ACTION, [allow(Action="iam:*AccessKey*")], ask("iam:ListAccessKeys"), ALLOWED)
row("inside a name, none", ACTION, [allow(Action="iam:*AccessKey*")], ask("iam:ListUsers"), NOT_ALLOWED)
row("star is also empty", ACTION, [allow(Action="s3:GetObject*")], ask("s3:GetObject"), ALLOWED)
row("prefix", ACTION, [allow(Action="s3:Get*")], ask("s3:GetBucketPolicy", BUCKET), ALLOWED)
row("prefix, case", ACTION, [allow(Action="s3:get*")], ask("s3:GetBucketPolicy", BUCKET), ALLOWED)
row("prefix, other verb", ACTION, [allow(Action="s3:Get*")], ask("s3:PutObject", OBJECT), NOT_ALLOWED)
row("question mark", ACTION, [allow(Action="ec2:?tartInstances")], ask("ec2:StartInstances"), ALLOWED)
row("question mark is one", ACTION, [allow(Action="ec2:Start?")], ask("ec2:StartInstances"), NOT_ALLOWED)
row("question mark is not none", ACTION, [allow(Action="s3:GetObject?")], ask("s3:GetObject", OBJECT), NOT_ALLOWED)
row("a name is not a prefix", ACTION, [allow(Action="s3:GetObject")], ask("s3:GetObjectAcl", OBJECT), NOT_ALLOWED)
row("two stars", ACTION, [allow(Action="ecs:*Task*Set")], ask("ecs:CreateTaskSet"), ALLOWED)

not_actions = Table("not action")
row = not_actions.row
row("all but one", NOT_ACTION, [allow(NotAction="s3:DeleteBucket", Resource="arn:aws:s3:::*")],
    ask("s3:GetObject", OBJECT), ALLOWED)
row("the one", NOT_ACTION, [allow(NotAction="s3:DeleteBucket", Resource="arn:aws:s3:::*")],
    ask("s3:DeleteBucket", BUCKET), NOT_ALLOWED)
row("requires the * resource", NOT_ACTION, [allow(NotAction="s3:DeleteBucket", Resource="arn:aws:s3:::*")],
    ask("s3:ListAllMyBuckets"), NOT_ALLOWED)
row("all but IAM", NOT_ACTION, [allow(NotAction="iam:*")], ask("ecs:CreateService"), ALLOWED)
row("all but IAM, IAM", NOT_ACTION, [allow(NotAction="iam:*")], ask("iam:CreateUser"), NOT_ALLOWED)
row("all but IAM, its case", NOT_ACTION, [allow(NotAction="iam:*")], ask("IAM:createuser"), NOT_ALLOWED)
row("all but two", NOT_ACTION, [allow(NotAction=["iam:*", "sts:*"])], ask("sts:AssumeRole"), NOT_ALLOWED)
row("what is excluded is not denied", NOT_ACTION, [allow(NotAction="iam:*"), allow(Action="iam:GetRole")],
    ask("iam:GetRole"), ALLOWED)
row("deny all but IAM", NOT_ACTION, [allow(), deny(NotAction="iam:*")], ask("s3:GetObject"), DENIED)
row("deny all but IAM, IAM", NOT_ACTION, [allow(), deny(NotAction="iam:*")], ask("iam:GetUser"), ALLOWED)
row("deny does not allow the rest", NOT_ACTION, [deny(NotAction="iam:*")], ask("iam:GetUser"), NOT_ALLOWED)
WITHOUT_MFA = deny(NotAction="iam:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
row("without MFA", NOT_ACTION, [allow(), WITHOUT_MFA],
    ask("s3:GetObject", context={"aws:MultiFactorAuthPresent": "false"}),
    DENIED)
row("with MFA", NOT_ACTION, [allow(), WITHOUT_MFA], ask("s3:GetObject", context={"aws:MultiFactorAuthPresent": "true"}),
    ALLOWED)
row("MFA unheard of", NOT_ACTION, [allow(), WITHOUT_MFA],
    ask("s3:GetObject", context={"aws:MultiFactorAuthPresent": None}),
    DENIED)
FOREIGN = deny(
    NotAction=["iam:*", "cloudfront:*"], Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}
)
row("another region", NOT_ACTION, [allow(), FOREIGN],
    ask("ecs:ListServices", context={"aws:RequestedRegion": "us-east-1"}),
    DENIED)
row("this region", NOT_ACTION, [allow(), FOREIGN],
    ask("ecs:ListServices", context={"aws:RequestedRegion": "eu-central-1"}),
    ALLOWED)
row("a global service", NOT_ACTION, [allow(), FOREIGN],
    ask("iam:GetUser", context={"aws:RequestedRegion": "us-east-1"}),
    ALLOWED)

effects = Table("effect")
row = effects.row
row("nothing", LOGIC, [], ask("ecs:CreateService"), NOT_ALLOWED)
row("deny alone", LOGIC, [deny(Action="ecs:*")], ask("ecs:CreateService"), DENIED)
row("deny of something else", LOGIC, [deny(Action="ecr:*")], ask("ecs:CreateService"), NOT_ALLOWED)
row("deny wins", LOGIC, [allow(Action="ecs:*"), deny(Action="ecs:CreateService")], ask("ecs:CreateService"), DENIED)
row("deny wins in any order", LOGIC, [deny(Action="ecs:Create*"), allow(Action="ecs:CreateService")],
    ask("ecs:CreateService"), DENIED)
row("deny leaves the rest", LOGIC, [allow(Action="ecs:*"), deny(Action="ecs:CreateService")],
    ask("ecs:DeleteService"), ALLOWED)
READ_ONLY = [allow(Sid="AllowGetList", Action=["iam:Get*", "iam:List*"]), deny(Sid="DenyReports", Action="iam:*Report")]
row("documented: allowed", LOGIC, READ_ONLY, ask("iam:GetRole"), ALLOWED)
row("documented: implicitly denied", LOGIC, READ_ONLY, ask("iam:CreatePolicy"), NOT_ALLOWED)
row("documented: explicitly denied", LOGIC, READ_ONLY, ask("iam:GetOrganizationsAccessReport"), DENIED)
row("documented: denied without an allow", LOGIC, READ_ONLY, ask("iam:GenerateCredentialReport"), DENIED)
DENIES_ALL = "it decides by policies alone; the server asks it not"
row("who one is cannot be denied", IDENTITY, [allow(), deny()], ask("sts:GetCallerIdentity"), ALLOWED,
    emulator=DENIES_ALL)
row("who one is needs no right", IDENTITY, [], ask("sts:GetCallerIdentity"), ALLOWED, emulator=DENIES_ALL)
row("other calls of its service do", IDENTITY, [allow(), deny(Action="sts:*")], ask("sts:AssumeRole"), DENIED)
