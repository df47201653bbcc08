"""Rule E9101: more than one task needs sticky sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from stacks.lint.tree import Node, Place, trees

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cfnlint.template import Template

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
ATTRIBUTES = "TargetGroupAttributes"
SERVICE = "AWS::ECS::Service"
SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"


class StickySessions(CloudFormationLintRule):
    """A target group is sticky if a service behind it can run more than one task.

    The service may be in another template of the tree: the rule looks at all templates in the folder that are nested
    together with the target group's. How many tasks can run is the desired count, or the largest capacity of a scalable
    target or of its scheduled actions, as parameters' defaults and the values that parents pass say; what has a
    condition that is known to fail does not count.
    """

    id = "E9101"
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
        file = Path(cfn.filename)
        found = {
            (logical_id, ATTRIBUTES in properties): tasks
            for top in trees(file)
            for node in top.walk()
            if node.file == file
            for logical_id, properties in node.resources(TARGET_GROUP)
            if not _is_sticky(node, properties.get(ATTRIBUTES))
            and (tasks := _most_tasks(top, node.place(logical_id))) > 1
        }
        return [
            RuleMatch(
                ["Resources", logical_id, "Properties", *([ATTRIBUTES] if has_attributes else [])],
                f"up to {tasks} tasks can run behind this target group, and stickiness.enabled is not true",
            )
            for (logical_id, has_attributes), tasks in found.items()
        ]


def _is_sticky(node: Node, attributes: object) -> bool:
    """Whether attributes switch stickiness on, whichever way conditions go."""
    if isinstance(attributes, list):
        return any(_is_sticky(node, item) for item in attributes)
    if not isinstance(attributes, dict):
        return False
    if "Fn::If" in attributes:
        return all(_is_sticky(node, branch) for branch in node.branches(attributes["Fn::If"]))
    return attributes.get("Key") == "stickiness.enabled" and node.origins(attributes.get("Value")) == {"true"}


def _most_tasks(top: Node, target_group: Place) -> int:
    """The largest number of tasks that a service behind the target group can run; 0 without a service."""
    services = {node.place(name): (node, service) for node in top.walk() for name, service in node.resources(SERVICE)}
    most = 0
    for place, (node, service) in services.items():
        if target_group in node.origins(service.get("LoadBalancers")):
            counts = _numbers(node, service.get("DesiredCount"))
            most = max(most, 1, *counts, *_capacities(top, place, services.keys()))
    return most


def _capacities(top: Node, service: Place, services: Collection[Place]) -> Iterator[int]:
    """The largest capacities of the scalable targets of a service, and of those that name no service of the tree."""
    for node in top.walk():
        for _, target in node.resources(SCALABLE_TARGET):
            scaled = node.origins(target.get("ResourceId")).intersection(services)
            if service in scaled or not scaled:
                yield from _numbers(node, target.get("MaxCapacity"))
                for action in target.get("ScheduledActions") or []:
                    yield from _numbers(node, action.get("ScalableTargetAction", {}).get("MaxCapacity"))


def _numbers(node: Node, value: object) -> Iterator[int]:
    return (int(it) for it in node.origins(value) if isinstance(it, str) and it.isdecimal())
