"""Schedules, the rules of EventBridge, and queues."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, pass_role, tag_calls

_TAGGED, _RETAGGED = tag_calls("TagResource", "UntagResource")
_QUEUE_TAGGED, _QUEUE_RETAGGED = tag_calls("TagQueue", "UntagQueue")
_STARTS = pass_role("Target.RoleArn", "scheduler.amazonaws.com")

CALLS: dict[str, Calls] = {
    "AWS::Events::Rule": Calls(
        service="events",
        on="rule/{id}",
        name="Name",
        longest=64,
        create=f"PutRule PutTargets {_TAGGED}",
        update=f"PutRule PutTargets RemoveTargets?-Targets {_RETAGGED}",
        delete="RemoveTargets DeleteRule",
        read="DescribeRule ListTargetsByRule ListTagsForResource",
    ),
    "AWS::SQS::Queue": Calls(
        service="sqs",
        on="{id}",
        name="QueueName",
        longest=80,
        create=f"CreateQueue {_QUEUE_TAGGED}",
        update=f"SetQueueAttributes {_QUEUE_RETAGGED}",
        delete="DeleteQueue",
        read="GetQueueAttributes ListQueueTags",
    ),
    "AWS::SQS::QueuePolicy": Calls(
        service="sqs",
        on="{Queues}",
        create="SetQueueAttributes",
        update="SetQueueAttributes",
        delete="SetQueueAttributes",
    ),
    "AWS::Scheduler::Schedule": Calls(
        service="scheduler",
        on="schedule/{GroupName}/{id}",
        name="Name",
        longest=64,
        create=f"CreateSchedule {_STARTS}",
        update=f"UpdateSchedule {_STARTS}",
        delete="DeleteSchedule",
        read="GetSchedule",
    ),
    "AWS::Scheduler::ScheduleGroup": Calls(
        service="scheduler",
        on="schedule-group/{id}",
        name="Name",
        longest=64,
        create=f"CreateScheduleGroup {_TAGGED}",
        update=_RETAGGED,
        delete="DeleteScheduleGroup DeleteSchedule@schedule/{id}/*",
        read="GetScheduleGroup ListTagsForResource",
    ),
}
