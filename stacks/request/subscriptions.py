"""Who is told of alarms: an address that is subscribed keeps the resource that it has.

SNS knows a subscription by its topic and its endpoint. Under another logical id CloudFormation would be given the same
one, and end it when it cleans up: the plan would show one resource more and one less, and nobody would be told more.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import DENIED, ClientError, error_code
from stacks.cloudformation.stack import nested_stack_ids, stack_resources, stack_template
from templates.model import template_file, template_text
from templates.root import MONITORING_STACK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack, StackResource
    from stacks.rendered.rendered import Rendered

TOPIC = "AlarmTopic"
"""Logical id of the topic of the subscriptions."""
SUBSCRIPTION = "AWS::SNS::Subscription"


def keep_subscriptions(aws: Aws, rendered: Rendered, existing: Stack | None) -> tuple[Rendered, tuple[str, ...]]:
    """Return the templates in which each deployed address keeps its logical id and spelling, and notes on that.

    One that is deployed and no longer subscribed gets a new resource, which subscribes it again.
    """
    file = template_file(MONITORING_STACK)
    template: dict[str, Any] = json.loads(rendered.templates.get(file, "{}"))
    wanted = _of(template)
    if existing is None or existing.under_review or not wanted:
        return rendered, ()
    child_id = nested_stack_ids(aws, existing.stack_id).get(MONITORING_STACK)
    if child_id is None:
        return rendered, ()
    before = _of(stack_template(aws, child_id))
    lost = _lost(aws, stack_resources(aws, child_id), before)
    for logical_id, resource in wanted.items():
        address = _address(resource)
        same = {name: it for name, it in before.items() if _address(it) == address and name not in lost}
        if same:
            del template["Resources"][logical_id]
        for name, it in same.items():
            endpoint = {"Endpoint": it["Properties"]["Endpoint"]}
            template["Resources"][name] = {**resource, "Properties": {**resource["Properties"], **endpoint}}
    addresses = {_address(it) for it in wanted.values()}
    again = {_address(before[name]) for name in lost - set(template["Resources"])} & addresses
    told = tuple(f"{it} is not subscribed to the alarms any more, and is asked again by mail." for it in sorted(again))
    return dataclasses.replace(rendered, templates={**rendered.templates, file: template_text(template)}), told


def _of(template: Mapping[str, Any]) -> dict[str, Any]:
    resources = template.get("Resources", {})
    return {name: it for name, it in resources.items() if it["Type"] == SUBSCRIPTION}


def _address(resource: Mapping[str, Any]) -> str:
    return str(resource["Properties"]["Endpoint"]).casefold()


def _lost(aws: Aws, resources: Collection[StackResource], before: Mapping[str, Any]) -> set[str]:
    """Return the deployed subscriptions that SNS does not list: ended by hand, never confirmed, or renamed.

    None where SNS does not tell.
    """
    topic = next((it.physical_id for it in resources if it.logical_id == TOPIC and it.is_there), "")
    if not topic:
        return set()
    try:
        pages = aws.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        listed = {it["Endpoint"].casefold() for page in pages for it in page["Subscriptions"]}
    except ClientError as error:
        if error_code(error) in {*DENIED, "NotFound", "NotFoundException"}:
            return set()
        raise
    return {name for name, it in before.items() if _address(it) not in listed}
