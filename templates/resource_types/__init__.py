"""What the product knows of CloudFormation's resource types: one record for each type that the templates have.

One file a service. What the provider schema of a type says (handlers, tags, what forces a replacement) is read from
there when it is needed; a record says what the schema does not say, and names, which have to be known without loading
the schemas and are compared with them by a test. To add a type: its record in the file of its service, and for a new
service the file here.
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
    iam,
    kms,
    logs,
    route53,
    s3,
    secretsmanager,
    sns,
    wafv2,
)
from templates.resource_types.record import ResourceType

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = (
    cloudformation,
    acm,
    route53,
    ecr,
    ecs,
    iam,
    application_autoscaling,
    logs,
    cloudwatch,
    sns,
    secretsmanager,
    ec2,
    kms,
    s3,
    elasticloadbalancing,
    wafv2,
)
TYPES: Mapping[str, ResourceType] = MappingProxyType({it.type: it for service in SERVICES for it in service.TYPES})
"""The record of each type that the templates have."""


def record(resource_type: str) -> ResourceType:
    """Return the record of a type, or one that says nothing for a type that no template has."""
    return TYPES.get(resource_type) or ResourceType(type=resource_type)
