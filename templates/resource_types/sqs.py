"""Queues."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, ResourceType, Service, arn

_QUEUES = arn("sqs", "{any}")

TYPES = (
    ResourceType(
        type="AWS::SQS::Queue",
        noun="queue",
        name="QueueName",
        longest=80,
        arns={"sqs:queue": arn("sqs", "{name}")},
        lookup=Lookup(
            properties=("QueueName",),
            client="sqs",
            action="sqs:GetQueueUrl",
            sid="LookForQueues",
            on=_QUEUES,
            operation="get_queue_url",
            parameters={"QueueName": "{QueueName}"},
            absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        ),
        shown=("QueueName",),
        replaced="the messages of the old one are gone",
        removed="its messages go with it",
        fixed=("Arn",),
    ),
    ResourceType(type="AWS::SQS::QueuePolicy", arns={"sqs:queue": "{Queues}"}),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "Queues",
                "sqs",
                "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes "
                "TagQueue UntagQueue",
                on=(_QUEUES,),
            ),
        )
    },
    drift=(Grant("ReadQueues", "sqs", "GetQueueAttributes ListQueueTags", on=(_QUEUES,)),),
)
