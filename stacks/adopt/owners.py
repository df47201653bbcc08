"""Which stack of CloudFormation owns a resource already, as CloudFormation knows it.

Its tags do not say it: not every type has them, and a resource that its stack has retained keeps them, as nobody can
remove tags that begin with `aws:` (https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied, is_missing_stack, is_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.adopt.survey import Adopted
    from stacks.aws.session import Aws

CONNECTIONS = 6
"""Calls at a time: DescribeStackResources is throttled sooner than others."""
SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"


def with_owners(aws: Aws, adopted: Iterable[Adopted]) -> tuple[Adopted, ...]:
    """Return the resources with the stack that owns each; where the caller may not ask, the one of its tag."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return tuple(pool.map(lambda it: it if it.is_gone else _asked(aws, it), adopted))


def _asked(aws: Aws, it: Adopted) -> Adopted:
    try:
        return replace(it, owner=owner_of(aws, physical_id(it)))
    except ClientError as error:
        if is_denied(error) or is_unsupported(error):
            return it
        raise


def owner_of(aws: Aws, physical_id: str) -> str:
    """Return the name of the stack that has the resource, "" for none; a deleted stack has only retained it."""
    try:
        found = aws.cloudformation.describe_stack_resources(PhysicalResourceId=physical_id)["StackResources"]
    except ClientError as error:
        if is_missing_stack(error):
            return ""
        raise
    owning = (one for one in found if one.get("PhysicalResourceId") == physical_id)
    return next((one.get("StackName", "") for one in owning if not one["ResourceStatus"].startswith("DELETE_")), "")


def physical_id(it: Adopted) -> str:
    """Return what `Ref` returns of a resource: its name or ARN; of a scalable target its whole identifier.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    """
    parts = list(it.identifier.values())
    if it.type == SCALABLE_TARGET:
        return "|".join(it.identifier[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    return parts[0]
