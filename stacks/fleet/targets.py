"""The accounts that `[fleet]` means: those that it names, and those that are in the organizational units it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from templates.fleet import Settings as FleetSettings


@dataclass(frozen=True, kw_only=True)
class Target:
    """An account, and the unit of `[fleet]` for which it is one, or ""."""

    account: str
    unit: str = ""


def find_targets(aws: Aws, fleet: FleetSettings) -> tuple[Target, ...]:
    """Return the accounts, without the management account in units. Raises UserError for a unit that does not exist.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
    """
    if not fleet.is_service_managed:
        return tuple(Target(account=it) for it in sorted(fleet.accounts))
    management = aws.organizations.describe_organization()["Organization"]["MasterAccountId"]
    found: dict[str, Target] = {}
    for unit in fleet.organizational_units:
        for account in _accounts_below(aws, unit):
            found.setdefault(account, Target(account=account, unit=unit))
    named = set(fleet.accounts)
    match fleet.account_filter:
        case "intersection":
            found = {name: it for name, it in found.items() if name in named}
        case "difference":
            found = {name: it for name, it in found.items() if name not in named}
        case None:
            pass
    return tuple(found[name] for name in sorted(found) if name != management)


def _accounts_below(aws: Aws, parent: str) -> Iterator[str]:
    """Yield the active accounts of a unit and of those below it."""
    try:
        for page in aws.organizations.get_paginator("list_accounts_for_parent").paginate(ParentId=parent):
            yield from (it["Id"] for it in page["Accounts"] if it.get("Status", "ACTIVE") == "ACTIVE")
        units = aws.organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent)
        below = [it["Id"] for page in units for it in page["OrganizationalUnits"]]
    except ClientError as error:
        if error_code(error) != "ParentNotFoundException":
            raise
        why = f"the organization of account {aws.account_id} has no {parent}"
        raise UserError("[fleet] organizational_units", why, "Name one that it has.", code=Code.SETTINGS) from error
    for unit in below:
        yield from _accounts_below(aws, unit)
