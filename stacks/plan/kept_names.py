"""Names of stacks from before names had marks: they stay as long as nothing has to be replaced.

Nobody's load balancer gets another host name because this tool is a newer one.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from templates.model import template_file, template_text
from templates.network import range_mark
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.plan.current_tree import CurrentStack
    from stacks.rendered.rendered import Rendered

NAMED = ("LoadBalancer", "TargetGroup", "AlternateTargetGroup")
FORCING = ("Port", "Protocol", "Scheme", "TargetType", "Type", "VpcId")
"""Properties that have one of these replaced."""


def keep_names(rendered: Rendered, there: CurrentStack | None) -> Rendered:
    """Return the tree with the network's present names and logical ids, where only marks would change them."""
    child = there.children.get(NETWORK_STACK) if there else None
    if child is None or child.template is None:
        return rendered
    file = template_file(NETWORK_STACK)
    old = child.template["Resources"]
    text = _unmarked(rendered.templates[file], old)
    document = json.loads(text)
    new = document["Resources"]
    names = {name: old[name]["Properties"]["Name"] for name in NAMED if _stays(name, old, new)}
    if not names and text == rendered.templates[file]:
        return rendered
    for name, kept in names.items():
        new[name]["Properties"]["Name"] = kept
    templates = {**rendered.templates, file: template_text(document)}
    return dataclasses.replace(rendered, templates=templates)


def _unmarked(text: str, old: Mapping[str, Any]) -> str:
    """Return the template without the mark of a range in its logical ids, where the present one has none."""
    cidr = _cidr(json.loads(text)["Resources"])
    mark = range_mark(cidr) if cidr else ""
    if not mark or cidr != _cidr(old) or any(mark in name for name in old):
        return text
    return text.replace(mark, "")


def _stays(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a resource of this name has another one now, and nothing that has it replaced."""
    if name not in old or name not in new or _cidr(old) != _cidr(new) or _place(old) != _place(new):
        return False
    before, after = old[name]["Properties"], new[name]["Properties"]
    return "Name" in before and all(before.get(key) == after.get(key) for key in FORCING)


def _cidr(resources: Mapping[str, Any]) -> str:
    """Return the range of the new VPC; "" where there is none."""
    return str(resources.get("Vpc", {}).get("Properties", {}).get("CidrBlock", ""))


def _place(resources: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the VPC, and the load balancer: one's own with its scheme, or the listener of another's."""
    group = resources.get("TargetGroup", {}).get("Properties", {})
    rule = resources.get("ProductionRule", {}).get("Properties", {})
    if "LoadBalancer" in resources:
        return group.get("VpcId"), resources["LoadBalancer"]["Properties"].get("Scheme")
    return group.get("VpcId"), None, rule.get("ListenerArn")
