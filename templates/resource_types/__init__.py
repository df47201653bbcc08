"""What the product knows of CloudFormation's resource types: one record for each type that the templates have.

One file a service. What the provider schema of a type says (handlers, tags, what forces a replacement) is read from the
schema when it is needed, in `stacks/cloudformation/schemas.py`. A record says what the schema does not say, and names,
which have to be known without loading the schemas. `tests/generated/test_resource_types.py` compares the records with
the schemas, the service authorization reference, botocore's models, the rendered templates and the policies.

To add a type: its record in the file of its service, and for a new service the file here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from templates.resource_types import (
    acm,
    application_autoscaling,
    cloudformation,
    cloudwatch,
    ec2,
    ecr,
    ecs,
    elasticloadbalancing,
    events,
    iam,
    kms,
    logs,
    route53,
    s3,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    wafv2,
)
from templates.resource_types.record import ResourceType

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = (
    cloudformation.SERVICE,
    acm.SERVICE,
    ecr.SERVICE,
    ecs.SERVICE,
    iam.SERVICE,
    application_autoscaling.SERVICE,
    logs.SERVICE,
    cloudwatch.SERVICE,
    sns.SERVICE,
    route53.SERVICE,
    secretsmanager.SERVICE,
    ec2.SERVICE,
    kms.SERVICE,
    s3.SERVICE,
    elasticloadbalancing.SERVICE,
    wafv2.SERVICE,
    scheduler.SERVICE,
    sqs.SERVICE,
    events.SERVICE,
)
"""In the order of the statements of the policies."""
TYPES: Mapping[str, ResourceType] = MappingProxyType({it.type: it for service in SERVICES for it in service.types})
"""The record of each type that the templates have."""


def record(resource_type: str) -> ResourceType:
    """Return the record of a type, or one that says nothing for a type that no template has."""
    return TYPES.get(resource_type) or ResourceType(type=resource_type)
