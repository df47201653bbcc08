"""AWS partitions: the prefixes of their regions, and the suffixes of their hosts.

Templates take partition and suffix from the pseudo parameters; this table is for what settings name, and for addresses.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Partition:
    """A partition. `prefix` starts the names of its regions, and is "" for those in no other partition.

    Hosts of services end with `suffix`, dual-stack hosts with a word and `dual_stack_suffix`.
    """

    name: str
    prefix: str
    suffix: str
    dual_stack_suffix: str


PARTITIONS = (
    Partition(name="aws-cn", prefix="cn-", suffix="amazonaws.com.cn", dual_stack_suffix="amazonwebservices.com.cn"),
    Partition(name="aws-eusc", prefix="eusc-", suffix="amazonaws.eu", dual_stack_suffix="amazonwebservices.eu"),
    Partition(name="aws-us-gov", prefix="us-gov-", suffix="amazonaws.com", dual_stack_suffix="aws"),
    Partition(name="aws-iso", prefix="us-iso-", suffix="c2s.ic.gov", dual_stack_suffix="aws.ic.gov"),
    Partition(name="aws-iso-b", prefix="us-isob-", suffix="sc2s.sgov.gov", dual_stack_suffix="aws.scloud"),
    Partition(name="aws-iso-e", prefix="eu-isoe-", suffix="cloud.adc-e.uk", dual_stack_suffix="cloud-aws.adc-e.uk"),
    Partition(name="aws-iso-f", prefix="us-isof-", suffix="csp.hci.ic.gov", dual_stack_suffix="aws.hci.ic.gov"),
    Partition(name="aws", prefix="", suffix="amazonaws.com", dual_stack_suffix="aws"),
)
"""As in botocore's `data/partitions.json`: a test compares them. The last one has all other regions."""


def partition_of(region: str) -> Partition:
    """Return the partition of a region."""
    return next(it for it in PARTITIONS if region.startswith(it.prefix))
