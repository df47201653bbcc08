"""The root stack: the only place where modules are wired to each other.

An output of one module goes to the inputs of others by its name alone, and so does a parameter of the root
(`Builder.connect`). What has no such name is passed by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from troposphere import And, Condition, Equals, GetAZs, If, Join, Not

from templates import autoscaling, ecr, ecs, iam, monitoring, network, security, tasks
from templates.model import Builder, Stack
from templates.root import parameters
from templates.values import (
    ClusterName,
    DnsName,
    Flag,
    ImageUri,
    LoadBalancerArn,
    LogGroupName,
    Number,
    RepositoryName,
    RepositoryUri,
    RoleArn,
    SecurityGroupIds,
    ServiceName,
    TargetGroupArn,
    TaskDefinitionArn,
    Text,
    Url,
    ZoneNames,
)

if TYPE_CHECKING:
    from templates.root.settings import Settings


REPOSITORY_STACK, NETWORK_STACK, SERVICE_STACK, MONITORING_STACK = "Ecr", "Network", "Ecs", "Monitoring"
TASKS_STACK = "Tasks"
"""Logical ids of children whose resources a deployment looks up."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The outputs of the Terraform project, under their names there, and the address to open."""

    ecr_repository_url: Annotated[RepositoryUri, "Address of the image repository, without a tag"]
    ecr_repository_name: Annotated[RepositoryName | None, "Name of the image repository that the stack makes"]
    ecs_cluster_name: Annotated[ClusterName, "Name of the ECS cluster"]
    ecs_service_name: Annotated[ServiceName, "Name of the ECS service"]
    ecs_task_definition_arn: Annotated[TaskDefinitionArn, "Task definition of the service, with its revision"]
    alb_dns_name: Annotated[DnsName, "Host name of the load balancer"]
    alb_arn: Annotated[LoadBalancerArn, "The load balancer"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    log_group_name: Annotated[LogGroupName, "Log group of the containers"]
    task_execution_role_arn: Annotated[RoleArn, "Role with which ECS pulls the image and writes the logs"]
    task_role_arn: Annotated[RoleArn, "Role that the application itself has"]
    autoscaling_enabled: Annotated[Flag, "Whether the number of tasks follows the load"]
    autoscaling_min_capacity: Annotated[Number, "Smallest number of tasks; without autoscaling the desired count"]
    autoscaling_max_capacity: Annotated[Number, "Largest number of tasks; without autoscaling the desired count"]
    app_url: Annotated[Url, "Address under which the application is opened"]


NEW_OUTPUTS = frozenset({"app_url"})
"""Outputs that the Terraform project has not."""
OUTPUTS_OF_SERVICE = ("ecs_cluster_name", "ecs_service_name", "ecs_task_definition_arn", "log_group_name")
"""Outputs that are there once there is an image."""


def build(settings: Settings, *, former_image: str = "") -> Stack[Outputs]:
    """Build the whole tree: the root stack with its children.

    Without an image tag there is neither a service nor what depends on it, so that no deployment waits for hours for an
    image that nobody has pushed. `former_image` is another repository, without a tag, from which the service still
    gets its image: the repository of the settings is created, and stays empty for now.
    """
    identity, inputs = settings.identity, parameters.default_parameters(settings)
    stack = Builder(identity, f"{identity.name}: {identity.profile.noun} on ECS Fargate", inputs, defaults=True)
    values = stack.parameters
    parameters.add_rules(stack)
    has_image = stack.condition("HasImage", Not(Equals(values.image_tag.expression, "")))
    scales = stack.condition("AutoscalingIsEnabled", Equals(values.autoscaling_enabled.expression, "true"))
    has_scaling = stack.condition("HasAutoscaling", And(Condition(has_image), Condition(scales)))
    count = values.ecs_desired_count.expression
    smallest = Number(If(scales, values.autoscaling_min_capacity.expression, count))
    largest = Number(If(scales, values.autoscaling_max_capacity.expression, count))

    _secure(stack, settings)
    repository = _repository(stack, settings)
    repository_url = repository.repository_url or RepositoryUri(settings.ecs.image)
    roles = stack.nest("Iam", _roles(stack, settings, former_image))
    net = stack.nest(NETWORK_STACK, _network(stack, settings))
    image_of = RepositoryUri(former_image) if former_image else repository_url
    made = _service(stack, settings, image_of)
    cache = REPOSITORY_STACK if settings.ecs.image and settings.ecr.pull_through_cache else None
    service = stack.nest(SERVICE_STACK, made, has_image, after=cache)
    scaling = stack.connect(autoscaling.Inputs, prefix="Autoscaling")
    stack.nest("Autoscaling", autoscaling.build(identity, settings.autoscaling, scaling), has_scaling)
    if settings.monitoring.any:
        watched = stack.connect(partial(monitoring.Inputs, min_capacity=smallest, max_capacity=largest))
        lends_topic = bool(settings.tasks)
        made_alarms = monitoring.build(identity, settings.monitoring, watched, lends_topic=lends_topic)
        stack.nest(MONITORING_STACK, made_alarms, has_image)
    if settings.tasks:
        stack.nest(TASKS_STACK, _tasks(stack, settings, image_of), has_image)
    return stack.finish(
        Outputs(
            ecr_repository_url=repository_url,
            ecr_repository_name=repository.repository_name,
            ecs_cluster_name=service.cluster_name,
            ecs_service_name=service.service_name,
            ecs_task_definition_arn=service.task_definition_arn,
            alb_dns_name=net.alb_dns_name,
            alb_arn=net.alb_arn,
            target_group_arn=net.target_group_arn,
            log_group_name=service.log_group_name,
            task_execution_role_arn=roles.task_execution_role_arn,
            task_role_arn=roles.task_role_arn,
            autoscaling_enabled=values.autoscaling_enabled,
            autoscaling_min_capacity=smallest,
            autoscaling_max_capacity=largest,
            app_url=net.url,
        ),
        conditions=dict.fromkeys(OUTPUTS_OF_SERVICE, has_image),
    )


def _secure(stack: Builder[parameters.Inputs], settings: Settings) -> None:
    """Nest the keys and secrets, if any are made; a given key is known without a stack."""
    made = security.build(settings.identity, settings.security, stack.connect(security.Inputs))
    if settings.security.makes_any:
        stack.nest("Security", made)
    else:
        stack.know(made.outputs)


def _repository(stack: Builder[parameters.Inputs], settings: Settings) -> ecr.Outputs:
    """Nest the repository and the registry's settings, as far as there are any; return the stack's own repository."""
    own = not settings.ecs.image
    if not own and not settings.ecr.pull_through_cache:
        return ecr.Outputs(repository_url=None, repository_name=None)
    made = ecr.build(settings.identity, settings.ecr, stack.connect(ecr.Inputs), own_repository=own)
    return stack.nest(REPOSITORY_STACK, made)


def _roles(stack: Builder[parameters.Inputs], settings: Settings, former_image: str) -> Stack[iam.Outputs]:
    """Build the roles, which know the repository by name and the secrets by the settings: they wait for no stack."""
    access = ecs.needed_access(settings.ecs, former_image)
    return iam.build(
        settings.identity,
        settings.iam,
        stack.connect(iam.Inputs),
        repository_name=ecr.repository_name(settings.identity, settings.ecr),
        access=access,
        cached=ecr.cached_repositories(settings.ecr.pull_through_cache, access.repository_arns),
    )


def _network(stack: Builder[parameters.Inputs], settings: Settings) -> Stack[network.Outputs]:
    return network.build(
        settings.identity,
        settings.network,
        stack.connect(partial(network.Inputs, availability_zones=_zones(stack))),
        blue_green=settings.ecs.deployment.two_target_groups,
        called_services=settings.called_services,
    )


def _zones(stack: Builder[parameters.Inputs]) -> ZoneNames | None:
    """Return the zones of a new VPC: those that a plan has chosen, else those that CloudFormation lists.

    A plan always chooses; who deploys with the AWS CLI alone need not.
    """
    zones = stack.parameters.availability_zones
    if zones is None:
        return None
    chosen = stack.condition("ZonesAreChosen", Not(Equals(zones.expression, "")))
    return ZoneNames(If(chosen, zones.expression, Join(",", GetAZs(""))))


def _service(
    stack: Builder[parameters.Inputs], settings: Settings, repository_url: RepositoryUri
) -> Stack[ecs.Outputs]:
    """Build the service; what it needs of the network's settings does not wait for the network's stack."""
    net = settings.network
    inputs = partial(ecs.Inputs, **_of_any_task(stack, settings, repository_url))
    return ecs.build(
        settings.identity,
        settings.ecs,
        stack.connect(inputs, prefix=SERVICE_STACK),
        paths=net.app_paths,
        tls_port=net.tls_port,
    )


def _of_any_task(
    stack: Builder[parameters.Inputs], settings: Settings, repository_url: RepositoryUri
) -> dict[str, Any]:
    """Return the inputs of the service that scheduled tasks have as well, and that no output or parameter is."""
    net = settings.network
    image = Join(":", [repository_url.expression, stack.parameters.image_tag.expression])
    return {
        "container_image": ImageUri(image),
        "container_port": Number(net.container_port),
        "security_group_ids": (
            SecurityGroupIds(list(net.task_security_group_ids)) if net.task_security_group_ids else None
        ),
        "assign_public_ip": Text("ENABLED" if network.tasks_are_public(net) else "DISABLED"),
    }


def _tasks(
    stack: Builder[parameters.Inputs], settings: Settings, repository_url: RepositoryUri
) -> Stack[tasks.Outputs]:
    """Build the scheduled tasks, which follow the service: an image that does not run is not scheduled either."""
    given = _of_any_task(stack, settings, repository_url)
    if not settings.monitoring.any:
        given |= {"alarm_topic_arn": None}
    return tasks.build(
        settings.identity,
        settings.tasks,
        stack.connect(partial(tasks.Inputs, **given), prefix=SERVICE_STACK),
        service=settings.ecs,
        paths=settings.network.app_paths,
    )
