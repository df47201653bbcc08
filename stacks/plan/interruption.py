"""Interruptions: CloudFormation changes where requests go before ECS replaces the tasks.

ECS registers tasks in a target group only if a load balancer uses it
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html), and in the templates the
service depends on the network. So the listener changes first, and the new tasks start after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.estimate.estimating import Estimate

SERVICE = "AWS::ECS::Service"
GROUP, BALANCER = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancingV2::LoadBalancer"
PATH = "HealthCheckPath"


def interruption_note(changes: StackChanges, estimate: Estimate | None) -> str:
    """Return a note on an interruption and its length; "" if the running service has none."""
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    service = next((path for path, it in planned.items() if it.type == SERVICE and it.kind == "change"), None)
    why = _cause(planned)
    if service is None or not why:
        return ""
    seconds = next((it.seconds for it in estimate.every if it.path == service), None) if estimate else None
    length = f": up to about {seconds:.0f} s, the duration of {service}" if seconds is not None else ""
    return f"Users are interrupted, because {why}. The interruption lasts until the new tasks are healthy{length}."


def _cause(planned: Mapping[str, Change]) -> str:
    """Return what changes before the tasks, and interrupts users; "" if nothing does."""
    for path, change in planned.items():
        if change.type == BALANCER and change.kind == "replace":
            return f"{path} is replaced: the new one has another host name, and no tasks at first (503)"
    for path, change in planned.items():
        if change.type == GROUP and change.kind == "replace":
            return f"requests go to a new {path} before it has a healthy task (503)"
    for path, change in planned.items():
        if change.type == GROUP and any(it.path == PATH for it in change.properties):
            return f"{path} checks the tasks' health on another path, which the old tasks do not serve"
    return ""
