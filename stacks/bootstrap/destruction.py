"""The deletion of the bootstrap stack, with its bucket, where nothing uses it any more.

The stack goes first, because that can fail; its bucket outlives it and is emptied then. An interrupted deletion goes on
when it is repeated: CloudFormation remembers which bucket a deleted stack has left.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied, translate_aws_errors
from stacks.bootstrap.conflicts import ROLE
from stacks.bootstrap.emptying import Contents, delete_bucket, has_bucket, read_contents
from stacks.bootstrap.prepare import refuse_of_fleet, stack_name
from stacks.bootstrap.uses import Uses, find_uses
from stacks.cloudformation.bootstrapped import fleet_names
from stacks.cloudformation.former import former_stacks, kept_resources
from stacks.cloudformation.stack import find_stack, stack_resources
from stacks.errors import Code, UserError
from stacks.operations.destroy import Destroyed, Destruction, execute_destruction, find_destruction
from stacks.operations.follow import detach, do_nothing
from templates.bootstrap import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.cloudformation.stack import StackResource
    from stacks.operations.follow import OnInterrupt, OnPoll
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class GoingRole:
    """A role that goes with the stack; `used_at` is when somebody acted as it last, None where IAM does not say."""

    name: str
    used_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class BootstrapDestruction:
    """What is there of the bootstrap stack; `destruction` is None where only its buckets are left."""

    environment: str
    stack_name: str
    account_id: str
    region: str
    destruction: Destruction | None
    buckets: tuple[Contents, ...]
    roles: tuple[GoingRole, ...]
    uses: Uses

    @property
    def is_nothing(self) -> bool:
        """Whether neither the stack nor a bucket of it is there."""
        return self.destruction is None and not self.buckets


@dataclass(frozen=True, kw_only=True)
class DestroyedBootstrap:
    """What came of it: the stack's deletion, and how many versions of objects went with each bucket."""

    found: BootstrapDestruction
    destroyed: Destroyed | None
    emptied: tuple[tuple[str, int], ...]

    @property
    def succeeded(self) -> bool:
        """Whether nothing is left."""
        return self.destroyed is None or self.destroyed.succeeded


@translate_aws_errors()
def find_bootstrap_destruction(aws: Aws, settings: Settings) -> BootstrapDestruction:
    """Return what there is to delete, and who uses it.

    Raises UserError where the stack is protected, something else is happening to it, or it is one of a stack set.
    """
    name = stack_name(settings)
    stack = find_stack(aws, name)
    if stack is None:
        refuse_of_fleet(aws, settings)
    resources = stack_resources(aws, stack.stack_id) if stack and not stack.under_review else ()
    names = _bucket_names(resources) if stack else dict.fromkeys(_former_buckets(aws, name))
    buckets = [it for it in names if has_bucket(aws, it)]
    return BootstrapDestruction(
        environment=settings.environment,
        stack_name=name,
        account_id=aws.account_id,
        region=aws.region,
        destruction=find_destruction(aws, stack, settings.environment) if stack else None,
        buckets=tuple(read_contents(aws, it) for it in buckets),
        roles=tuple(_going_role(aws, it.physical_id) for it in resources if it.type == ROLE and it.is_there),
        uses=find_uses(aws, name, resources, buckets),
    )


def refuse_used(found: BootstrapDestruction, others: Sequence[str] = ()) -> None:
    """Raise UserError with all who use it; `others` are further uses."""
    uses = [*(f"{it.what}: {it.needs}" for it in found.uses.found), *others]
    if uses:
        listed = "\n".join(f"  {it}" for it in uses)
        why = f"it is in use in account {found.account_id}, {found.region}:\n{listed}"
        then = "Destroy these environments first, each by `python build.py destroy ENV`, and repeat the command."
        raise UserError(f"stack {found.stack_name}", why, then, code=Code.STATE)


@translate_aws_errors()
def execute_bootstrap_destruction(
    aws: Aws,
    found: BootstrapDestruction,
    *,
    emit: Callable[[str], None],
    on_event: OnEvent,
    on_poll: OnPoll = do_nothing,
    on_interrupt: OnInterrupt = detach,
) -> DestroyedBootstrap:
    """Delete the stack, then its buckets with all versions of all objects; arguments are as in `execute_destruction`.

    A deletion of the stack that fails is a result, and no bucket is touched then.
    """
    destroyed = None
    if found.destruction is not None:
        destroyed = execute_destruction(
            aws, found.destruction, on_event=on_event, on_poll=on_poll, on_interrupt=on_interrupt
        )
        if not destroyed.succeeded:
            then = f"Remove what holds it, then repeat: python build.py bootstrap {found.environment} --destroy"
            return DestroyedBootstrap(found=found, destroyed=replace(destroyed, next_step=then), emptied=())
    emptied = tuple((it.bucket, delete_bucket(aws, it.bucket, emit=emit)) for it in found.buckets)
    return DestroyedBootstrap(found=found, destroyed=destroyed, emptied=emptied)


def _bucket_names(resources: Sequence[StackResource]) -> list[str]:
    return [it.physical_id for it in resources if it.logical_id == BUCKET and it.is_there]


def _former_buckets(aws: Aws, name: str) -> Iterator[str]:
    """Yield the buckets that deleted stacks of this name have left, and those of a stack set of this name."""
    for former in former_stacks(aws, re.compile(re.escape(name)), fleet_names(name)):
        yield from (it.physical_id for it in kept_resources(aws, former.stack_id) if it.path == BUCKET)


def _going_role(aws: Aws, name: str) -> GoingRole:
    try:
        role = aws.iam.get_role(RoleName=name)["Role"]
    except ClientError as error:
        if not is_denied(error) and error_code(error) != "NoSuchEntity":
            raise
        return GoingRole(name=name, used_at=None)
    return GoingRole(name=name, used_at=role.get("RoleLastUsed", {}).get("LastUsedDate"))
