"""The templates of a folder as trees: a nested stack is the file beside its parent that its `TemplateURL` names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.rendered.expressions import section
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.tree import Module

if TYPE_CHECKING:
    from stacks.rendered.tree import Template


def trees(file: Path) -> list[Module]:
    """Return the trees in a file's folder that the file is a part of, each by its topmost template."""
    tops = [module(path) for path in sorted(file.parent.glob("*.json")) if _load(str(path))]
    nested = {child.address for top in tops for child in top.children.values()}
    return [top for top in tops if top.address not in nested and any(it.address == str(file) for it in top.walk())]


def module(file: Path) -> Module:
    """Return a template with what it nests; an empty one if the file is none."""
    return Module(template=_load(str(file)) or {}, load=_load, address=str(file))


def _load(address: str) -> Template | None:
    """Return a template in JSON, its `TemplateURL`s as paths from the working folder; None if the file is none."""
    file = Path(address)
    try:
        template: Any = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(template, dict):
        return None
    for resource in section(template, "Resources").values():
        if isinstance(resource, dict) and resource.get("Type") == NESTED_STACK and section(resource, "Properties"):
            resource["Properties"]["TemplateURL"] = str(file.parent / str(resource["Properties"].get("TemplateURL")))
    return template
