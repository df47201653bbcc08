"""The outputs of a root, also of one that has none yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.build.render import render
from stacks.cloudformation.stack import find_stack, nested_stack_ids
from stacks.rendered.expressions import plain, section
from stacks.rendered.rendered import ROOT
from stacks.rendered.values import Later, Scope, parameters, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

OUTPUTS = "Outputs."


def root_outputs(aws: Aws, settings: Settings, stack: Stack) -> Mapping[str, str]:
    """Return the outputs of a root stack by their logical ids.

    An import cannot add outputs, so that a root to which a takeover has nested stacks has none before its first
    deployment. Then they are those that the deployment will make of the nested stacks' outputs.
    """
    if stack.outputs:
        return stack.outputs
    children = {
        name: child.outputs
        for name, stack_id in nested_stack_ids(aws, stack.stack_id).items()
        if (child := find_stack(aws, stack_id)) is not None
    }
    return _foreseen(settings, stack.parameters, children) if children else {}


def _foreseen(
    settings: Settings, given: Mapping[str, str], children: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return the outputs of the rendered root whose values are known."""
    template = json.loads(render(settings).templates[ROOT])

    def reference(name: str, attribute: str) -> Any:  # noqa: ANN401 - any JSON
        later = Later(f"${{{name}.{attribute}}}", is_open=True)
        return children.get(name, {}).get(attribute.removeprefix(OUTPUTS), later)

    scope = Scope(template=template, parameters=parameters(template, given), reference=reference)
    values = {name: scope.output(name) for name in section(template, "Outputs")}
    return {name: plain(value) for name, value in values.items() if value is not None and not parts(value)}
