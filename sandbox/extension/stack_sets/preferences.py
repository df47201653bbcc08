"""How an operation goes about its accounts and regions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import cloudformation_api as api
from sandbox.extension.errors import RefusedError
from sandbox.extension.stack_sets import wire

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

PREFERENCES = "OperationPreferences"
NUMBERS = ("FailureToleranceCount", "FailureTolerancePercentage", "MaxConcurrentCount", "MaxConcurrentPercentage")


def read_preferences(params: Record) -> Record:
    """Return the preferences of an operation. Raises RefusedError for those that do not go together."""
    found: Record = {
        name: value
        for name in ("RegionConcurrencyType", "ConcurrencyMode")
        if (value := api.parameter(params, f"{PREFERENCES}.{name}"))
    }
    for name in NUMBERS:
        if (amount := wire.number(params, f"{PREFERENCES}.{name}")) is not None:
            found[name] = amount
    if order := wire.texts(params, f"{PREFERENCES}.RegionOrder"):
        found["RegionOrder"] = order
    for what in ("FailureTolerance", "MaxConcurrent"):
        if f"{what}Count" in found and f"{what}Percentage" in found:
            raise RefusedError("ValidationError", f"{what}Count and {what}Percentage cannot be specified together")
    strict = found.get("ConcurrencyMode") != "SOFT_FAILURE_TOLERANCE" and "FailureTolerancePercentage" not in found
    if strict and found.get("MaxConcurrentCount", 1) > found.get("FailureToleranceCount", 0) + 1:
        why = "MaxConcurrentCount must be at most one more than FailureToleranceCount with STRICT_FAILURE_TOLERANCE"
        raise RefusedError("ValidationError", why)
    return found
