"""A break for the users: where requests are led must change before the tasks do, because ECS wants it so.

A service registers its tasks in a target group only once a load balancer leads to it
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html), and in the templates the
service waits for the network. So the listener is turned first, and the new tasks come after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.estimate import Estimate

SERVICE = "AWS::ECS::Service"
GROUP, BALANCER = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancingV2::LoadBalancer"
PATH = "HealthCheckPath"


def interruption_note(changes: StackChanges, estimate: Estimate | None) -> str:
    """Return the note about an interruption and how long it is; "" where a running service has none."""
    planned = {path: change for path, change in changes.paths() if change.certainty != "none"}
    service = next((path for path, it in planned.items() if it.type == SERVICE and it.kind == "change"), None)
    why = _why(planned)
    if service is None or not why:
        return ""
    seconds = next((it.seconds for it in estimate.every if it.path == service), None) if estimate else None
    takes = f": up to about {seconds:.0f} s, what {service} takes" if seconds is not None else ""
    return f"The users have a break, because {why}. It lasts until the new tasks are healthy{takes}."


def _why(planned: Mapping[str, Change]) -> str:
    """Return what changes before the tasks do."""
    for path, change in planned.items():
        if change.type == BALANCER and change.kind == "replace":
            return f"{path} is replaced: the new one has another host name, and no task at first (503)"
    for path, change in planned.items():
        if change.type == GROUP and change.kind == "replace":
            return f"requests go to a new {path} before there is a task in it (503)"
    for path, change in planned.items():
        if change.type == GROUP and any(it.path == PATH for it in change.properties):
            return f"{path} asks on another path for the tasks' health, where the old tasks do not answer"
    return ""
