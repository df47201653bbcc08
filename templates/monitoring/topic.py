"""The topic of the alarms."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from awacs import sns
from awacs.aws import Allow, Bool, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, Ref
from troposphere.sns import SubscriptionResource, Topic, TopicPolicy

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder
    from templates.monitoring.inputs import Inputs
    from templates.monitoring.settings import Settings


def add_topic(stack: Builder[Inputs], identity: Identity, settings: Settings) -> Any:
    """Return the ARN of the topic in the settings, or add one with its subscriptions.

    Without a customer-managed key it is not encrypted: CloudWatch cannot publish to a topic with SNS's own key
    (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
    """
    if settings.topic_arn is not None:
        return settings.topic_arn
    key = stack.parameters.kms_key_arn
    made = stack.add(
        Topic(
            "AlarmTopic",
            TopicName=identity.names.topic or f"{identity.stem}-alarms",
            **({"KmsMasterKeyId": key.expression} if key else {}),
        )
    )
    stack.add(TopicPolicy("AlarmTopicPolicy", Topics=[Ref(made)], PolicyDocument=_alarms_of_this_account(made)))
    for address in settings.emails:
        title = subscription_id(address)
        stack.add(SubscriptionResource(title, TopicArn=Ref(made), Protocol="email", Endpoint=address))
    return Ref(made)


def subscription_id(address: str) -> str:
    """Return the logical id of an address's subscription, which does not depend on the other addresses.

    SNS identifies a subscription by topic and endpoint alone. Under another logical id CloudFormation would create the
    subscription that exists, and then delete it with the old id.
    """
    return f"Email{sha256(address.casefold().encode()).hexdigest()[:10].upper()}"


def _alarms_of_this_account(made: Topic) -> Any:
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="AlarmsOfThisAccount",
                Effect=Allow,
                Principal=Principal("Service", "cloudwatch.amazonaws.com"),
                Action=[sns.Publish],
                Resource=[Ref(made)],
                Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
            ),
            Statement(
                Sid="EncryptedConnectionsOnly",
                Effect=Deny,
                Principal=Principal("*"),
                Action=[sns.Publish],
                Resource=[Ref(made)],
                Condition=Condition(Bool({"aws:SecureTransport": "false"})),
            ),
        ],
    )
