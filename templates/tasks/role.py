"""The role with which EventBridge Scheduler starts the tasks: these tasks, in this cluster, with these two roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import ecs, iam, sqs
from awacs.aws import Allow, ArnEquals, Condition, Statement, StringEquals
from troposphere import GetAtt
from troposphere.iam import Policy, Role

from templates.identity import arn
from templates.trust import service_trust_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.sqs import Queue

    from templates.identity import Identity
    from templates.tasks.inputs import Inputs


def scheduler_role(
    identity: Identity, values: Inputs, families: Sequence[str], group: str, failures: Queue, *, tags: bool
) -> Role:
    """Return the role; only the schedule group of this environment may assume it.

    `aws:SourceArn` is the group's ARN: schedules are no source of their own
    (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
    All revisions of the families are allowed: role and schedule are not updated in one step. `tags`: tasks are tagged
    when they are started, which is a right of its own
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html).
    """
    return Role(
        "SchedulerRole",
        Description=f"{identity.name}: EventBridge Scheduler starts the scheduled tasks",
        AssumeRolePolicyDocument=service_trust_policy(
            "SchedulesOfThisEnvironment", "scheduler.amazonaws.com", ("scheduler", f"schedule-group/{group}")
        ),
        Policies=[
            Policy(
                PolicyName="start-tasks",
                PolicyDocument={
                    "Version": "2012-10-17",
                    "Statement": list(_statements(values, families, failures, tags=tags)),
                },
            )
        ],
    )


def _statements(values: Inputs, families: Sequence[str], failures: Queue, *, tags: bool) -> list[Any]:
    cluster = arn("ecs", "cluster/${ClusterName}")
    statements = [
        Statement(
            Sid="StartTasks",
            Effect=Allow,
            Action=[ecs.RunTask],
            Resource=[arn("ecs", f"task-definition/{family}:*") for family in families],
            Condition=Condition(ArnEquals({"ecs:cluster": cluster})),
        ),
        Statement(
            Sid="HandRolesToTasks",
            Effect=Allow,
            Action=[iam.PassRole],
            Resource=[values.task_execution_role_arn.expression, values.task_role_arn.expression],
            Condition=Condition(StringEquals({"iam:PassedToService": "ecs-tasks.amazonaws.com"})),
        ),
        Statement(
            Sid="KeepWhatCouldNotBeStarted",
            Effect=Allow,
            Action=[sqs.SendMessage],
            Resource=[GetAtt(failures, "Arn")],
        ),
    ]
    if tags:
        statements.append(
            Statement(
                Sid="TagNewTasks",
                Effect=Allow,
                Action=[ecs.TagResource],
                Resource=[arn("ecs", "task/${ClusterName}/*")],
                Condition=Condition(StringEquals({"ecs:CreateAction": "RunTask"})),
            )
        )
    return statements
