"""The accounts of an operation: those that a request names, or those of organizational units.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id
from ministack.services import organizations

from sandbox.extension import cloudformation_api as api
from sandbox.extension.errors import RefusedError
from sandbox.extension.stack_sets import wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Record

ACCOUNT = re.compile("[0-9]{12}")
MOST_UNITS = 50
TARGETS = "DeploymentTargets"


def is_service_managed(stack_set: Record) -> bool:
    """Whether AWS Organizations gives a stack set its permissions."""
    return bool(stack_set["PermissionModel"] == "SERVICE_MANAGED")


def wanted_accounts(stack_set: Record, params: Record, action: str) -> dict[str, str]:
    """Return the accounts of a request, each with its organizational unit, or "". Raises RefusedError."""
    accounts = wire.texts(params, "Accounts")
    units = wire.texts(params, f"{TARGETS}.OrganizationalUnitIds")
    within = wire.texts(params, f"{TARGETS}.Accounts")
    if is_service_managed(stack_set):
        if accounts:
            raise RefusedError(
                "ValidationError",
                "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target",
            )
        if not units:
            raise RefusedError("ValidationError", "You must specify at least one organizational unit")
        chosen = api.parameter(params, f"{TARGETS}.AccountFilterType")
        if action == "CREATE" and chosen == "UNION":
            raise RefusedError("ValidationError", "AccountFilterType UNION is not supported for CreateStackInstances")
        if action == "CREATE" and within and not chosen:
            why = "AccountFilterType should be specified when both OrganizationalUnitIds and Accounts are provided"
            raise RefusedError("ValidationError", why)
        return _of_units(units, within, chosen or "UNION")
    if units or within:
        raise RefusedError(
            "ValidationError", "StackSets with SELF_MANAGED permission model can only have accounts as target"
        )
    for it in accounts:
        if ACCOUNT.fullmatch(it) is None:
            why = f"failed to satisfy constraint: Member must satisfy regular expression pattern: {ACCOUNT.pattern}"
            raise RefusedError("ValidationError", f"Value '{it}' at 'accounts' {why}")
    return dict.fromkeys(accounts, "")


def _of_units(units: list[str], within: list[str], chosen: str) -> dict[str, str]:
    if len(units) > MOST_UNITS:
        raise RefusedError("ValidationError", f"At most {MOST_UNITS} organizational units can be specified")
    organizations._ensure_org()
    found: dict[str, str] = {}
    for unit in units:
        if unit not in organizations._roots and unit not in organizations._ous:
            raise RefusedError("ValidationError", f"OrganizationalUnit {unit} does not exist")
        for account in _below(unit):
            found.setdefault(account, unit)
    match chosen:
        case "INTERSECTION":
            found = {name: unit for name, unit in found.items() if name in within}
        case "DIFFERENCE":
            found = {name: unit for name, unit in found.items() if name not in within}
        case "UNION":
            found |= {name: units[0] for name in within if name not in found}
    found.pop(get_account_id(), None)
    return found


def _below(unit: str) -> Iterator[str]:
    """Yield the active accounts of a unit and of those in it."""
    for account in organizations._accounts.values():
        if account.get("_ParentId") == unit and account.get("Status") == "ACTIVE":
            yield account["Id"]
    for inner in organizations._ous.values():
        if inner.get("_ParentId") == unit:
            yield from _below(inner["Id"])
