"""The outputs of a deployed environment, under their Terraform names."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args, get_type_hints

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack
from stacks.errors import Code, UserError
from stacks.request.root_outputs import root_outputs
from templates import root
from templates.model import logical_id
from templates.values import Flag, Number

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings

NAMES = tuple(field.name for field in dataclasses.fields(root.Outputs))
"""The outputs of an environment with an image, in the order of display."""


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text


def _flag(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text, text)


PARSERS: Mapping[str, Callable[[str], str | int | bool]] = {
    name: {Number: _number, Flag: _flag}.get(get_args(kind)[0], str)
    for name, kind in get_type_hints(root.Outputs, include_extras=True).items()
}
"""The function that parses the text of each output."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The outputs of a stack; those of the service are absent without an image."""

    environment: str
    stack_name: str
    values: Mapping[str, str]


@translate_aws_errors()
def read_outputs(aws: Aws, settings: Settings) -> Outputs:
    """Return the outputs of the environment's root stack.

    Raises UserError if it is not deployed.
    """
    name = settings.identity.name
    stack = find_stack(aws, name)
    if stack is None or stack.under_review:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: python build.py deploy {settings.environment}"
        raise UserError(f"stack {name}", f"it is not there ({where})", then, code=Code.ABSENT)
    values = output_values(root_outputs(aws, settings, stack))
    return Outputs(environment=settings.environment, stack_name=name, values=values)


def output_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return the outputs under their Terraform names (`ecr_repository_url`) and in that order, then all others."""
    known = {logical_id(name): name for name in NAMES}
    found = {name: values[title] for title, name in known.items() if title in values}
    return found | {_snake(title): values[title] for title in sorted(values) if title not in known}


def typed_outputs(outputs: Outputs) -> dict[str, str | int | bool]:
    """Return the values in the types that the root declares; CloudFormation returns them as text."""
    return {name: PARSERS.get(name, str)(value) for name, value in outputs.values.items()}


def one_output(outputs: Outputs, name: str) -> str:
    """Return the value of one output.

    Raises UserError if there is no such output, or none yet.
    """
    if name in outputs.values:
        return outputs.values[name]
    if name in NAMES and name not in root.OUTPUTS_OF_SERVICE:
        then = (
            f"A stack of an earlier version gets it when it is deployed: python build.py deploy {outputs.environment}"
        )
        if name == "ecr_repository_name":
            then += "\nWith an image in another registry (ecs.image) there is none."
        raise UserError(f"output {name}", f"{outputs.stack_name} does not have it", then, code=Code.ABSENT)
    if name in NAMES:
        then = f"Deploy with an image: python build.py deploy {outputs.environment} --image TAG"
        raise UserError(f"output {name}", f"{outputs.stack_name} has no service yet", then, code=Code.ABSENT)
    close = difflib.get_close_matches(name, outputs.values, n=1)
    then = f'Did you mean "{close[0]}"?' if close else ""
    raise UserError(
        f"output {name}", f"{outputs.stack_name} has {', '.join(outputs.values) or 'none'}", then, code=Code.ABSENT
    )


def _snake(title: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title).lower()
