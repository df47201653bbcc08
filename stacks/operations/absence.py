"""An environment without a stack: there is nothing to destroy, and former deployments may have left something."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_denied, translate_aws_errors
from stacks.cloudformation.former import Kept, former_stacks, kept_resources
from stacks.cloudformation.stack import find_stack

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Where there is no stack of the environment.

    `deleted_at` is when CloudFormation has deleted the last one, None where it remembers none. `kept` outlived it, and
    may have been deleted since. `note` says why this is not known, or "".
    """

    environment: str
    stack_name: str
    account_id: str
    region: str
    deleted_at: dt.datetime | None = None
    kept: tuple[Kept, ...] = ()
    note: str = ""


@translate_aws_errors()
def find_absence(aws: Aws, settings: Settings) -> Absence | None:
    """Return where there is no stack, and what is known of the last one; None where there is a stack."""
    name = settings.identity.name
    if find_stack(aws, name) is not None:
        return None
    found = Absence(environment=settings.environment, stack_name=name, account_id=aws.account_id, region=aws.region)
    try:
        former = former_stacks(aws, re.compile(re.escape(name)))
        kept = tuple(kept_resources(aws, former[0].stack_id)) if former else ()
    except ClientError as error:
        if not is_denied(error):
            raise
        note = f"Whether there was one is not known: cloudformation:{error.operation_name} is not allowed."
        return replace(found, note=note)
    return replace(found, deleted_at=former[0].deleted_at if former else None, kept=kept)
