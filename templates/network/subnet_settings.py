"""Settings of subnets: existing ones by their ids, and the zones of those of a new VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

from templates.network.subnets import MIN_ZONES, ZONE_NAME
from templates.section import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

SubnetId = Annotated[
    str, Field(pattern=r"^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$"), Allowed('like "subnet-0123456789abcdef0"')
]
SubnetIdList = Annotated[tuple[SubnetId, ...], Field(strict=False)]
"""Ids of subnets; an array in TOML."""
ZoneName = Annotated[
    str,
    Field(pattern=ZONE_NAME, max_length=40),
    Allowed('the name of an Availability Zone in quotes, like "ap-northeast-2a"'),
]


def refuse_one_zone(key: str, ids: Sequence[str], *others: str) -> None:
    """Raise PydanticCustomError for fewer subnets than a load balancer needs; `others` are keys that matter too."""
    if len(set(ids)) < max(MIN_ZONES, len(ids)):
        raise PydanticCustomError(
            "subnets",
            "must be two or more different subnets of the VPC, in different zones, none of them twice",
            {"key": key, "with": ("vpc_id", *others)},
        )


def refuse_other_zones(named: Sequence[str], count: int) -> None:
    """Raise PydanticCustomError for zones that are named, and are not as many different ones as the VPC has."""
    if named and not len(named) == len(set(named)) == count:
        raise PydanticCustomError(
            "zones",
            "must be {zones} different zones, as zones says",
            {"key": "availability_zones", "with": ("zones",), "zones": count},
        )
