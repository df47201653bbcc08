"""What the account knows and an environment file need not say: values of the root's parameters without default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import shared_listener

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.settings import Settings
    from templates.network.shared_listener import SharedListener


@dataclass(frozen=True, kw_only=True)
class Found:
    """Values by the parameters' names; `notes` tell a reader of the plan what was found."""

    values: Mapping[str, str]
    notes: tuple[str, ...]


def find(aws: Aws, settings: Settings) -> Found:
    """Look up what the settings leave to the account. Raises UserError where it is not there."""
    looked = [_shared_listener(aws, settings, listener)] if (listener := settings.network.listener) else []
    values = {name: value for found in looked for name, value in found.values.items()}
    return Found(values=values, notes=tuple(note for found in looked for note in found.notes))


def _shared_listener(aws: Aws, settings: Settings, listener: SharedListener) -> Found:
    """The load balancer that is shared, by its listener."""
    values = shared_listener.find(aws, settings, listener)
    return Found(values=values, notes=(f"Shared load balancer: {values['SharedLoadBalancerDnsName']}.",))
