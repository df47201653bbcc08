"""The sources of an explanation: templates, parameters and values of each stack, before and after."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from stacks.aws.errors import ClientError
from stacks.cloudformation.changes import describe_change_set
from stacks.cloudformation.stack import find_stack, nested_stack_ids, processed_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import StackChanges

CONNECTIONS = 6
"""Calls at a time; boto3's default pool holds ten connections."""
Outputs = Callable[[str], Mapping[str, str]]
Stage = Literal["kept", "new", "removed"]


@dataclass(frozen=True, kw_only=True)
class PropertyValues:
    """What a change set with `IncludePropertyValues` says of one resource: its properties, and its details."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    details: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """One stack of the tree, before (`old`) and after (`new`).

    A template is None if it cannot be read or does not exist: a new stack has no old one, a removed stack no new one.
    `deployed_outputs` returns the outputs of a nested stack by its logical id.
    """

    old_template: Mapping[str, Any] | None
    new_template: Mapping[str, Any] | None
    old_parameters: Mapping[str, str]
    new_parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    values: Mapping[str, PropertyValues]
    deployed_outputs: Outputs
    pseudo: Mapping[str, str]


def gather_sources(aws: Aws, tree: StackChanges, *, creates: bool = False) -> Mapping[str, Source]:
    """Return the sources of each stack of the tree, by stack id; `creates`: the root is new."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = _stacks(tree, "new" if creates else "kept") if tree.change_set_id else ()
        finishing = {stack.stack_id: _start(aws, pool, stack, stage) for stack, stage in found}
        return {stack_id: finish() for stack_id, finish in finishing.items()}


def _stacks(tree: StackChanges, stage: Stage) -> Iterator[tuple[StackChanges, Stage]]:
    yield tree, stage
    stages: Mapping[str, Stage] = {"Add": "new", "Modify": "kept", "Remove": "removed"}
    for change in tree.changes:
        if change.nested is not None and change.action in stages:
            yield from _stacks(change.nested, stages[change.action])


def _start(aws: Aws, pool: ThreadPoolExecutor, tree: StackChanges, stage: Stage) -> Callable[[], Source]:
    """Start the requests for one stack, and return a function that waits for the answers."""
    stack = pool.submit(find_stack, aws, tree.stack_id) if stage != "new" else None
    old = pool.submit(_template, aws, tree.stack_id) if stage != "new" else None
    new = pool.submit(_template, aws, tree.stack_id, tree.change_set_id) if tree.change_set_id else None
    described = pool.submit(_described, aws, tree.change_set_id) if tree.change_set_id else None

    def finish() -> Source:
        """Wait for the answers, and return the source."""
        found = stack.result() if stack else None
        name, parameters, values = described.result() if described else ("", {}, {})
        return Source(
            old_template=old.result() if old else None,
            new_template=new.result() if new else None,
            old_parameters=found.parameters if found else {},
            new_parameters=parameters,
            outputs=found.outputs if found else {},
            values=values,
            deployed_outputs=_deployed_outputs(aws, tree.stack_id),
            pseudo=_pseudo(aws, tree.stack_id, found.name if found else name),
        )

    return finish


def _pseudo(aws: Aws, stack_id: str, name: str) -> Mapping[str, str]:
    """Return the values of the pseudo parameters."""
    return {
        "AWS::AccountId": aws.account_id,
        "AWS::Partition": aws.partition,
        "AWS::Region": aws.region,
        "AWS::StackId": stack_id,
        "AWS::StackName": name,
    }


def _template(aws: Aws, stack_id: str, change_set_id: str = "") -> Mapping[str, Any] | None:
    """Return a template with its transforms applied; None if it cannot be read."""
    try:
        return processed_template(aws, stack_id, change_set_id)
    except (ClientError, json.JSONDecodeError):  # YAML, or no permission: what it would prove stays unproven
        return None


def _described(aws: Aws, change_set_id: str) -> tuple[str, dict[str, str], dict[str, PropertyValues]]:
    """Return the stack name of a change set, its new parameters, and the values of its changes."""
    pages = describe_change_set(aws, change_set_id, values=True)
    first = next(pages)
    parameters = {
        item["ParameterKey"]: item.get("ResolvedValue") or item.get("ParameterValue", "")
        for item in first.get("Parameters", [])
    }
    found = (item["ResourceChange"] for page in itertools.chain([first], pages) for item in page.get("Changes", []))
    return (
        first["StackName"],
        parameters,
        {
            change["LogicalResourceId"]: PropertyValues(
                before=_properties(change.get("BeforeContext", "")),
                after=_properties(change.get("AfterContext", "")),
                details=tuple(change.get("Details", [])),
            )
            for change in found
        },
    )


def _properties(context: str) -> Mapping[str, Any]:
    """Return the properties of a context in JSON; {} if there are none."""
    try:
        found = json.loads(context)
    except ValueError:
        return {}
    properties = found.get("Properties", {}) if isinstance(found, dict) else {}
    return properties if isinstance(properties, dict) else {}


def _deployed_outputs(aws: Aws, stack_id: str) -> Outputs:
    """Return a function that reads the outputs of a nested stack when it is called."""
    children = cache(partial(nested_stack_ids, aws, stack_id))

    @cache
    def outputs(logical_id: str) -> Mapping[str, str]:
        child = find_stack(aws, children()[logical_id]) if logical_id in children() else None
        return child.outputs if child else {}

    return outputs
