"""AWS::Scheduler, AWS::Events and AWS::SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import eventbridge, scheduler, sqs

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties

_NOT_OF_THE_TYPE = frozenset({"ActionAfterCompletion", "CreationDate", "LastModificationDate"})

_NUMBERS = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)


def _schedule(name: str) -> Properties | None:
    """Read a schedule of the default group by its name, which is all of its identifier in the schema.

    AWS's handler does not find one in another group, either: https://github.com/go-to-k/cdkd/issues/961.
    """
    found = scheduler._schedules.get(f"default/{name}")
    return None if found is None else {key: it for key, it in found.items() if key not in _NOT_OF_THE_TYPE}


def _schedules() -> Iterator[tuple[str]]:
    return ((str(it["Name"]),) for it in scheduler._schedules.values())


def _group(name: str) -> Properties | None:
    found = scheduler._schedule_groups.get(name)
    if found is None:
        return None
    return {"Name": name, "Arn": found["Arn"], "State": found["State"], "Tags": tags(scheduler._tags.get(found["Arn"]))}


def _rule(arn: str) -> Properties | None:
    key = next((key for key, it in eventbridge._rules.items() if it["Arn"] == arn), None)
    if key is None:
        return None
    found = eventbridge._rules[key]
    return {
        "Arn": arn,
        "RuleName": found["Name"],
        "Name": found["Name"],
        "EventBusName": found["EventBusName"],
        "State": found["State"],
        **present(
            Description=found.get("Description"),
            EventPattern=document(found.get("EventPattern") or None),
            Targets=list(eventbridge._targets.get(key, [])),
        ),
        "Tags": tags(eventbridge._tags.get(arn)),
    }


def _rules() -> Iterator[tuple[str]]:
    return ((str(it["Arn"]),) for it in eventbridge._rules.values())


def _queue(url: str) -> Properties | None:
    found = sqs._queues.get(url)
    if found is None:
        return None
    attributes = found["attributes"]
    return {
        "QueueUrl": url,
        "QueueName": found["name"],
        "Arn": attributes["QueueArn"],
        "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
        **{name: int(attributes[name]) for name in _NUMBERS if name in attributes},
        **present(KmsMasterKeyId=attributes.get("KmsMasterKeyId")),
        "Tags": tags(found.get("tags")),
    }


READERS = {
    "AWS::Scheduler::Schedule": Readable(read=_schedule, every=_schedules),
    "AWS::Scheduler::ScheduleGroup": Readable(read=_group, every=every_key(scheduler._schedule_groups)),
    "AWS::Events::Rule": Readable(
        read=_rule,
        every=_rules,
        physical_id=lambda arn: arn.rpartition("/")[2],
        identify=lambda name, _: (eventbridge._rule_arn(name, "default"),),
    ),
    "AWS::SQS::Queue": Readable(read=_queue, every=every_key(sqs._queues)),
}
