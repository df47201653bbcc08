"""The settings `[iam]`."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from templates.arns import PolicyArn
from templates.section import Allowed, Map, Section

ADMINISTRATOR_POLICIES = frozenset({"AdministratorAccess", "PowerUserAccess"})
"""AWS managed policies that allow everything, or everything but IAM."""
ANY_ACTION = re.compile(r"[a-z0-9-]+:[*?]*\*[*?]*")
"""All actions of a service."""
ANY_RESOURCE = re.compile(r"(?:arn:(?:[^:]*:){0,2})?[*?:]*\*[*?:]*")
"""All resources: `*`, `**`, `arn:aws:*`, `arn:aws:s3:::*`."""
PSEUDO = {
    "${AWS::AccountId}": "123456789012",
    "${AWS::Partition}": "aws",
    "${AWS::Region}": "us-east-1",
    "${AWS::URLSuffix}": "amazonaws.com",
}
"""Pseudo parameters, with an example value of each."""
_VARIABLE = re.compile(r"\$\{(?!(?:[a-z0-9-]+:[^}]+|[*?$])\})")
"""A variable that is not one of IAM's policy variables."""
_ARN = re.compile(r"arn:(?:aws[a-z-]*|\*):[^:]+:[^:]*:(?:[0-9]{12}|\*|aws)?:.+")


def _filled(text: str) -> str:
    for name, value in PSEUDO.items():
        text = text.replace(name, value)
    return text


def _plain(text: str) -> str:
    if _VARIABLE.search(_filled(text)):
        raise PydanticCustomError(
            "reference",
            "only {names} and IAM's own variables, such as ${{aws:PrincipalTag/team}}, are filled in",
            {"names": ", ".join(PSEUDO)},
        )
    return text


def _arn(text: str) -> str:
    if text != "*" and not _ARN.fullmatch(_filled(text)):
        raise PydanticCustomError("arn", 'is no ARN, which has six parts: "arn:aws:s3:::bucket/*"')
    return text


Action = Annotated[
    str,
    Field(max_length=128, pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$"),
    Allowed('an action of one service in quotes, such as "s3:GetObject"'),
]
Resource = Annotated[
    str,
    Field(max_length=2048, pattern=r"^(?:\*|arn:[!-~]+)$"),
    AfterValidator(_plain),
    AfterValidator(_arn),
    Allowed('an ARN in quotes, such as "arn:aws:s3:::bucket/*", or "*"'),
]
ConditionValue = Annotated[str, Field(max_length=2048), AfterValidator(_plain)]
ConditionOperator = Annotated[
    str,
    Field(
        pattern=(
            r"^(?:For(?:AnyValue|AllValues):)?(?:Bool|Null|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)"
            r"|(?:Date|Numeric)(?:(?:Less|Greater)Than(?:Equals)?|(?:Not)?Equals)"
            r"|String(?:Not)?(?:Equals(?:IgnoreCase)?|Like))(?:IfExists)?$"
        )
    ),
    Allowed('an operator of IAM, such as "StringEquals"'),
]
ConditionKey = Annotated[
    str, Field(pattern=r"^[a-z0-9-]+:[!-~]{1,200}$"), Allowed('a key in quotes, such as "aws:PrincipalTag/team"')
]


class TaskStatement(Section):
    """`[[iam.task_statements]]`: something that the application may do in AWS."""

    sid: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,64}$"), Allowed("1 to 64 letters and digits in quotes")]
    """What it is for, in one word."""
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    """What is allowed."""
    resources: Annotated[tuple[Resource, ...], Field(min_length=1)]
    """On what: ARNs, in which `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}` are filled in."""
    conditions: Map[
        ConditionOperator, Map[ConditionKey, Annotated[tuple[ConditionValue, ...], Field(min_length=1)]]
    ] = Map()
    """Conditions that must hold: operator, key, and the values, one of which must match."""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        for index, action in enumerate(self.actions):
            if ANY_ACTION.fullmatch(action) and any(ANY_RESOURCE.fullmatch(it) for it in self.resources):
                raise PydanticCustomError(
                    "unlimited",
                    "allows everything in {service} on every resource; name the actions or the resources",
                    {"key": f"actions[{index}]", "with": ("resources",), "service": action.partition(":")[0]},
                )
        return self


def _refuse_almighty(key: str, policies: tuple[str, ...]) -> None:
    for index, policy in enumerate(policies):
        if ":iam::aws:" in policy and (name := policy.rpartition("/")[2]) in ADMINISTRATOR_POLICIES:
            raise PydanticCustomError(
                "almighty",
                "{name} makes an administrator of the application; attach what it needs",
                {"key": f"{key}[{index}]", "name": name},
            )
        if policy in policies[:index]:
            raise PydanticCustomError("policy_twice", "this policy is there twice", {"key": f"{key}[{index}]"})


class Settings(Section):
    """`[iam]`: roles and policies."""

    github_actions_role_name: Annotated[
        str | None,
        Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
        Allowed("the name of a role in quotes, not its ARN: 1 to 64 letters, digits and any of + = , . @ _ -"),
    ] = None
    """Name of an existing role that gets the right to tag scalable targets, which `AmazonECS_FullAccess` lacks."""
    permissions_boundary_arn: PolicyArn | None = None
    """Permissions boundary of all roles of these stacks: they can do nothing beyond this policy."""
    execution_managed_policy_arns: Annotated[tuple[PolicyArn, ...], Field(max_length=10)] = ()
    """Policies of the task execution role, by ARN, beside our own, which are limited to what its tasks need."""
    execution_policies: bool = True
    """Whether the task execution role has our own inline policies. Without, `execution_managed_policy_arns` allow what
    ECS does to start a task."""
    trust_condition: bool = True
    """Whether the trust policies of both roles are limited to tasks of this account and region."""
    task_managed_policy_arns: Annotated[tuple[PolicyArn, ...], Field(max_length=10)] = ()
    """Policies that the application has, by ARN; IAM attaches 10 to a role unless the quota is raised."""
    task_statements: Annotated[tuple[TaskStatement, ...], Field(max_length=50)] = ()
    """What the application may do in AWS beyond what the settings of `[ecs]` need."""

    @model_validator(mode="after")
    def _not_almighty(self) -> Self:
        for key in ("execution_managed_policy_arns", "task_managed_policy_arns"):
            _refuse_almighty(key, getattr(self, key))
        if not (self.execution_policies or self.execution_managed_policy_arns):
            raise PydanticCustomError(
                "no_rights",
                "the task execution role would have no rights, and no task could start: name policies that have them",
                {"key": "execution_policies", "with": ("execution_managed_policy_arns",)},
            )
        return self

    @model_validator(mode="after")
    def _sids_differ(self) -> Self:
        sids = [statement.sid for statement in self.task_statements]
        for index, sid in enumerate(sids):
            if sid in sids[:index]:
                raise PydanticCustomError(
                    "sid_twice",
                    "two statements are called {sid}",
                    {
                        "key": f"task_statements[{index}].sid",
                        "with": (f"task_statements[{sids.index(sid)}].sid",),
                        "sid": sid,
                    },
                )
        return self
