"""Which rights a change needs that what is deployed does not."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from stacks.cloudformation.stack import find_stack, nested_stack_ids, stack_template
from stacks.iam.derive.deployment import deployment_needs
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import ROOT, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.aws.session import Aws
    from stacks.iam.derive.needs import Need, Needs
    from stacks.settings import Settings

Right = tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]
"""An action, a resource, and conditions."""


def added_needs(aws: Aws, settings: Settings, rendered: Rendered) -> Needs:
    """Return the needs that are new, by action, resource and conditions; all of them where nothing is deployed.

    The commands' own calls depend on settings that no template has: they are compared by the deployed resources only.
    """
    new = deployment_needs(settings, rendered, aws.account_id)
    there = deployed_as_rendered(aws, rendered)
    if there is None:
        return new
    old = deployment_needs(settings, there, aws.account_id)
    return dataclasses.replace(
        new,
        deployer=tuple(_without(new.deployer, old.deployer)),
        cloudformation=tuple(_without(new.cloudformation, old.cloudformation)),
    )


def deployed_as_rendered(aws: Aws, rendered: Rendered) -> Rendered | None:
    """Return the deployed tree in the form of a rendered one; None where there is none."""
    stack = find_stack(aws, rendered.stack_name)
    if stack is None or stack.under_review:
        return None
    templates: dict[str, str] = {}
    _collect(aws, stack.stack_id, ROOT, templates)
    return dataclasses.replace(rendered, templates=templates, parameters=stack.parameters)


def _collect(aws: Aws, stack_id: str, name: str, templates: dict[str, str]) -> None:
    """A stack's template and those of its children, each under a name that stands where its address stood."""
    template: dict[str, Any] = stack_template(aws, stack_id)
    children = nested_stack_ids(aws, stack_id)
    kept: dict[str, Any] = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != NESTED_STACK:
            kept[logical_id] = resource
        elif logical_id in children:  # another one is under a condition that does not hold: it has no template to read
            child = f"{name}/{logical_id}"
            _collect(aws, children[logical_id], child, templates)
            kept[logical_id] = resource | {"Properties": resource["Properties"] | {"TemplateURL": child}}
    templates[name] = json.dumps(template | {"Resources": kept})


def _without(new: Iterable[Need], old: Iterable[Need]) -> Iterator[Need]:
    had = {right for need in old for right in _rights(need)}
    for need in new:
        left = tuple(
            resource for resource, right in zip(need.resources, _rights(need), strict=True) if right not in had
        )
        if left:
            yield dataclasses.replace(need, resources=left)


def _rights(need: Need) -> Iterator[Right]:
    context = tuple(sorted((key, tuple(values)) for key, values in need.context.items()))
    yield from ((need.action, resource, context) for resource in need.resources)
