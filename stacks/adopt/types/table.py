"""All records by their Terraform type, and why a type that has none stays with Terraform."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.adopt.types import (
    application_autoscaling,
    ecr,
    ecs,
    elasticloadbalancing,
    iam,
    logs,
    monitoring,
    network,
    protection,
    s3,
)
from stacks.adopt.types.record import Stays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.allowed import Reduce
    from stacks.adopt.types.record import TerraformType

AWS_PROVIDER = "hashicorp/aws"
"""How the source address of AWS's provider ends, in all registries."""

TYPES: Mapping[str, TerraformType] = MappingProxyType({
    **ecr.TYPES,
    **iam.TYPES,
    **elasticloadbalancing.TYPES,
    **ecs.TYPES,
    **logs.TYPES,
    **application_autoscaling.TYPES,
    **monitoring.TYPES,
    **protection.TYPES,
    **s3.TYPES,
    **network.TYPES,
})  # fmt: skip
"""In the order of the child stacks of which they become parts."""


def record(terraform_type: str) -> TerraformType | None:
    """Return the record of a type of AWS's provider; None where there is none."""
    return TYPES.get(terraform_type)


def allowed_attributes(terraform_type: str) -> Mapping[str, Reduce]:
    """Return what may be held of a type's attributes: for each name, what makes of its value what may be held.

    Nothing of a type that has no record.
    """
    known = record(terraform_type)
    return known.allowed.reducers if known else {}


def why_it_stays(terraform_type: str, provider: str = AWS_PROVIDER) -> str:
    """Return why the resources of a type stay with Terraform."""
    known = record(terraform_type)
    if not provider.endswith(AWS_PROVIDER):
        name = provider.rpartition("/")[2]
        return f"it is of the provider {name}, and no resource of AWS's"
    if isinstance(known, Stays):
        return known.why
    return f"our templates have nothing like {terraform_type}"
