"""Drift is detected with the caller's rights, to detect it and to read each resource, whatever role the stack has.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import drift

from sandbox.extension import cloudformation_api as api
from sandbox.extension.authorisation import resource_calls
from sandbox.extension.authorisation.principal import ACTING
from sandbox.extension.authorisation.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.authorisation.principal import Principal
    from sandbox.extension.untyped import Action, Record, Response


def install(caller: Callable[[], Principal | None], stack_of: Callable[[Record], Record | None]) -> None:
    """Check each detection. `caller` returns who makes the request, `stack_of` the stack that it names."""
    api.wrap_action("DetectStackDrift", lambda stock, params: _search(stock, params, caller(), stack_of(params)))
    stock: Callable[[Record, str, Record, str], Record] = drift.detect_resource_drift

    def detect(stack: Record, logical_id: str, record: Record, timestamp: str) -> Record:
        try:
            resource_calls.require_allowed("read", _subject(stack, logical_id, record))
        except ValueError as error:
            return {
                "StackId": stack["StackId"],
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": record.get("PhysicalResourceId", ""),
                "ResourceType": record.get("ResourceType", ""),
                "Timestamp": timestamp,
                "StackResourceDriftStatus": "UNKNOWN",
                "DriftStatusReason": str(error),
            }
        return stock(stack, logical_id, record, timestamp)

    drift.detect_resource_drift = detect


def _search(stock: Action, params: Record, caller: Principal | None, stack: Record | None) -> Response:
    try:
        if caller and stack:
            caller.require("cloudformation:DetectStackResourceDrift", stack["StackId"])
            caller.require("cloudformation:BatchDescribeTypeConfigurations", "*")
    except ValueError as error:
        return api.refusal(str(error), "AccessDenied")
    token = ACTING.set(caller)
    try:
        return stock(params)
    finally:
        ACTING.reset(token)


def _subject(stack: Record, logical_id: str, record: Record) -> Subject:
    return Subject(
        resource_type=record.get("ResourceType", ""),
        properties=record.get("Properties") or {},
        stack_name=stack["StackName"],
        logical_id=logical_id,
        physical_id=record.get("PhysicalResourceId", ""),
    )
