"""The target groups of a service's tasks, and the weights of the listener rules that ECS shifts to a new deployment.

With a strategy that shifts requests, the tasks of a new deployment are in the target group that gets none. As soon as
the deployment has completed, the production rule and the test rule send all requests there. Between deployments ECS
does not correct the weights, whoever changes them. Bake times and steps take no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ecs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.extension.untyped import Record

_GROUP, _MOVED, _PUBLISHED = "_target_group", "_requests_moved", "_published_targets"
_ALL, _NONE = "100", "0"


def install() -> None:
    """Register the tasks of services with one load balancer by their deployment."""
    stock: Callable[[str, Record], None] = ecs._sync_service_targets

    def synchronise(cluster: str, service: Record) -> None:
        balancers = service.get("loadBalancers") or []
        if len(balancers) != 1 or not balancers[0].get("targetGroupArn"):
            stock(cluster, service)
            return
        _choose_groups(service, balancers[0])
        _register(service, balancers[0])
        _move_requests(service, balancers[0])

    ecs._sync_service_targets = synchronise


def shifts_requests(service: Record) -> bool:
    """Whether deployments of this service shift requests."""
    strategy = (service.get("deploymentConfiguration") or {}).get("strategy", "ROLLING")
    return bool(strategy != "ROLLING")


def _choose_groups(service: Record, balancer: Record) -> None:
    """Give each deployment without a target group the one that it keeps."""
    live, idle = _live_and_idle(balancer)
    primary = ecs._primary_deployment(service)
    for deployment in service["deployments"]:
        if _GROUP not in deployment:
            is_new = deployment is primary and len(service["deployments"]) > 1
            deployment[_GROUP] = idle if is_new and shifts_requests(service) else live


def _live_and_idle(balancer: Record) -> tuple[str, str]:
    """Return the group to which the production rule sends requests, and the other one, or the same one twice."""
    first: str = balancer["targetGroupArn"]
    advanced = balancer.get("advancedConfiguration") or {}
    second: str = advanced.get("alternateTargetGroupArn", first)
    weights = {first: 0, second: 0}
    for group in _weighted(advanced.get("productionListenerRule", "")):
        weights[group["TargetGroupArn"]] = int(group.get("Weight", 1))
    return (second, first) if weights[second] > weights[first] else (first, second)


def _weighted(rule_arn: str) -> Iterator[Record]:
    for action in (alb._rules.get(rule_arn) or {}).get("Actions", []):
        yield from action.get("ForwardConfig", {}).get("TargetGroups", [])


def _register(service: Record, balancer: Record) -> None:
    """Register the addresses of running tasks in the groups of their deployments, and deregister all others."""
    published: dict[str, list[str]] = service.setdefault(_PUBLISHED, {})
    wanted: dict[str, list[str]] = {arn: [] for arn in published}
    group = f"service:{service['serviceName']}"
    tasks = list(ecs._tasks.values()) if service.get("status") == "ACTIVE" else []
    for task in tasks:
        if task.get("group") != group or task.get("clusterArn") != service["clusterArn"]:
            continue
        deployment, address = ecs._deployment_for_task(service, task), ecs._task_ip(task)
        if task.get("lastStatus") == "RUNNING" and deployment and address:
            wanted.setdefault(deployment[_GROUP], []).append(address)
    port = balancer.get("containerPort", 80)
    for arn, addresses in wanted.items():
        alb.set_targets_for_group(arn, [(address, port) for address in addresses], published.get(arn, ()))
        published[arn] = addresses


def _move_requests(service: Record, balancer: Record) -> None:
    """Shift the rules to the newest deployment, once, when it has completed."""
    primary = ecs._primary_deployment(service)
    done = primary is None or primary.get("rolloutState") != "COMPLETED" or primary.get(_MOVED)
    if done or not shifts_requests(service):
        return
    primary[_MOVED] = True
    advanced = balancer.get("advancedConfiguration") or {}
    for key in ("productionListenerRule", "testListenerRule"):
        rule = alb._rules.get(advanced.get(key, "")) or {}
        for action in rule.get("Actions", []):
            if "ForwardConfig" in action:
                action["ForwardConfig"] = _turned(action["ForwardConfig"], primary[_GROUP])
                action["TargetGroupArn"] = primary[_GROUP]


def _turned(config: Record, live: str) -> Record:
    """Return a copy with all of the weight on one group; the template's own lists stay as they are."""
    groups = [
        {**group, "Weight": _ALL if group["TargetGroupArn"] == live else _NONE} for group in config["TargetGroups"]
    ]
    return {**config, "TargetGroups": groups}
