"""What waits for what in a template tree: by DependsOn, Ref, GetAtt and Sub, across nested stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.rendered.expressions import Json, Reference, atoms
from stacks.rendered.tree import Module

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.rendered.tree import Template


def needs(templates: Mapping[str, Template], root: str) -> dict[str, set[str]]:
    """Return for each path of the tree what must be done before it may begin (a resource) or be done (a stack).

    `templates` maps what `TemplateURL` says to a document; a nested stack whose template is not among them is one
    resource. `Network/` is the beginning of the nested stack `Network`, `Network` its end: it is done when all
    that is in it is, and whoever reads an output of it waits for that, as CloudFormation does.
    """
    found: dict[str, set[str]] = {}
    for module in Module(template=templates[root], load=templates.get, address=root).walk():
        begin = {module.path} if module.path else set()
        names = module.template["Resources"].keys()
        for it in module.resources():
            wanted = begin | {f"{module.path}{name}" for name in needed_by(it.definition) & names - {it.logical_id}}
            child = module.children.get(it.logical_id)
            if child is None:
                found[it.path] = wanted
            else:
                found[child.path] = wanted
                found[it.path] = {child.path, *(inner.path for inner in child.resources())}
    return found


def needed_by(definition: Mapping[str, Json]) -> set[str]:
    """Return the names to which a resource refers; parameters and pseudo parameters are among them."""
    depends_on = definition.get("DependsOn", [])
    listed = [depends_on] if isinstance(depends_on, str) else depends_on
    return {*listed, *(it.name for it in atoms(definition) if isinstance(it, Reference))}
