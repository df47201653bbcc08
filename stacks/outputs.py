"""The outputs of a deployed environment, under the names that they had in Terraform."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import deployed
from stacks.aws import reported
from stacks.errors import UserError
from templates import root
from templates.model import logical_id

if TYPE_CHECKING:
    from stacks.aws import Aws
    from stacks.settings import Settings

NAMES = tuple(field.name for field in dataclasses.fields(root.Outputs))
"""What an environment with an image has, in the order in which it is shown."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What a stack tells; the service's outputs are absent as long as there is no image."""

    environment: str
    stack_name: str
    values: Mapping[str, str]


@reported()
def read(aws: Aws, settings: Settings) -> Outputs:
    """The outputs of the environment's root stack.

    Raises UserError where it is not deployed.
    """
    name = settings.identity.name
    stack = deployed.read(aws, name)
    if stack is None or stack.under_review:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: python build.py deploy {settings.environment}"
        raise UserError(f"stack {name}", f"it is not there ({where})", then)
    return Outputs(environment=settings.environment, stack_name=name, values=named(stack.outputs))


def named(values: Mapping[str, str]) -> dict[str, str]:
    """`EcrRepositoryUrl` is `ecr_repository_url`: Terraform's names in Terraform's order, then what else there is."""
    known = {logical_id(name): name for name in NAMES}
    found = {name: values[title] for title, name in known.items() if title in values}
    return found | {_snake(title): values[title] for title in sorted(values) if title not in known}


def one(outputs: Outputs, name: str) -> str:
    """The value of one output.

    Raises UserError where there is no such output, or none yet.
    """
    if name in outputs.values:
        return outputs.values[name]
    if name in NAMES:
        then = f"Deploy with an image: python build.py deploy {outputs.environment} --image TAG"
        raise UserError(f"output {name}", f"{outputs.stack_name} has no service yet", then)
    close = difflib.get_close_matches(name, outputs.values, n=1)
    then = f'Did you mean "{close[0]}"?' if close else ""
    raise UserError(f"output {name}", f"{outputs.stack_name} has {', '.join(outputs.values) or 'none'}", then)


def _snake(title: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title).lower()
