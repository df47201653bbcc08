"""Which stack of CloudFormation owns a resource already: by its tag, or as CloudFormation knows it.

CloudFormation tags what can be tagged; listeners' rules, policies of scaling and what was imported may have no tag.
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
    """Return the resources with the stack that owns each, where there is one and the caller may ask."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return tuple(pool.map(lambda it: it if it.owner or it.is_gone else _asked(aws, it), adopted))


def _asked(aws: Aws, it: Adopted) -> Adopted:
    try:
        found = aws.cloudformation.describe_stack_resources(PhysicalResourceId=physical_id(it))["StackResources"]
    except ClientError as error:
        if is_missing_stack(error) or is_denied(error) or is_unsupported(error):
            return it
        raise
    return replace(it, owner=found[0].get("StackName", "")) if found else it


def physical_id(it: Adopted) -> str:
    """Return what `Ref` returns of a resource: its name or ARN; of a scalable target its whole identifier.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    """
    parts = list(it.identifier.values())
    if it.type == SCALABLE_TARGET:
        return "|".join(it.identifier[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    return parts[0]
