"""What the templates need and only the account knows: looked up when planning, into parameters without a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import shared_listener

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Found:
    """Values of root parameters, and what to tell whoever reads the plan."""

    values: Mapping[str, str]
    notes: tuple[str, ...]


def find(aws: Aws, settings: Settings) -> Found:
    """Look up all that these settings leave to the account. Raises UserError for what is not there, or unfit."""
    values: dict[str, str] = {}
    notes: list[str] = []
    if listener := settings.network.listener:
        values |= shared_listener.find(aws, settings, listener)
        notes.append(f"Shared load balancer: {values['SharedLoadBalancerDnsName']}")
    return Found(values=values, notes=tuple(notes))
