"""What is billed before and after a plan: the deployed tree and the new one, with their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.cost.change import Side, Sides
from stacks.cost.environment import tree_of
from stacks.rendered.tree import Module

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cloudformation.change_set import Request
    from stacks.plan.current_tree import CurrentStack
    from stacks.rendered.rendered import Rendered


def cost_sides(request: Request, rendered: Rendered, current: CurrentStack | None, desired: int) -> Sides | None:
    """Return both trees; None where a deployed template cannot be read."""
    existing = None if request.creates else request.existing
    deployed = existing.parameters if existing else {}
    parameters = {
        name: deployed.get(name, "") if value is None else value for name, value in request.parameters.items()
    }
    before = None
    if existing is not None:
        if current is None or not current.is_known:
            return None
        before = Side(root=_tree(current), parameters=deployed)
    return Sides(before=before, after=Side(root=tree_of(rendered), parameters=parameters), desired=desired)


def _tree(current: CurrentStack) -> Module:
    documents: dict[str, Mapping[str, Any]] = {}
    _collect(current, documents)
    return Module(template=current.template or {}, load=documents.get)


def _collect(stack: CurrentStack, documents: dict[str, Mapping[str, Any]]) -> None:
    """Add the templates of nested stacks, by what their parents have as `TemplateURL`."""
    declared = (stack.template or {}).get("Resources", {})
    for name, child in stack.children.items():
        url = str(declared.get(name, {}).get("Properties", {}).get("TemplateURL"))
        documents[url] = child.template or {}
        _collect(child, documents)
