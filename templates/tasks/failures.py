"""What becomes known of a scheduled task that fails: to start, or with its exit code.

Both are kept in one queue for 14 days. A start that fails for good is a message of EventBridge Scheduler (a dead
letter), a task that ends otherwise than with exit code 0 an event of ECS, by a rule for each task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import sqs
from awacs.aws import Allow, ArnEquals, Bool, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, GetAtt, Ref
from troposphere.cloudwatch import Alarm, MetricDimension
from troposphere.events import Rule, Target
from troposphere.sqs import Queue, QueuePolicy

from templates.identity import arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.identity import Identity
    from templates.tasks.settings import ScheduledTask

RETENTION_SECONDS = 14 * 24 * 3600
"""The longest that SQS keeps a message."""
NO_EXIT_CODE = ("InfrastructureHealth", "SpotInterruption", "TaskFailedToStart", "TerminationNotice")
"""Stop codes of tasks whose command has not come to its end
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
PERIOD = 300
SCHEDULER, EVENTS = "AWS/Scheduler", "AWS/Events"
"""https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html"""


def failure_queue_name(identity: Identity) -> str:
    """Return the name of the queue."""
    return f"{identity.stem}-task-failures"


def failure_queue(identity: Identity) -> Queue:
    """Return the queue. It is encrypted by SQS itself: messages name task definitions and reasons, and no variable.

    A customer-managed key would have to let EventBridge use it, which the policy of a given key may not.
    """
    return Queue(
        "Failures",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        QueueName=failure_queue_name(identity),
        MessageRetentionPeriod=RETENTION_SECONDS,
        SqsManagedSseEnabled=True,
    )


def queue_policy(queue: Queue, rules: Sequence[Rule]) -> QueuePolicy:
    """Return the policy: EventBridge may send what these rules find, and all requests are encrypted.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    queue_arn = GetAtt(queue, "Arn")
    return QueuePolicy(
        "FailuresPolicy",
        Queues=[Ref(queue)],
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                Statement(
                    Sid="EndsOfTasks",
                    Effect=Allow,
                    Principal=Principal("Service", "events.amazonaws.com"),
                    Action=[sqs.SendMessage],
                    Resource=[queue_arn],
                    Condition=Condition(
                        [
                            ArnEquals({"aws:SourceArn": [GetAtt(it, "Arn") for it in rules]}),
                            StringEquals({"aws:SourceAccount": AccountId}),
                        ]
                    ),
                ),
                Statement(
                    Sid="EncryptedConnectionsOnly",
                    Effect=Deny,
                    Principal=Principal("*"),
                    Action=[sqs.Action("*")],
                    Resource=[queue_arn],
                    Condition=Condition(Bool({"aws:SecureTransport": "false"})),
                ),
            ],
        ),
    )


def ended_badly(identity: Identity, it: ScheduledTask, group: str, queue: Queue) -> Rule:
    """Return the rule that finds the ends of a task that are no success.

    Other containers than the application's do not count: ECS ends them when that one has ended, with 143 or 137. Name
    and exit code are those of one container, because all fields of a pattern that lead into an array have to match in
    the same element of it (https://github.com/aws/event-ruler#json-array-matching). ECS's events:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    failed = {"containers": {"name": [identity.container], "exitCode": [{"anything-but": [0]}]}}
    return Rule(
        f"{it.title}EndedBadly",
        Name=f"{identity.stem}-{it.name}",
        Description=f"{identity.name}: the scheduled task {it.name} has ended without success",
        EventPattern={
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": [arn("ecs", "cluster/${ClusterName}")],
                "group": [group],
                "lastStatus": ["STOPPED"],
                "$or": [failed, {"stopCode": list(NO_EXIT_CODE)}],
            },
        },
        Targets=[Target(Id="Failures", Arn=GetAtt(queue, "Arn"))],
    )


def failed_alarm(identity: Identity, it: ScheduledTask, rule: Rule, topic: Any) -> Alarm:
    """Return the alarm of a task that has ended without success: its rule has passed an event on.

    EventBridge sends the metric where it is not zero; CloudWatch does not promise that a value arrives.
    """
    return _alarm(
        f"{it.title}Failed",
        f"{identity.stem}-task-{it.name}",
        f"{identity.name}: the scheduled task {it.name} has ended without success",
        topic,
        Namespace=EVENTS,
        MetricName="Invocations",
        Dimensions=[MetricDimension(Name="RuleName", Value=rule.Name)],
    )


def not_started_alarm(identity: Identity, group: str, topic: Any) -> Alarm:
    """Return the alarm of all tasks of the group that could not be started, after the last attempt."""
    return _alarm(
        "NotStarted",
        f"{identity.stem}-tasks-not-started",
        f"{identity.name}: a scheduled task could not be started; the queue of failures says which and why",
        topic,
        Namespace=SCHEDULER,
        MetricName="InvocationDroppedCount",
        Dimensions=[MetricDimension(Name="ScheduleGroup", Value=group)],
    )


def _alarm(title: str, name: str, words: str, topic: Any, **metric: Any) -> Alarm:
    return Alarm(
        title,
        AlarmName=name,
        AlarmDescription=words,
        Statistic="Sum",
        Period=PERIOD,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        **metric,
    )
