"""Sizes of Fargate tasks, and the zones that have Fargate.

Source: Amazon ECS Developer Guide, "Fargate task definition differences: task CPU and memory".
"""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType

MEMORY_BY_CPU = MappingProxyType(
    {
        256: (512, 1024, 2048),
        512: tuple(range(1024, 4096 + 1, 1024)),
        1024: tuple(range(2048, 8192 + 1, 1024)),
        2048: tuple(range(4096, 16384 + 1, 1024)),
        4096: tuple(range(8192, 30720 + 1, 1024)),
        8192: tuple(range(16384, 61440 + 1, 4096)),
        16384: tuple(range(32768, 122880 + 1, 8192)),
    }
)
"""The memory sizes (MiB) of a task by its CPU units."""

MEMORY = tuple(sorted({memory for sizes in MEMORY_BY_CPU.values() for memory in sizes}))
"""All memory sizes (MiB)."""

_ZONE_ID = re.compile(r"^([a-z]+[0-9]+)-(az[0-9]+)$")
_ZONES = MappingProxyType({"apne1": {"az1", "az2", "az4"}, "cnn1": {"az1", "az2"}, "usw1": {"az1", "az3"}})
"""The zones with Fargate in regions where only some have it, by the prefix of their ids
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html, read in November 2026)."""


def has_fargate(zone_id: str) -> bool:
    """Whether Linux tasks can run in a zone, such as `apne2-az1`. Local and Wavelength Zones have no Fargate."""
    found = _ZONE_ID.match(zone_id)
    return found is not None and (found[1] not in _ZONES or found[2] in _ZONES[found[1]])


def memory_for(cpu: int) -> str:
    """Return the memory sizes for these CPU units in words: `8192 to 30720 MiB in steps of 1024`.

    Raises KeyError for CPU units that Fargate does not offer.
    """
    sizes = MEMORY_BY_CPU[cpu]
    steps = {after - before for before, after in pairwise(sizes)}
    if len(steps) > 1:
        return ", ".join(map(str, sizes)) + " MiB"
    return f"{sizes[0]} to {sizes[-1]} MiB in steps of {steps.pop()}"
