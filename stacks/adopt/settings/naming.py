"""`[names]`, `[stack.tags]`, and what stands outside of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.settings.facts import Setting, attributes, setting
from templates.identity import OWNERSHIP_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.settings.facts import Facts

NAMES = (
    ("load_balancer", "Network/LoadBalancer", "Name"),
    ("target_group", "Network/TargetGroup", "Name"),
    ("cluster", "Ecs/Cluster", "ClusterName"),
    ("service", "Ecs/Service", "ServiceName"),
    ("log_group", "Ecs/LogGroup", "LogGroupName"),
    ("execution_role", "Iam/TaskExecutionRole", "RoleName"),
    ("execution_role_path", "Iam/TaskExecutionRole", "Path"),
    ("task_role", "Iam/TaskRole", "RoleName"),
    ("task_role_path", "Iam/TaskRole", "Path"),
    ("cpu_policy", "Autoscaling/CpuPolicy", "PolicyName"),
    ("memory_policy", "Autoscaling/MemoryPolicy", "PolicyName"),
    ("request_count_policy", "Autoscaling/RequestCountPolicy", "PolicyName"),
)
"""Keys of `[names]` with the place and the property whose value they are."""
OTHERS_TAGS = frozenset({*OWNERSHIP_TAGS, "Application", "Name"})
"""Tags that the templates set themselves, or that differ from resource to resource."""


def naming(facts: Facts) -> Iterator[Setting]:
    """Yield project, application and environment, and the name of everything that is adopted."""
    yield setting("project", facts.origin.project, is_shown=True)
    yield setting("environment", facts.environment, is_shown=True)
    if facts.origin.application:
        yield setting("names.application", facts.origin.application)
    for key, path, name in NAMES:
        if value := facts.of(path).get(name):
            yield setting(f"names.{key}", value, (path, name))
    if family := facts.definition.get("Family"):
        yield setting("names.task_family", family, ("Ecs/TaskDefinition", "Family"))
    if container := facts.container.get("Name"):
        decides = (("Ecs/TaskDefinition", "ContainerDefinitions"), ("Ecs/Service", "LoadBalancers"))
        yield setting("names.container", container, *decides)
    yield from _tags(facts)


def _tags(facts: Facts) -> Iterator[Setting]:
    """Yield the tags that every adopted resource with tags has with the same value."""
    tagged = [found for it in facts.known.values() if (found := attributes(it, "Tags"))]
    first = tagged[0] if tagged else {}
    same = {key: value for key, value in first.items() if value and all(it.get(key) == value for it in tagged)}
    own = {key: same[key] for key in sorted(same) if key not in OTHERS_TAGS and not key.lower().startswith("aws:")}
    if own:
        yield setting("stack.tags", own, *((path, "Tags") for path in facts.known))
