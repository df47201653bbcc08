"""Rule W9101: more than one task needs sticky sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from stacks.lint.folder import trees
from stacks.rendered.expressions import If, parse
from stacks.rendered.tree import Resource
from stacks.rendered.values import Later

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cfnlint.template import Template

    from stacks.rendered.expressions import Json
    from stacks.rendered.tree import Module
    from stacks.rendered.values import Scope

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
ATTRIBUTES = "TargetGroupAttributes"
SERVICE = "AWS::ECS::Service"
SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
UNKNOWN = Later("${}", is_open=True)


class StickySessions(CloudFormationLintRule):
    """A target group is sticky if a service behind it can run more than one task.

    The service may be in another template of the tree: the rule reads all templates in the folder that are nested
    together with the target group's. How many tasks can run is the desired count, or the largest capacity of a scalable
    target or of its scheduled actions, as parameters' defaults and the values that parents pass say; what has a
    condition that is known to fail does not count.
    """

    id = "W9101"
    shortdesc = "More than one task needs sticky sessions"
    description = (
        "A Streamlit session lives in the memory of one process. When a service can run more than one task, the load "
        "balancer keeps a browser on its task, or uploads and media fail."
    )
    source_url = "https://docs.streamlit.io/develop/concepts/architecture/architecture"
    tags = ["resources", "ecs", "elasticloadbalancingv2"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Point at each target group that is not sticky and should be."""
        if not cfn.filename or not cfn.get_resources(TARGET_GROUP):
            return []
        file = str(Path(cfn.filename))
        found = {
            (group.logical_id, ATTRIBUTES in group.properties): tasks
            for top in trees(Path(file))
            for module in _walk(top)
            if module.address == file
            for group in _of_type(module, TARGET_GROUP)
            if not _is_sticky(module, group.properties.get(ATTRIBUTES)) and (tasks := _most_tasks(top, group)) > 1
        }
        return [
            RuleMatch(
                ["Resources", logical_id, "Properties", *([ATTRIBUTES] if has_attributes else [])],
                f"up to {tasks} tasks can run behind this target group, and stickiness.enabled is not true",
            )
            for (logical_id, has_attributes), tasks in found.items()
        ]


def _is_sticky(module: Module, attributes: Json) -> bool:
    """Whether attributes switch stickiness on, whichever way conditions go."""
    if isinstance(attributes, list):
        return any(_is_sticky(module, item) for item in attributes)
    if isinstance(found := parse(attributes), If):
        return all(_is_sticky(module, branch) for branch in _branches(module, found))
    if not isinstance(attributes, dict):
        return False
    return attributes.get("Key") == "stickiness.enabled" and {*_origins(module, attributes.get("Value"))} == {"true"}


def _most_tasks(top: Module, target_group: Resource) -> int:
    """Return the largest number of tasks that a service behind the target group can run; 0 without a service."""
    services = {service.path: service for module in _walk(top) for service in _of_type(module, SERVICE)}
    most = 0
    for path, service in services.items():
        if target_group.path in _resources(service.module, service.properties.get("LoadBalancers")):
            counts = _numbers(service.module, service.properties.get("DesiredCount"))
            most = max(most, 1, *counts, *_capacities(top, path, services.keys()))
    return most


def _capacities(top: Module, service: str, services: Collection[str]) -> Iterator[int]:
    """Yield the largest capacities of a service's scalable targets, and of those that name no service of the tree."""
    for module in _walk(top):
        for target in _of_type(module, SCALABLE_TARGET):
            scaled = _resources(module, target.properties.get("ResourceId")).intersection(services)
            if service in scaled or not scaled:
                yield from _numbers(module, target.properties.get("MaxCapacity"))
                for action in target.properties.get("ScheduledActions") or []:
                    yield from _numbers(module, action.get("ScalableTargetAction", {}).get("MaxCapacity"))


def _walk(module: Module) -> Iterator[Module]:
    """Yield the modules of a tree, without those whose condition is known to fail."""
    yield module
    there = _scope(module).resources()
    for logical_id, child in module.children.items():
        if logical_id in there:
            yield from _walk(child)


def _of_type(module: Module, resource_type: str) -> Iterator[Resource]:
    """Return the resources of a type, without those whose condition is known to fail."""
    there = _scope(module).resources()
    return (it for it in module.resources() if it.type == resource_type and it.logical_id in there)


def _scope(module: Module) -> Scope:
    """By the parameters' defaults; one that is empty is not known yet: its value comes with a later deployment."""
    return module.scope({}, empty=UNKNOWN)


def _branches(module: Module, choice: If) -> tuple[Json, ...]:
    """Return the value that is chosen where its condition is known, otherwise both."""
    holds = _scope(module).holds(choice.condition)
    return choice.branches if isinstance(holds, Later) else (choice.then if holds else choice.otherwise,)


def _origins(module: Module, value: Json) -> Iterator[str | Resource]:
    return module.origins(value, _branches)


def _resources(module: Module, value: Json) -> frozenset[str]:
    """Return the paths of the resources from which a value comes."""
    return frozenset(it.path for it in _origins(module, value) if isinstance(it, Resource))


def _numbers(module: Module, value: Json) -> Iterator[int]:
    return (int(it) for it in _origins(module, value) if isinstance(it, str) and it.isdecimal())
