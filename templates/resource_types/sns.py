"""Topics and who is told."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, ResourceType, Service, arn, only

TYPES = (
    ResourceType(type="AWS::SNS::Subscription", arns={"sns:topic": "{TopicArn}"}),
    ResourceType(
        type="AWS::SNS::Topic",
        noun="topic",
        name="TopicName",
        ref="arn",
        arns={"sns:topic": arn("sns", "{name}")},
        lookup=Lookup(
            properties=("TopicName",),
            client="sns",
            action="sns:GetTopicAttributes",
            sid="LookForTopics",
            on=arn("sns", "{any}"),
            operation="get_topic_attributes",
            parameters={"TopicArn": "arn:{partition}:sns:{region}:{account}:{TopicName}"},
            absent=("NotFound", "NotFoundException"),
        ),
        only=(
            only("sns:Subscribe sns:Unsubscribe", "Subscription"),
            only("sns:PutDataProtectionPolicy", "DataProtectionPolicy"),
        ),
    ),
    ResourceType(type="AWS::SNS::TopicPolicy"),
)

SERVICE = Service(
    types=TYPES,
    execution={"Service": (Grant("AlarmTopic", "sns", "*", on=(arn("sns", "{any}"), arn("sns", "{given}"))),)},
    drift=(
        Grant(
            "ReadTopics",
            "sns",
            "GetDataProtectionPolicy GetSubscriptionAttributes ListSubscriptionsByTopic ListTagsForResource",
            on=(arn("sns", "{any}"), arn("sns", "{given}")),
        ),
    ),
)
