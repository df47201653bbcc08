"""What is there of a fleet now: the stack set, its instances, and which of them are missing or behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied, translate_aws_errors
from stacks.errors import Code, UserError
from stacks.fleet.planning import refuse_no_fleet
from stacks.fleet.stack_set import Instance, Operation, StackSet, call_as, find_stack_set, list_instances, operations
from stacks.fleet.targets import find_targets
from stacks.fleet.template import differences, want_stack_set
from templates import bootstrap

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class FleetStatus:
    """A fleet as CloudFormation describes it, beside what the settings want.

    `missing` are accounts and regions that the settings name and that have no instance, `extra` instances that they no
    longer name. `is_changed`: `bootstrap --fleet` would update the stack set. `operation` is the last one, or None.
    `note` says what is not known, or "".
    """

    environment: str
    account_id: str
    region: str
    stack_set: StackSet
    instances: tuple[Instance, ...]
    missing: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...]
    is_changed: bool
    operation: Operation | None
    note: str = ""

    @property
    def wanted_version(self) -> int:
        """The version of the bootstrap stack that this program makes."""
        return bootstrap.VERSION

    @property
    def is_as_wanted(self) -> bool:
        """Whether `bootstrap --fleet` would change nothing, as far as is known."""
        ready = all(it.is_current for it in self.instances)
        return ready and not (self.is_changed or self.missing or self.extra or self.note)


@translate_aws_errors()
def read_fleet(aws: Aws, settings: Settings) -> FleetStatus:
    """Return what is there. Raises UserError where there is no stack set."""
    refuse_no_fleet(settings)
    called, wanted = call_as(settings), want_stack_set(settings)
    found = find_stack_set(aws, wanted.name, called)
    if found is None:
        why = f"account {aws.account_id}, {aws.region} has none"
        then = f"Run once: python build.py bootstrap {settings.environment} --fleet"
        raise UserError(f"stack set {wanted.name}", why, then, code=Code.ABSENT)
    instances, note = list_instances(aws, wanted.name, called), ""
    there = {it.place for it in instances}
    try:
        accounts = [it.account for it in find_targets(aws, settings.fleet)]
        named = {(account, region) for account in accounts for region in settings.fleet.regions}
    except ClientError as error:
        if not is_denied(error):
            raise
        named = there
        note = f"Which accounts the units have is not known: organizations:{error.operation_name} is not allowed."
    return FleetStatus(
        environment=settings.environment,
        account_id=aws.account_id,
        region=aws.region,
        stack_set=found,
        instances=instances,
        missing=tuple(sorted(named - there)),
        extra=tuple(sorted(there - named)),
        is_changed=any(differences(found, wanted, settings)),
        operation=next(operations(aws, wanted.name, called), None),
        note=note,
    )
