"""Services that cannot be taken over, and why: what our templates cannot say, and what would be unsafe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items, last, part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.places.graph import Wiring
    from stacks.adopt.running import Running

FARGATE = frozenset({"FARGATE", "FARGATE_SPOT"})
CONTROLLERS = {
    "CODE_DEPLOY": "CodeDeploy moves its traffic, and CloudFormation's changes of the service would fail",
    "EXTERNAL": "a third party deploys it by task sets, which our templates have not",
}
LAUNCH_TYPES = {
    "EC2": "it runs on EC2 instances, and our templates know Fargate alone",
    "EXTERNAL": "it runs on machines outside of AWS, and our templates know Fargate alone",
}


def refusals(found: Wiring, running: Running) -> Iterator[str]:
    """Yield a sentence for each reason for which the service cannot be taken over as it is."""
    address = found.anchor.address
    whys = (
        *_of_service(found.service),
        *_of_rollout(running),
        *_of_cluster(found),
        *_of_balancing(found),
        *_of_definition(found.definition),
        *_of_volumes(found.definition),
    )
    return (f"{address}: {why}" for why in whys)


def _of_service(service: Any) -> Iterator[str]:  # noqa: ANN401 - properties of a resource
    controller = part(service, "DeploymentController").get("Type")
    if controller in CONTROLLERS:
        yield f"its deployment controller is {controller}: {CONTROLLERS[controller]}"
    launch_type = service.get("LaunchType")
    if launch_type in LAUNCH_TYPES:
        yield f"its launch type is {launch_type}: {LAUNCH_TYPES[launch_type]}"
    providers = {str(it.get("CapacityProvider")) for it in items(service.get("CapacityProviderStrategy"))}
    if other := sorted(providers - FARGATE):
        yield f"its capacity provider is {', '.join(other)}, and our templates know Fargate alone"
    if (scheduling := service.get("SchedulingStrategy")) == "DAEMON":
        yield f"its scheduling strategy is {scheduling}: one task for each EC2 instance, which Fargate has not"
    if items(service.get("ServiceRegistries")):
        yield (
            "it is registered in Cloud Map (service discovery), which our templates have not: who finds it by "
            "that name would lose it; remove the registry first, or leave the service with Terraform"
        )
    if part(service, "ServiceConnectConfiguration").get("Enabled"):
        yield (
            "it uses Service Connect, which our templates have not: who calls it by that name would lose it; switch it "
            "off first, or leave the service with Terraform"
        )
    if items(service.get("VolumeConfigurations")):
        yield "its tasks get EBS volumes from the service, which our templates have not; `[[ecs.volumes]]` are on EFS"


def _of_rollout(running: Running) -> Iterator[str]:
    if running.is_deploying:
        yield "a deployment is in progress; wait for its end: aws ecs wait services-stable"


def _of_cluster(found: Wiring) -> Iterator[str]:
    if found.cluster is None:
        name = last(found.service.get("Cluster")) or "default"
        yield (
            f"its cluster {name} is not in the state, and a service cannot change its cluster; `terraform import` the "
            "cluster first, where nobody else needs it"
        )


def _of_balancing(found: Wiring) -> Iterator[str]:
    listed = items(found.service.get("LoadBalancers"))
    if not listed:
        yield (
            "it has no load balancer, and our service is always behind one; give it one with Terraform first, or "
            "deploy a second one beside it: docs/start/from-terraform.md"
        )
        return
    if len({it.get("TargetGroupArn") for it in listed}) > 1:
        yield f"it is registered in {len(listed)} target groups, and our service in one"
    if any(it.get("LoadBalancerName") for it in listed):
        yield "it is behind a Classic Load Balancer, which Fargate's services cannot have"
    group = found.target_group
    if group is None and found.target_group_arn:
        yield "its target group is not in the state; `terraform import` it first, or --map names another service"
        return
    protocol = str(group.recorded.get("Protocol") or "") if group else ""
    if protocol and protocol not in {"HTTP", "HTTPS"}:
        yield f"its target group speaks {protocol}: it is behind a Network Load Balancer, and ours are application ones"
    if group and (kind := group.recorded.get("TargetType")) not in {None, "ip"}:
        yield f"its target group has targets of the type {kind}, and tasks with addresses of their own need ip"


def _of_definition(definition: Any) -> Iterator[str]:  # noqa: ANN401 - properties of a resource
    mode = definition.get("NetworkMode")
    if mode not in {None, "awsvpc"}:
        yield f"the network mode of its tasks is {mode}, and Fargate has awsvpc alone"
    family = str(part(definition, "RuntimePlatform").get("OperatingSystemFamily") or "")
    if family.startswith("WINDOWS"):
        yield f"its tasks run on {family}, and our templates run Linux"
    if part(definition, "ProxyConfiguration"):
        yield "its tasks have a proxy configuration (App Mesh), which our templates have not"
    for name in ("PidMode", "IpcMode"):
        if mode := definition.get(name):
            yield f"its tasks have the {name} {mode}, which our templates have not"
    if definition.get("EnableFaultInjection"):
        yield "its tasks allow fault injection, which our templates have not"
    for container in items(definition.get("ContainerDefinitions")):
        yield from _of_container(container)


def _of_container(container: Any) -> Iterator[str]:  # noqa: ANN401 - properties of a resource
    name = container.get("Name")
    driver = part(container, "LogConfiguration").get("LogDriver")
    if driver not in {None, "awslogs"}:
        yield f"the container {name} logs by {driver}, and our containers by awslogs"
    if items(container.get("EnvironmentFiles")):
        yield f"the container {name} reads environment files from S3; our templates have `ecs.environment` instead"
    if items(container.get("DependsOn")):
        yield f"the container {name} waits for others (dependsOn), which our templates have not"


def _of_volumes(definition: Any) -> Iterator[str]:  # noqa: ANN401 - properties of a resource
    for volume in items(definition.get("Volumes")):
        efs = part(volume, "EFSVolumeConfiguration") or part(volume, "EfsVolumeConfiguration")
        if not efs:
            yield f"its volume {volume.get('Name')} is not on EFS; our templates have `[[ecs.volumes]]` on EFS alone"
        elif not re.fullmatch(r"fs-[0-9a-f]+", str(efs.get("FilesystemId") or efs.get("FileSystemId") or "")):
            yield f"its volume {volume.get('Name')} names no file system"
