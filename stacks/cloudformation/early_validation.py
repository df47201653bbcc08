"""What CloudFormation's own validation of a change set has found: it says so only when it is asked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_message, is_denied

if TYPE_CHECKING:
    from stacks.aws.session import Aws

MARK = "AWS::EarlyValidation::"
"""In the reason of a change set that has failed in it."""


def validation_reason(aws: Aws, change_set_id: str, reason: str) -> str:
    """Return the reason, or all that the validation has found: names that are in use, properties that are wrong.

    Where that cannot be read, the reason stays, and says why.
    """
    if MARK not in reason:
        return reason
    try:
        pages = aws.cloudformation.get_paginator("describe_events").paginate(
            ChangeSetName=change_set_id, Filters={"FailedEvents": True}
        )
        events = [it for page in pages for it in page["OperationEvents"] if it.get("EventType") == "VALIDATION_ERROR"]
    except ClientError as error:
        if not is_denied(error):
            return f"{reason} (DescribeEvents: {error_message(error)})"
        return f"{reason} (the caller is not allowed to: cloudformation:DescribeEvents)"
    failed = [it for it in events if it.get("ValidationFailureMode") != "WARN"]
    found = [f"{it.get('LogicalResourceId', '')}: {it.get('ValidationStatusReason', '').rstrip('.')}" for it in failed]
    return "; ".join(dict.fromkeys(found)) or reason
