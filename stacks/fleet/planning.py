"""What would change: which instances of the stack set are created, updated and deleted, and by which operations.

An operation has all combinations of its accounts and regions. What is no longer listed is deleted first, so that the
update leaves it out; what is new is created last, with the updated template.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.errors import Code, UserError
from stacks.fleet.permissions import check_permissions
from stacks.fleet.stack_set import INOPERABLE, Instance, StackSet, call_as, find_stack_set, list_instances
from stacks.fleet.targets import find_targets
from stacks.fleet.template import Wanted, differences, want_stack_set
from templates import bootstrap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.settings import Settings


class Action(StrEnum):
    """What happens to an instance."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What would happen to one instance; `was` is its status now, or "", and `why` the reason of that."""

    action: Action
    account: str
    region: str
    unit: str = ""
    was: str = ""
    why: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Account and region."""
        return self.account, self.region


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation, on all of these accounts in all of these regions.

    `units` are the organizational units of the accounts. `has_whole_units`: the units are meant as such, so that they
    become, or are no longer, targets of automatic deployment. `is_whole`: the stack set itself is updated, with all
    instances that it then has.
    """

    action: Action
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    units: tuple[str, ...] = ()
    has_whole_units: bool = False
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True)
class FleetPlan:
    """What is there, what would change, and in which order.

    `existing` is None where the stack set is created. `differences` are those of the stack set itself, `inoperable`
    the instances that CloudFormation leaves out of updates. `destroys`: the stack set goes at the end.
    """

    environment: str
    account_id: str
    region: str
    wanted: Wanted
    existing: StackSet | None
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    differences: tuple[str, ...] = ()
    inoperable: tuple[Instance, ...] = ()
    unchanged: int = 0
    destroys: bool = False
    retains: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do."""
        if self.destroys:
            return self.existing is None
        return self.existing is not None and not self.steps


@translate_aws_errors()
def plan_fleet(aws: Aws, settings: Settings, *, retains: bool = False) -> FleetPlan:
    """Compare the stack set with the settings. Nothing is changed.

    `retains`: stacks that are no longer listed stay. Raises UserError where the permissions for StackSets are not
    there, or the stack set was made by a newer version of this or with another permission model.
    """
    refuse_no_fleet(settings)
    check_permissions(aws, settings)
    called, wanted = call_as(settings), want_stack_set(settings)
    existing = find_stack_set(aws, wanted.name, called)
    if existing is not None:
        _refuse_other(existing, settings)
    found = list_instances(aws, wanted.name, called) if existing else ()
    targets = {
        (it.account, region): it.unit for it in find_targets(aws, settings.fleet) for region in settings.fleet.regions
    }
    changed = tuple(differences(existing, wanted, settings)) if existing else ()
    changes = tuple(_changes(found, targets, is_changed=bool(changed)))
    return FleetPlan(
        environment=settings.environment,
        account_id=aws.account_id,
        region=aws.region,
        wanted=wanted,
        existing=existing,
        changes=changes,
        steps=tuple(_steps(changes, settings, targets, is_changed=bool(changed))),
        differences=changed,
        inoperable=tuple(it for it in found if it.status == INOPERABLE and it.place in targets),
        unchanged=len(found) - sum(it.action is not Action.CREATE for it in changes),
        retains=retains,
    )


@translate_aws_errors()
def plan_removal(aws: Aws, settings: Settings, *, retains: bool = False) -> FleetPlan:
    """Return what the end of the stack set deletes: all of its instances, and then itself."""
    called, wanted = call_as(settings), want_stack_set(settings)
    existing = find_stack_set(aws, wanted.name, called)
    found = list_instances(aws, wanted.name, called) if existing else ()
    changes = tuple(_change(Action.DELETE, it) for it in found)
    return FleetPlan(
        environment=settings.environment,
        account_id=aws.account_id,
        region=aws.region,
        wanted=wanted,
        existing=existing,
        changes=changes,
        steps=tuple(group_changes(Action.DELETE, changes, settings.fleet.regions, {it.unit for it in changes})),
        destroys=True,
        retains=retains,
    )


def refuse_no_fleet(settings: Settings) -> None:
    """Raise UserError where the settings have no fleet."""
    if not settings.fleet.is_set:
        then = "Name accounts or organizational_units, and regions: docs/guides/many-accounts.md"
        why = f"{settings.environment} has none"
        raise UserError("[fleet]", why, then, code=Code.SETTINGS)


def _refuse_other(existing: StackSet, settings: Settings) -> None:
    if existing.version > bootstrap.VERSION:
        why = f"it is version {existing.version}, and this knows version {bootstrap.VERSION}: it would be downgraded"
        then = "Update your copy of the project, then repeat the command."
        raise UserError(f"stack set {existing.name}", why, then, code=Code.STATE)
    if existing.is_service_managed != settings.fleet.is_service_managed:
        models = ("self-managed", "service-managed")
        why = (
            f"its permissions are {models[existing.is_service_managed]}, and the settings want "
            f"{models[settings.fleet.is_service_managed]}; that cannot change while it has instances"
        )
        then = f"Delete it first: python build.py bootstrap {settings.environment} --fleet --destroy"
        raise UserError(f"stack set {existing.name}", why, then, code=Code.STATE)


def _changes(
    found: Iterable[Instance], targets: Mapping[tuple[str, str], str], *, is_changed: bool
) -> Iterator[Change]:
    there = {it.place: it for it in found}
    for place, it in sorted(there.items()):
        if place not in targets:
            yield _change(Action.DELETE, it)
        elif it.status != INOPERABLE and (is_changed or not it.is_current):
            yield _change(Action.UPDATE, it)
    for account, region in sorted(targets.keys() - there.keys()):
        yield Change(action=Action.CREATE, account=account, region=region, unit=targets[account, region])


def _change(action: Action, it: Instance) -> Change:
    why = "" if it.is_current else it.reason
    return Change(action=action, account=it.account, region=it.region, unit=it.unit, was=it.status, why=why)


def _steps(
    changes: tuple[Change, ...], settings: Settings, targets: Mapping[tuple[str, str], str], *, is_changed: bool
) -> Iterator[Step]:
    order = settings.fleet.regions
    gone = {it.unit for it in changes} - {*settings.fleet.organizational_units}
    yield from group_changes(Action.DELETE, changes, order, gone)
    if is_changed:
        updated = [it for it in changes if it.action is Action.UPDATE]
        accounts, units = {it.account for it in updated}, {it.unit for it in updated if it.unit}
        yield Step(
            action=Action.UPDATE,
            accounts=tuple(sorted(accounts)),
            regions=_ordered({it.region for it in updated}, order),
            units=tuple(sorted(units)),
            is_whole=True,
        )
    else:
        yield from group_changes(Action.UPDATE, changes, order)
    created = {it.place for it in changes if it.action is Action.CREATE}
    partly = {unit for place, unit in targets.items() if place not in created}
    yield from group_changes(Action.CREATE, changes, order, {*settings.fleet.organizational_units} - partly)


def group_changes(
    action: Action, changes: Iterable[Change], order: tuple[str, ...], whole: Collection[str] = frozenset()
) -> Iterator[Step]:
    """Yield the fewest operations whose combinations of accounts and regions are exactly these changes.

    The units in `whole` are meant as such.
    """
    regions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for it in changes:
        if it.action is action:
            regions[it.account, it.unit].add(it.region)
    groups: dict[tuple[tuple[str, ...], bool], list[tuple[str, str]]] = defaultdict(list)
    for key, wanted in regions.items():
        groups[_ordered(wanted, order), bool(key[1]) and key[1] in whole].append(key)
    for (wanted_regions, has_whole_units), keys in sorted(groups.items()):
        yield Step(
            action=action,
            accounts=tuple(sorted({account for account, _ in keys})),
            regions=wanted_regions,
            units=tuple(sorted({unit for _, unit in keys if unit})),
            has_whole_units=has_whole_units,
        )


def _ordered(regions: set[str], order: tuple[str, ...]) -> tuple[str, ...]:
    """Return regions in the order of the settings; those that are no longer there come last."""
    return (*(it for it in order if it in regions), *sorted(regions - {*order}))
