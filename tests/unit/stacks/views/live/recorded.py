"""A failing deployment as its events tell it, and the moments of it that are looked at."""

from __future__ import annotations

import datetime as dt

from stacks.cloudformation.events import Event
from stacks.operations.service import Service, Stopped
from stacks.rendered.names import NESTED_STACK
from stacks.views.live.tree import Tree

NOON = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)
TYPES = {
    "Cluster": "AWS::ECS::Cluster",
    "LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Repository": "AWS::ECR::Repository",
    "Service": "AWS::ECS::Service",
    "TaskDefinition": "AWS::ECS::TaskDefinition",
    "Vpc": "AWS::EC2::VPC",
}
PLANNED = [
    "Ecr/Repository",
    "Network/Vpc",
    "Network/LoadBalancer",
    "Ecs/Cluster",
    "Ecs/TaskDefinition",
    "Ecs/Service",
]
BREAKER = (
    "Resource handler returned message: \"Error occurred during operation 'ECS Deployment Circuit Breaker was "
    "triggered'.\" (RequestToken: 7d3f0c4e-0000-4a1b-9c00-2f2f2f2f2f2f, HandlerErrorCode: GeneralServiceException)"
)
COURSE = """
0 root CREATE_IN_PROGRESS
1 Ecr CREATE_IN_PROGRESS
1 Network CREATE_IN_PROGRESS
2 Ecr/Repository CREATE_IN_PROGRESS
3 Network/Vpc CREATE_IN_PROGRESS
4 Ecr/Repository CREATE_COMPLETE
5 Ecr CREATE_COMPLETE
15 Network/Vpc CREATE_COMPLETE
16 Network/LoadBalancer CREATE_IN_PROGRESS
136 Network/LoadBalancer CREATE_COMPLETE
137 Network CREATE_COMPLETE
138 Ecs CREATE_IN_PROGRESS
139 Ecs/Cluster CREATE_IN_PROGRESS
139 Ecs/TaskDefinition CREATE_IN_PROGRESS
143 Ecs/TaskDefinition CREATE_COMPLETE
144 Ecs/Cluster CREATE_COMPLETE
145 Ecs/Service CREATE_IN_PROGRESS
325 Ecs/Service CREATE_FAILED
326 Ecs CREATE_FAILED
327 root ROLLBACK_IN_PROGRESS
"""
FAILING = Service(
    cluster="preto-2-prod",
    name="preto-2-prod",
    desired=2,
    running=0,
    pending=1,
    failed=2,
    rollout="IN_PROGRESS",
    stopped=(
        Stopped(
            reason="Essential container in task exited",
            container="web",
            exit_code=1,
            count=2,
            log=("Traceback (most recent call last):", "ModuleNotFoundError: No module named 'streamlit'"),
        ),
    ),
)


def event(number: int, second: int, path: str, status: str) -> Event:
    """One event, so many seconds after the beginning."""
    *stack, name = path.split("/")
    root = path == "root"
    reasons = {
        "Ecs/Service CREATE_FAILED": BREAKER,
        "Ecs CREATE_FAILED": "Embedded stack was not successfully created: [Service].",
    }
    return Event(
        id=str(number),
        time=NOON + dt.timedelta(seconds=second),
        stack=tuple(stack),
        logical_id="preto-2-prod" if root else name,
        type=TYPES.get(name, NESTED_STACK),
        physical_id=name,
        status=status,
        reason=reasons.get(f"{path} {status}", ""),
        is_stack=root,
    )


def tree(until: int) -> Tree:
    """The tree after so many seconds."""
    found = Tree()
    found.expect((tuple(path.split("/")), TYPES[path.rsplit("/", 1)[-1]]) for path in PLANNED)
    for number, line in enumerate(COURSE.split("\n")[1:-1]):
        second, path, status = line.split()
        if int(second) <= until:
            told = event(number, int(second), path, status)
            found.event(told, told.time)
    if until > 200:
        found.service("Ecs/Service", FAILING)
    return found


def now(until: int) -> dt.datetime:
    """So many seconds after the beginning."""
    return NOON + dt.timedelta(seconds=until)
