"""AWS::SNS::Topic with the key that encrypts it, and subscriptions: by mail they wait for their confirmation.

Who is subscribed twice is so once: the second answer is the first subscription (https://github.com/go-to-k/cdkd/issues/1967).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import sns
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties

_CONFIRMED_BY_HAND = frozenset({"email", "email-json", "http", "https"})


def install() -> None:
    """Complete ministack's handlers."""
    topic = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    make: Callable[..., Made] = topic["create"]
    change: Callable[..., Made] = topic["update"]
    subscribe: Callable[..., Made] = provisioners._sns_sub_create

    def create_topic(logical_id: str, props: Properties, stack_name: str) -> Made:
        return _encrypted(make(logical_id, props, stack_name), props)

    def update_topic(*arguments: Properties, **more: str) -> Made:
        return _encrypted(change(*arguments, **more), arguments[2])

    def create_subscription(logical_id: str, props: Properties, stack_name: str) -> Made:
        if found := _subscribed(props):
            return found, {"Arn": found}
        made = subscribe(logical_id, props, stack_name)
        if props.get("Protocol") in _CONFIRMED_BY_HAND:
            found = sns._find_subscription(props["TopicArn"], made[0])
            found["confirmed"] = False
            found["attributes"]["PendingConfirmation"] = "true"
        return made

    topic["create"], topic["update"] = create_topic, update_topic
    # Also where one takes another's place.
    provisioners._sns_sub_create = create_subscription
    provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"] = create_subscription


def _subscribed(props: Properties) -> str:
    """The ARN of the subscription of this endpoint that is there, or ""."""
    wanted = (props.get("Protocol"), props.get("Endpoint"))
    there = sns._topics.get(props.get("TopicArn"), {}).get("subscriptions", [])
    return next((str(it["arn"]) for it in there if (it["protocol"], it["endpoint"]) == wanted), "")


def _encrypted(made: Made, props: Properties) -> Made:
    attributes = sns._topics[made[0]]["attributes"]
    if props.get("KmsMasterKeyId"):
        attributes["KmsMasterKeyId"] = props["KmsMasterKeyId"]
    else:
        attributes.pop("KmsMasterKeyId", None)
    return made
