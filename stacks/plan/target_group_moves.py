"""A target group belongs to one load balancer: where that is another one, the group has to be another one, too.

https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/424. Names that the settings leave out
change with it (`templates/network/naming.py`); those in `[names]` do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.rendered.expressions import plain
from templates.root import NETWORK_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.plan.replacements import ResolvedResource, ResourcePair

BALANCER, RULE = f"{NETWORK_STACK}/LoadBalancer", f"{NETWORK_STACK}/ProductionRule"
GROUPS = {
    f"{NETWORK_STACK}/TargetGroup": "target_group",
    f"{NETWORK_STACK}/AlternateTargetGroup": "alternate_target_group",
}
"""Paths of the target groups, with their keys in `[names]`."""


def refuse_moved_target_groups(pairs: Iterable[ResourcePair]) -> None:
    """Raise UserError if a target group would stay while its load balancer becomes another one."""
    by_path = {it.path: it for it in pairs}
    if not _moves(by_path.get(BALANCER), by_path.get(RULE)):
        return
    for path, key in GROUPS.items():
        group = by_path.get(path)
        if group and group.before and group.after and not group.why:
            raise UserError(
                f"[names] {key}",
                f"the load balancer becomes another one, and {path} would stay: a target group belongs to one",
                f"Set another name, or leave {key} out. Nothing was changed.",
                code=Code.REPLACEMENT,
            )


def _moves(balancer: ResourcePair | None, rule: ResourcePair | None) -> bool:
    if balancer is not None:
        return bool(balancer.why) or balancer.before is None or balancer.after is None
    return rule is not None and _shared(rule.before) != _shared(rule.after)


def _shared(rule: ResolvedResource | None) -> str:
    """Return the full name of the load balancer in a listener's ARN."""
    return "/".join(plain(rule.properties.get("ListenerArn")).split("/")[1:4]) if rule else ""
