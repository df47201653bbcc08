"""What belongs to a service: followed from one resource to the next, by the ARNs and names in their properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stacks.adopt.types import Candidate, application_autoscaling, ecr, ecs, elasticloadbalancing, iam, logs
from templates.ecs.image import ecr_repository

SERVICE, CLUSTER, TASK_DEFINITION = ecs.SERVICE, ecs.CLUSTER, ecs.TASK_DEFINITION
ROLE, LOG_GROUP, REPOSITORY = iam.TYPE, logs.TYPE, ecr.TYPE
LOAD_BALANCER, TARGET_GROUP = elasticloadbalancing.BALANCER, elasticloadbalancing.GROUP
LISTENER, RULE = elasticloadbalancing.LISTENER, elasticloadbalancing.RULE
SCALABLE_TARGET, SCALING_POLICY = application_autoscaling.TARGET, application_autoscaling.POLICY


def last(arn: object) -> str:
    """Return the last part of an ARN or a path, which is the name of most resources; a name as it is."""
    return str(arn or "").rpartition("/")[2]


def items(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list of a template; none where it is something else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, Sequence) else []


def part(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Return an object inside of another one; an empty one where there is none."""
    for name in names:
        found = value.get(name)
        value = found if isinstance(found, Mapping) else {}
    return value


def forwards_to(action: Mapping[str, Any]) -> set[str]:
    """Return the ARNs of the target groups to which an action of a listener or a rule forwards."""
    listed = items(part(action, "ForwardConfig").get("TargetGroups"))
    found = {str(action.get("TargetGroupArn") or ""), *(str(it.get("TargetGroupArn") or "") for it in listed)}
    return found - {""}


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The resources of a state by their type, and the way from a service to what belongs to it."""

    candidates: tuple[Candidate, ...]

    @cached_property
    def by_type(self) -> Mapping[str, list[Candidate]]:
        """The resources of each type of CloudFormation."""
        found: dict[str, list[Candidate]] = {}
        for it in self.candidates:
            found.setdefault(it.type, []).append(it)
        return found

    def of(self, type_name: str) -> list[Candidate]:
        """Return the resources of a type."""
        return self.by_type.get(type_name, [])

    def named(self, type_name: str, key: str, value: object) -> Candidate | None:
        """Return the one of a type whose identifier has this value; ARNs and names count by their last part."""
        wanted = last(value)
        return next((it for it in self.of(type_name) if wanted and last(it.identifier.get(key)) == wanted), None)


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """One service with what it is wired to. `service` and `definition` are properties as CloudFormation writes them."""

    graph: Graph
    anchor: Candidate
    service: Mapping[str, Any]
    definition: Mapping[str, Any]
    neighbours: frozenset[str] = frozenset()
    """ARNs of other target groups behind its load balancer, as AWS has them."""

    @cached_property
    def balancing(self) -> Mapping[str, Any]:
        """The first entry of the service's load balancers; empty where it has none."""
        return next(iter(items(self.service.get("LoadBalancers"))), {})

    @cached_property
    def container(self) -> Mapping[str, Any]:
        """The container that receives the requests, or the first one."""
        containers = items(self.definition.get("ContainerDefinitions"))
        named = (it for it in containers if it.get("Name") == self.balancing.get("ContainerName"))
        return next(named, next(iter(containers), {}))

    @property
    def cluster(self) -> Candidate | None:
        """The service's cluster."""
        name = self.service.get("Cluster") or self.anchor.identifier.get("Cluster") or "default"
        return self.graph.named(CLUSTER, "ClusterName", name)

    @property
    def execution_role(self) -> Candidate | None:
        """The role with which ECS starts the tasks."""
        return self.graph.named(ROLE, "RoleName", self.definition.get("ExecutionRoleArn"))

    @property
    def task_role(self) -> Candidate | None:
        """The role of the application."""
        return self.graph.named(ROLE, "RoleName", self.definition.get("TaskRoleArn"))

    @property
    def log_group(self) -> Candidate | None:
        """The log group to which the container writes; its name has slashes of its own."""
        name = part(self.container, "LogConfiguration", "Options").get("awslogs-group")
        return next((it for it in self.graph.of(LOG_GROUP) if name and it.identifier.get("LogGroupName") == name), None)

    @property
    def repository(self) -> Candidate | None:
        """The repository of the container's image, where it is one of ECR."""
        found = ecr_repository(str(self.container.get("Image") or ""))
        named = (it for it in self.graph.of(REPOSITORY) if found and it.identifier.get("RepositoryName") == found.name)
        return next(named, None)

    @property
    def target_group_arn(self) -> str:
        """The ARN of the service's target group; "" where it has none."""
        return str(self.balancing.get("TargetGroupArn") or "")

    @property
    def target_group(self) -> Candidate | None:
        """The target group of the tasks."""
        groups = self.graph.of(TARGET_GROUP)
        return next((it for it in groups if it.identifier.get("TargetGroupArn") == self.target_group_arn), None)

    @cached_property
    def listeners(self) -> list[Candidate]:
        """The listeners whose default action forwards to the service."""
        return [it for it in self.graph.of(LISTENER) if self._is_ours(it.recorded.get("DefaultActions"))]

    @cached_property
    def rules(self) -> list[Candidate]:
        """The listener rules that forward to the service."""
        return [it for it in self.graph.of(RULE) if self._is_ours(it.recorded.get("Actions"))]

    def _is_ours(self, actions: object) -> bool:
        return any(self.target_group_arn in forwards_to(action) for action in items(actions))

    @property
    def scalable_target(self) -> Candidate | None:
        """What scales the number of its tasks."""
        return next((it for it in self.graph.of(SCALABLE_TARGET) if self._scales(it)), None)

    @property
    def scaling_policies(self) -> list[Candidate]:
        """The policies of its scalable target."""
        return [it for it in self.graph.of(SCALING_POLICY) if self._scales(it)]

    def _scales(self, it: Candidate) -> bool:
        wanted = f"service/{last(self.service.get('Cluster'))}/{self.service.get('ServiceName')}"
        return resource_id(it) == wanted

    def everything(self) -> Iterator[Candidate]:
        """Yield all that belongs to the service, whoever else uses it."""
        single = (self.cluster, self.execution_role, self.task_role, self.log_group, self.repository, self.target_group)
        yield self.anchor
        yield from (it for it in (*single, self.scalable_target) if it is not None)
        yield from (*self.listeners, *self.rules, *self.scaling_policies)


def resource_id(it: Candidate) -> str:
    """Return what a scalable target or a scaling policy scales: `service/CLUSTER/SERVICE`."""
    given = it.identifier.get("ResourceId") or it.recorded.get("ResourceId")
    target = str(it.recorded.get("ScalingTargetId") or "")
    return str(given or target.partition("|")[0])


def wiring(graph: Graph, anchor: Candidate) -> Wiring:
    """Return the wiring of a service as the state has it."""
    service = anchor.recorded
    arn = str(service.get("TaskDefinition") or "")
    listed = graph.of(TASK_DEFINITION)
    exact = (it for it in listed if it.identifier.get("TaskDefinitionArn") == arn)
    family = (it for it in listed if last(it.identifier.get("TaskDefinitionArn")).partition(":")[0] == _family(arn))
    definition = next(exact, next(family, None))
    return Wiring(graph=graph, anchor=anchor, service=service, definition=definition.recorded if definition else {})


def _family(arn: str) -> str:
    """Return the family of `arn:...:task-definition/FAMILY:REVISION`, or of `FAMILY:REVISION`."""
    return last(arn).partition(":")[0]
