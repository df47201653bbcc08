"""Where a deployment goes: partition, region and account."""

from __future__ import annotations

from dataclasses import dataclass

from templates.partitions import partition_of

ANYTHING = "*"
"""What is not known, in ARNs and as the resource of an action that IAM decides without one."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Partition, region and account; an account that is not known is `*`."""

    partition: str
    region: str
    account: str = ANYTHING


def place(region: str, account: str | None) -> Place:
    """Return the place; the partition follows from the region's name."""
    return Place(partition=partition_of(region).name, region=region, account=account or ANYTHING)
