"""AWS::ECS::Cluster, Service and TaskDefinition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id
from ministack.services import ecs

from sandbox.extension.reading.readable import Readable
from sandbox.extension.reading.shapes import pascal, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record

_SERVICE = (
    "serviceName",
    "taskDefinition",
    "desiredCount",
    "deploymentController",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "placementConstraints",
    "schedulingStrategy",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
)
_TASK = (
    "family",
    "containerDefinitions",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "executionRoleArn",
    "taskRoleArn",
    "volumes",
    "placementConstraints",
    "runtimePlatform",
    "ephemeralStorage",
    "proxyConfiguration",
    "pidMode",
    "ipcMode",
)
_LINKED_ROLE = "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
_LATEST = "LATEST"
_DEPLOYMENT = {
    "Strategy": "ROLLING",
    "BakeTimeInMinutes": 0,
    "MaximumPercent": 200,
    "MinimumHealthyPercent": 100,
    "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
}
"""What ECS returns of a service whose creator has left it out."""
_BREAKER = {
    "Enable": False,
    "Rollback": False,
    "ResetOnHealthyTask": True,
    "ThresholdConfiguration": {"Type": "BOUNDED_PERCENT", "Value": 50},
}
"""The same of its circuit breaker, also of one that is turned on (go-to-k/cdk-real-drift, `src/normalize/noise.ts`)."""


def _cluster(name: str) -> Properties | None:
    found = ecs._clusters.get(_last(name))
    if found is None or found["status"] != "ACTIVE":
        return None
    return {
        "ClusterName": found["clusterName"],
        "Arn": found["clusterArn"],
        "ClusterSettings": pascal(found["settings"]),
        "CapacityProviders": list(found["capacityProviders"]),
        "DefaultCapacityProviderStrategy": pascal(found["defaultCapacityProviderStrategy"]),
        **present(Configuration=pascal(found.get("configuration"))),
        "Tags": tags(ecs._tags.get(found["clusterArn"])),
    }


def _clusters() -> Iterator[tuple[str, ...]]:
    for found in ecs._clusters.values():
        if found["status"] == "ACTIVE":
            yield (found["clusterName"],)


def _service(arn: str, cluster: str) -> Properties | None:
    found = ecs._services.get(f"{_last(cluster)}/{_last(arn)}")
    if found is None or found["status"] != "ACTIVE":
        return None
    placed = (
        {"CapacityProviderStrategy": pascal(found["capacityProviderStrategy"])}
        if found.get("capacityProviderStrategy")
        else {"LaunchType": found["launchType"]}
    )
    return {
        "ServiceArn": found["serviceArn"],
        "Name": found["serviceName"],
        "Cluster": found["clusterArn"],
        **pascal(present(**{key: found.get(key) for key in _SERVICE})),
        **placed,
        "DeploymentConfiguration": _deployment(found),
        **_propagation(found),
        **_of_fargate(found),
        **_behind_balancers(found),
        "Tags": tags(ecs._tags.get(found["serviceArn"])),
    }


def _deployment(service: Record) -> Properties:
    """Return how it is deployed, completed by ECS's defaults."""
    own = pascal(service.get("deploymentConfiguration") or {})
    return {**_DEPLOYMENT, **own, "DeploymentCircuitBreaker": {**_BREAKER, **own.get("DeploymentCircuitBreaker", {})}}


def _propagation(service: Record) -> Properties:
    """Return from where tags are propagated; the schema has no value for nowhere."""
    source = service.get("propagateTags")
    return {"PropagateTags": source} if source not in {None, "NONE"} else {}


def _of_fargate(service: Record) -> Properties:
    """Return the platform, which ECS sets to LATEST for Fargate."""
    strategy = {it["capacityProvider"] for it in service.get("capacityProviderStrategy") or []}
    fargate = service.get("launchType") == "FARGATE" or strategy & {"FARGATE", "FARGATE_SPOT"}
    return {"PlatformVersion": service.get("platformVersion") or _LATEST} if fargate else {}


def _behind_balancers(service: Record) -> Properties:
    """Return the grace period and the service-linked role, which services with load balancers have."""
    if not service.get("loadBalancers"):
        return {}
    return {
        "HealthCheckGracePeriodSeconds": service.get("healthCheckGracePeriodSeconds", 0),
        "Role": service.get("roleArn") or f"arn:aws:iam::{get_account_id()}:{_LINKED_ROLE}",
    }


def _services() -> Iterator[tuple[str, ...]]:
    for found in ecs._services.values():
        if found["status"] == "ACTIVE":
            yield found["serviceArn"], found["clusterArn"]


def _task_definition(arn: str) -> Properties | None:
    found = ecs._task_defs.get(_last(arn))
    if found is None or found["status"] != "ACTIVE":
        return None
    return {
        "TaskDefinitionArn": found["taskDefinitionArn"],
        **pascal(present(**{key: found.get(key) for key in _TASK})),
        "Tags": tags(ecs._tags.get(found["taskDefinitionArn"])),
    }


def _task_definitions() -> Iterator[tuple[str, ...]]:
    for found in ecs._task_defs.values():
        if found["status"] == "ACTIVE":
            yield (found["taskDefinitionArn"],)


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


READERS = {
    "AWS::ECS::Cluster": Readable(read=_cluster, every=_clusters),
    "AWS::ECS::Service": Readable(
        read=_service,
        every=_services,
        identify=lambda physical_id, _: (physical_id, physical_id.split("/")[-2]),
    ),
    "AWS::ECS::TaskDefinition": Readable(read=_task_definition, every=_task_definitions),
}
