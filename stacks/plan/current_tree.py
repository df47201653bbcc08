"""The deployed tree: the template of each stack as CloudFormation has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, is_denied, is_missing_stack
from stacks.cloudformation.stack import nested_stack_ids, processed_template
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack

CONNECTIONS = 6
"""Calls at a time; boto3's default pool holds ten connections."""


@dataclass(frozen=True, kw_only=True)
class CurrentStack:
    """One deployed stack, with its nested stacks by logical id; `template` is None if it cannot be read."""

    template: Mapping[str, Any] | None
    children: Mapping[str, CurrentStack] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether all templates could be read."""
        return self.template is not None and all(child.is_known for child in self.children.values())


def read_current_tree(aws: Aws, stack: Stack) -> CurrentStack:
    """Return the tree of a stack that has been created."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        own = pool.submit(_template, aws, stack.stack_id)
        children = _children(aws, stack.stack_id)
        found = dict(zip(children, pool.map(lambda it: _read(aws, it), children.values()), strict=True))
        return CurrentStack(template=own.result(), children=found)


def _read(aws: Aws, stack_id: str) -> CurrentStack:
    template = _template(aws, stack_id)
    has_children = any(it.get("Type") == NESTED_STACK for it in ((template or {}).get("Resources") or {}).values())
    children = _children(aws, stack_id) if has_children else {}
    return CurrentStack(template=template, children={name: _read(aws, it) for name, it in children.items()})


def _children(aws: Aws, stack_id: str) -> dict[str, str]:
    """Return the ids of the nested stacks by logical id; none if the caller may not list them."""
    try:
        return nested_stack_ids(aws, stack_id)
    except ClientError as error:
        if not is_denied(error):
            raise
        return {}


def _template(aws: Aws, stack_id: str) -> Mapping[str, Any] | None:
    """Return the template with its transforms applied; None if the caller may not read it, or it is not JSON."""
    try:
        return processed_template(aws, stack_id)
    except json.JSONDecodeError:
        return None
    except ClientError as error:
        if not is_denied(error) and not is_missing_stack(error):
            raise
        return None
