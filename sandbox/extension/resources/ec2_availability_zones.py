"""`Fn::GetAZs`: only the zones in which the account has a default subnet, where it has any.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ec2
from ministack.services.cloudformation import engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Untyped


def install() -> None:
    """Correct what ministack resolves the function to."""
    stock: Callable[..., Untyped] = engine._resolve_refs

    def resolve(value: Untyped, *references: Untyped) -> Untyped:
        found = stock(value, *references)
        if isinstance(value, dict) and "Fn::GetAZs" in value and isinstance(found, list):
            return _with_default_subnets(found)
        return found

    engine._resolve_refs = resolve


def _with_default_subnets(zones: list[str]) -> list[str]:
    ec2._ensure_defaults_initialized()
    default = {it["AvailabilityZone"] for it in ec2._subnets.values() if it.get("DefaultForAz")}
    return [zone for zone in zones if zone in default] if default else zones
