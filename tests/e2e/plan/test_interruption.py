"""What users notice of a change: the plan says that they are interrupted, why, and for how long at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks import plan

if TYPE_CHECKING:
    from tests.support.world import World

GROUP = "because requests go to a new Network/TargetGroup before it has a healthy task (503)"


def notes(world: World, **changed: Any) -> list[str]:
    """The notes on a plan, which is deleted again."""
    planned = world.plan(image_tag="v1", **changed)
    plan.discard(world.aws, planned)
    return [it for it in planned.request.notes if "interrupted" in it]


def test_a_plan_says_for_how_long_requests_find_no_task(running: World) -> None:
    """Another port, path or load balancer: the listener changes before the tasks. A new image does not interrupt."""
    (port,) = notes(running, network={"container_port": 9000})
    assert GROUP in port
    assert port.endswith(" s, the duration of Ecs/Service.")
    (path,) = notes(running, network={"base_url_path": "app"})
    assert "Network/TargetGroup checks the tasks' health on another path" in path
    (scheme,) = notes(running, network={"internal": True})
    assert "Network/LoadBalancer is replaced: the new one has another host name" in scheme
    assert notes(running, ecs={"cpu": 512, "memory": 1024, "desired_count": 2}) == []
    changed = running.plan(image_tag="v1", network={"container_port": 9000}).changes.paths()
    (said,) = [it.consequence for path, it in changed if path == "Network/TaskIngress"]
    assert said == "the new rule is there before the old one goes"
