"""Keep the names of stacks that older versions deployed, whose names have no marks, until a replacement is due.

A newer version of this tool must not change the host name of a load balancer.
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
    from templates.identity import Identity

BALANCER = "LoadBalancer"
NAMED = {
    BALANCER: "load_balancer",
    "TargetGroup": "target_group",
    "AlternateTargetGroup": "alternate_target_group",
}
"""Logical ids, with the keys of `[names]`."""
FORCING = ("Port", "Protocol", "Scheme", "TargetType", "Type", "VpcId")
"""Properties whose change replaces one of these."""


def keep_names(rendered: Rendered, current: CurrentStack | None, identity: Identity) -> Rendered:
    """Return the templates with the network's present names and logical ids, if only marks would change them.

    A name that the settings give is not changed.
    """
    child = current.children.get(NETWORK_STACK) if current else None
    if child is None or child.template is None:
        return rendered
    file = template_file(NETWORK_STACK)
    old = child.template["Resources"]
    text = _unmarked(rendered.templates[file], old)
    document = json.loads(text)
    new = document["Resources"]
    names = _kept(old, new, identity)
    if not names and text == rendered.templates[file]:
        return rendered
    for name, kept in names.items():
        new[name]["Properties"]["Name"] = kept
    templates = {**rendered.templates, file: template_text(document)}
    return dataclasses.replace(rendered, templates=templates)


def _kept(old: Mapping[str, Any], new: Mapping[str, Any], identity: Identity) -> dict[str, str]:
    """Return the names that stay by logical id; a target group keeps its name only where its load balancer does."""
    free = [name for name, setting in NAMED.items() if not getattr(identity.names, setting)]
    kept = {name: old[name]["Properties"]["Name"] for name in free if _stays(name, old, new, identity.stem)}
    if BALANCER in old and BALANCER in new:
        after = kept.get(BALANCER) or new[BALANCER]["Properties"]["Name"]
        return kept if after == old[BALANCER]["Properties"].get("Name") else {}
    return kept


def _unmarked(text: str, old: Mapping[str, Any]) -> str:
    """Return the template without the mark of an IP range in its logical ids, if the present template has none."""
    cidr = _cidr(json.loads(text)["Resources"])
    mark = range_mark(cidr) if cidr else ""
    if not mark or cidr != _cidr(old) or any(mark in name for name in old):
        return text
    return text.replace(mark, "")


def _stays(name: str, old: Mapping[str, Any], new: Mapping[str, Any], stem: str) -> bool:
    """Whether the resource exists with another name of the same stem, and is not replaced for other reasons."""
    if name not in old or name not in new or _cidr(old) != _cidr(new) or _place(old) != _place(new):
        return False
    before, after = old[name]["Properties"], new[name]["Properties"]
    return str(before.get("Name", "")).startswith(stem) and all(before.get(key) == after.get(key) for key in FORCING)


def _cidr(resources: Mapping[str, Any]) -> str:
    """Return the IP range of the template's VPC; "" if it has none."""
    return str(resources.get("Vpc", {}).get("Properties", {}).get("CidrBlock", ""))


def _place(resources: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the VPC and the load balancer: the scheme of an own one, or the listener of a shared one."""
    group = resources.get("TargetGroup", {}).get("Properties", {})
    rule = resources.get("ProductionRule", {}).get("Properties", {})
    if BALANCER in resources:
        return group.get("VpcId"), resources[BALANCER]["Properties"].get("Scheme")
    return group.get("VpcId"), None, rule.get("ListenerArn")
