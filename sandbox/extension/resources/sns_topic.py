"""AWS::SNS::Topic with the key that encrypts it, and AWS::SNS::Subscription: by mail it waits for its confirmation.

Subscribing an endpoint again gives the subscription that it has (https://github.com/go-to-k/cdkd/issues/1967).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import sns
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties

_CONFIRMED_BY_HAND = frozenset({"email", "email-json", "http", "https"})


def install() -> None:
    """Complete ministack's handlers, also where its update of a subscription makes another one."""
    extend("AWS::SNS::Topic", after_change=_set_key)
    stock: Callable[[str, Properties, str], Made] = provisioners._sns_sub_create

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        if found := _subscribed(props):
            return found, {"Arn": found}
        made = stock(logical_id, props, stack_name)
        if props.get("Protocol") in _CONFIRMED_BY_HAND:
            subscription = sns._find_subscription(props["TopicArn"], made[0])
            subscription["confirmed"] = False
            subscription["attributes"]["PendingConfirmation"] = "true"
        return made

    provisioners._sns_sub_create = provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"] = create


def _subscribed(props: Properties) -> str:
    """Return the ARN of the subscription that this endpoint has already, or ""."""
    wanted = (props.get("Protocol"), props.get("Endpoint"))
    there = sns._topics.get(props.get("TopicArn"), {}).get("subscriptions", [])
    return next((str(it["arn"]) for it in there if (it["protocol"], it["endpoint"]) == wanted), "")


def _set_key(made: Made, props: Properties) -> None:
    attributes = sns._topics[made[0]]["attributes"]
    attributes.pop("KmsMasterKeyId", None)
    if props.get("KmsMasterKeyId"):
        attributes["KmsMasterKeyId"] = props["KmsMasterKeyId"]
