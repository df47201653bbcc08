"""A service's tasks are in the target group of their deployment, and ECS moves a rule's weights to the new ones.

With a strategy that moves requests, the tasks of a new deployment start in the group that gets none, and when they are
steady, production and test rule send all requests there. The group that gets requests is the one that the production
rule says. Whoever else writes the rule's weights is not corrected: ECS does not look at them between deployments.
Bake times and steps do not pass.
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
    """Register tasks by their deployment, for services with one load balancer."""
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
    """Whether deployments of this service move requests."""
    strategy = (service.get("deploymentConfiguration") or {}).get("strategy", "ROLLING")
    return bool(strategy != "ROLLING")


def _choose_groups(service: Record, balancer: Record) -> None:
    """Give each deployment that has none the group of its tasks, once and for all."""
    live, idle = _live_and_idle(balancer)
    primary = ecs._primary_deployment(service)
    for deployment in service["deployments"]:
        if _GROUP not in deployment:
            is_new = deployment is primary and len(service["deployments"]) > 1
            deployment[_GROUP] = idle if is_new and shifts_requests(service) else live


def _live_and_idle(balancer: Record) -> tuple[str, str]:
    """The group that gets requests by the production rule, and the other one; the same one where there is no other."""
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
    """Publish the addresses of running tasks, each in the group of its deployment, and withdraw all others."""
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
    """Turn the rules to the newest deployment, once, when it is complete."""
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
    """The same with all of the weight on one group. The template's own lists are not touched."""
    groups = [
        {**group, "Weight": _ALL if group["TargetGroupArn"] == live else _NONE} for group in config["TargetGroups"]
    ]
    return {**config, "TargetGroups": groups}
