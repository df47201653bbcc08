"""By what each resource type is billed: one record a type, one file a subject.

A record is `Free`, with its source, or a function that yields what a resource of the type is billed by. What it yields
is priced by a meter, or named with its unit where it has no fixed price. A test holds that each type of the templates
is here; why the table is not part of `templates/resource_types/`, docs/decisions/0026 says.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost.types import containers, free, network, observing, stores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cost.billed import Billing, Free

TYPES: Mapping[str, Billing | Free] = MappingProxyType(
    {**free.TYPES, **containers.TYPES, **network.TYPES, **observing.TYPES, **stores.TYPES}
)
"""The record of each type."""
