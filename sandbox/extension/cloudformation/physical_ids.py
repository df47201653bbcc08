"""DescribeStackResources by a physical id: the resources of the stack that has this one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudformation

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response

_ID = "PhysicalResourceId"


def install() -> None:
    """Read the physical id of a request, which ministack ignores."""
    api.wrap_action("DescribeStackResources", _describe)


def _describe(stock: Action, params: Record) -> Response:
    physical_id, stack_name = api.parameter(params, _ID), api.parameter(params, "StackName")
    if not physical_id:
        return stock(params)
    if stack_name:
        return api.refusal("Both StackName and PhysicalResourceId cannot be specified")
    owner = _owner(physical_id)
    if owner is None:
        return api.refusal(f"Stack for {physical_id} does not exist")
    return stock({**params, "StackName": [owner["StackId"]]})


def _owner(physical_id: str) -> Record | None:
    return next(
        (
            stack
            for stack in cloudformation._stacks.values()
            if stack["StackStatus"] != "DELETE_COMPLETE"
            and any(record.get(_ID) == physical_id for record in stack.get("_resources", {}).values())
        ),
        None,
    )
