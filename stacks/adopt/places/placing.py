"""The places of the resources that belong to one service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks.adopt.places.balancing import Front, front
from stacks.adopt.places.graph import REPOSITORY, ROLE, SERVICE, TASK_DEFINITION, Graph, Wiring, wiring
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from stacks.adopt.types import Candidate

SERVICE_PLACE = "Ecs/Service"
METRICS = {
    "ECSServiceAverageCPUUtilization": "Autoscaling/CpuPolicy",
    "ECSServiceAverageMemoryUtilization": "Autoscaling/MemoryPolicy",
    "ALBRequestCountPerTarget": "Autoscaling/RequestCountPolicy",
}
UNWIRED = "the service is not wired to it"
EXCLUSIVE = frozenset({ROLE, REPOSITORY})
"""Types of which a resource is adopted only where no other service uses it: with ours its rights or images change."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where each resource goes, and why others stay; both by the first address of a candidate."""

    paths: Mapping[str, str]
    staying: Mapping[str, str] = field(default_factory=dict)
    front: Front


def choose_anchor(graph: Graph, mapping: Mapping[str, str]) -> Candidate:
    """Return the service that is taken over: the only one, or the one that `--map` names.

    Raises UserError where there is none, or several and no choice.
    """
    services = graph.of(SERVICE)
    chosen = [it for it in services if mapping.get(it.address) == SERVICE_PLACE]
    if chosen:
        return chosen[0]
    if not services:
        raise UserError(
            "service",
            "the state has no ECS service that can be taken over (aws_ecs_service)",
            "Is it the state of another part of the project? A takeover starts from the service.",
            code=Code.STATE,
        )
    if len(services) > 1:
        lines = [f"  --map '{it.address}={SERVICE_PLACE}'" for it in services]
        raise UserError(
            "service",
            f"the state has {len(services)}, and an environment has one",
            "\n".join(["Say which; the others stay with Terraform:", *lines]),
            code=Code.STATE,
        )
    return services[0]


def place(found: Wiring, mapping: Mapping[str, str]) -> Places:
    """Return the places of what belongs to the service; `mapping` wins over what the wiring says."""
    graph = found.graph
    others = [wiring(graph, it) for it in graph.of(SERVICE) if it is not found.anchor]
    ahead = front(found, others, mapping)
    paths: dict[str, str] = {}
    staying: dict[str, str] = dict(ahead.staying)
    taken = set(mapping.values())
    for it, path in [*_single(found), *ahead.placed, *_policies(found)]:
        address = it.address
        user = _user(it, others) if it.type in EXCLUSIVE else None
        if address in paths or address in mapping or address in staying:
            continue
        if user is not None:
            staying[address] = _shared(it, user)
        elif path in taken:
            staying[address] = f"{path} is the place of another resource"
        else:
            paths[address] = path
            taken.add(path)
    known = {it.address for it in graph.candidates}
    paths |= {address: path for address, path in mapping.items() if address in known}
    for it in graph.candidates:
        if it.address not in paths:
            staying.setdefault(it.address, _why(it, found, others))
    return Places(paths=paths, staying={k: v for k, v in staying.items() if k not in paths}, front=ahead)


def _single(found: Wiring) -> Iterator[tuple[Candidate, str]]:
    pairs = (
        (found.repository, "Ecr/Repository"),
        (found.execution_role, "Iam/TaskExecutionRole"),
        (found.task_role, "Iam/TaskRole"),
        (found.target_group, "Network/TargetGroup"),
        (found.cluster, "Ecs/Cluster"),
        (found.log_group, "Ecs/LogGroup"),
        (found.anchor, SERVICE_PLACE),
        (found.scalable_target, "Autoscaling/ScalableTarget"),
    )
    return ((it, path) for it, path in pairs if it is not None)


def _policies(found: Wiring) -> Iterator[tuple[Candidate, str]]:
    """Yield the policies that follow a metric which ours follow, too."""
    for it in found.scaling_policies:
        tracking = it.recorded.get("TargetTrackingScalingPolicyConfiguration") or {}
        metric = (tracking.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
        if metric in METRICS:
            yield it, METRICS[metric]


def _user(it: Candidate, others: list[Wiring]) -> Wiring | None:
    """Return another service that uses a resource."""
    return next((other for other in others if it in list(other.everything())), None)


def _shared(it: Candidate, user: Wiring) -> str:
    service = user.anchor.address
    if it.type == ROLE:
        return f"{service} has it, too; the first deploy makes a role of its own"
    return f"{service} has images in it, too; `ecs.image` names it"


def _why(it: Candidate, found: Wiring, others: list[Wiring]) -> str:
    """Return why a resource of a type that could be adopted stays."""
    is_ours = it.recorded.get("Family") == found.definition.get("Family")
    if it.type == SERVICE:
        why = "another service; an environment has one"
    elif (user := _user(it, others)) is not None:
        why = f"it belongs to {user.anchor.address}"
    elif it in found.scaling_policies:
        why = "ours follow CPU, memory or requests by target tracking; this policy goes on beside them"
    elif it.type == TASK_DEFINITION and is_ours:
        why = "the service keeps the revision that runs; the first deploy registers the next one in its family"
    elif it.type == TASK_DEFINITION:
        why = "no service that is taken over runs it"
    elif it.type == ROLE:
        why = "the tasks do not have it"
    else:
        why = UNWIRED
    return why
