"""The root stack: the only place where modules are wired to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from troposphere import And, Condition, Equals, GetAZs, If, Join, Not

from templates import autoscaling, ecr, ecs, iam, monitoring, network, parameters, security
from templates.model import Builder, Stack
from templates.settings import Settings
from templates.values import (
    ClusterName,
    DnsName,
    Flag,
    ImageUri,
    Number,
    RepositoryUri,
    ServiceName,
    Text,
    Url,
    ZoneNames,
)

__all__ = ["Outputs", "Settings", "build"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The seven outputs of the Terraform project, under its names, and the address to open."""

    ecr_repository_url: Annotated[RepositoryUri, "Address of the image repository, without a tag"]
    ecs_cluster_name: Annotated[ClusterName, "Name of the ECS cluster"]
    ecs_service_name: Annotated[ServiceName, "Name of the ECS service"]
    alb_dns_name: Annotated[DnsName, "Host name of the load balancer"]
    autoscaling_enabled: Annotated[Flag, "Whether the number of tasks follows the load"]
    autoscaling_min_capacity: Annotated[Number, "Smallest number of tasks; without autoscaling the desired count"]
    autoscaling_max_capacity: Annotated[Number, "Largest number of tasks; without autoscaling the desired count"]
    app_url: Annotated[Url, "Address under which the application is opened"]


def build(settings: Settings, *, former_image: str = "") -> Stack[Outputs]:
    """The whole tree: the root stack with its children in it.

    Without an image tag the root holds neither the service nor what goes with it, so that no service can wait for
    hours for an image that nobody has pushed. `former_image` is another repository, without a tag, from which the
    service still has its image: the settings' own is made, and stays empty for now.
    """
    identity = settings.identity
    inputs = parameters.of(settings)
    stack = Builder(identity, f"{identity.name}: a Streamlit app on ECS Fargate", inputs, defaults=True)
    values = stack.parameters
    parameters.refuse_impossible(stack)
    has_image = stack.condition("HasImage", Not(Equals(values.image_tag.expression, "")))
    scales = stack.condition("AutoscalingIsEnabled", Equals(values.autoscaling_enabled.expression, "true"))
    has_scaling = stack.condition("HasAutoscaling", And(Condition(has_image), Condition(scales)))

    keys = stack.nest("Security", security.build(identity, settings.security, security.Inputs()))
    repository_url = _repository_url(stack, settings, keys)
    roles = stack.nest("Iam", _roles(settings, keys, former_image))
    net = stack.nest("Network", _network(settings, values, keys, _zones(stack)))
    image_source = RepositoryUri(former_image) if former_image else repository_url
    made = _service(settings, values, keys, image_source, roles, net)
    cache = "Ecr" if settings.ecs.image and settings.ecr.pull_through_cache else None
    service = stack.nest("Ecs", made, has_image, after=cache)
    stack.nest("Autoscaling", _scaling(settings, values, net, service), has_scaling)
    count = values.ecs_desired_count.expression
    smallest = Number(If(scales, values.autoscaling_min_capacity.expression, count))
    largest = Number(If(scales, values.autoscaling_max_capacity.expression, count))
    if settings.monitoring.any:
        watched = _watched(values, keys, net, service, limits=(smallest, largest))
        stack.nest("Monitoring", monitoring.build(identity, settings.monitoring, watched), has_image)
    return stack.finish(
        Outputs(
            ecr_repository_url=repository_url,
            ecs_cluster_name=service.cluster_name,
            ecs_service_name=service.service_name,
            alb_dns_name=net.alb_dns_name,
            autoscaling_enabled=values.autoscaling_enabled,
            autoscaling_min_capacity=smallest,
            autoscaling_max_capacity=largest,
            app_url=net.url,
        ),
        conditions={"ecs_cluster_name": has_image, "ecs_service_name": has_image},
    )


def _repository_url(stack: Builder[parameters.Inputs], settings: Settings, keys: security.Outputs) -> RepositoryUri:
    """Where the image is: in a repository of its own, or in the other registry that the settings name."""
    inputs, own = ecr.Inputs(kms_key_arn=keys.kms_key_arn), not settings.ecs.image
    made = ecr.build(settings.identity, settings.ecr, inputs, own_repository=own)
    found = stack.nest("Ecr", made) if own or settings.ecr.pull_through_cache else None
    return found.repository_url if found and found.repository_url else RepositoryUri(settings.ecs.image)


def _roles(settings: Settings, keys: security.Outputs, former_image: str) -> Stack[iam.Outputs]:
    """Security to IAM, which knows the repository by name and what containers read by the settings."""
    inputs = iam.Inputs(cookie_secret_arn=keys.cookie_secret_arn, kms_key_arn=keys.kms_key_arn)
    access = ecs.access(settings.ecs, former_image)
    return iam.build(
        settings.identity,
        settings.iam,
        inputs,
        repository_name=ecr.repository_name(settings.identity, settings.ecr),
        access=access,
        cached=ecr.cached(settings.ecr.pull_through_cache, access.repository_arns),
    )


def _watched(
    values: parameters.Inputs,
    keys: security.Outputs,
    net: network.Outputs,
    service: ecs.Outputs,
    *,
    limits: tuple[Number, Number],
) -> monitoring.Inputs:
    """Security, Network and ECS to Monitoring, with the smallest and the largest number of tasks."""
    smallest, largest = limits
    return monitoring.Inputs(
        cluster_name=service.cluster_name,
        service_name=service.service_name,
        load_balancer_full_name=net.load_balancer_full_name,
        target_group_full_name=net.target_group_full_name,
        alternate_target_group_full_name=net.alternate_target_group_full_name,
        autoscaling_enabled=values.autoscaling_enabled,
        min_capacity=smallest,
        max_capacity=largest,
        kms_key_arn=keys.kms_key_arn,
    )


def _zones(stack: Builder[parameters.Inputs]) -> ZoneNames | None:
    """The zones of a new VPC: those that a plan has chosen, else the list that CloudFormation itself has.

    Whoever deploys with the AWS CLI alone may leave them out; a plan never does.
    """
    zones = stack.parameters.availability_zones
    if zones is None:
        return None
    chosen = stack.condition("ZonesAreChosen", Not(Equals(zones.expression, "")))
    return ZoneNames(If(chosen, zones.expression, Join(",", GetAZs(""))))


def _network(
    settings: Settings, values: parameters.Inputs, keys: security.Outputs, zones: ZoneNames | None
) -> Stack[network.Outputs]:
    """Security and what was looked up to Network."""
    inputs = network.Inputs(
        vpc_id=values.vpc_id,
        public_subnet_ids=values.public_subnet_ids,
        availability_zones=zones,
        kms_key_arn=keys.kms_key_arn,
        shared_load_balancer_dns_name=values.shared_load_balancer_dns_name,
        shared_load_balancer_security_group_id=values.shared_load_balancer_security_group_id,
        shared_listener_url=values.shared_listener_url,
    )
    pair = settings.ecs.deployment.two_target_groups
    called = settings.called_services
    return network.build(settings.identity, settings.network, inputs, blue_green=pair, called_services=called)


def _service(
    settings: Settings,
    values: parameters.Inputs,
    keys: security.Outputs,
    repository_url: RepositoryUri,
    roles: iam.Outputs,
    net: network.Outputs,
) -> Stack[ecs.Outputs]:
    """Security, ECR, IAM and Network to ECS; what the settings say of the network is known without its stack."""
    watches = settings.ecs.deployment.rollback_alarms
    image = Join(":", [repository_url.expression, values.image_tag.expression])
    inputs = ecs.Inputs(
        container_image=ImageUri(image),
        cpu=values.ecs_cpu,
        memory=values.ecs_memory,
        desired_count=values.ecs_desired_count,
        forced_deployment=values.ecs_forced_deployment,
        cookie_secret_arn=keys.cookie_secret_arn,
        kms_key_arn=keys.kms_key_arn,
        task_execution_role_arn=roles.task_execution_role_arn,
        task_role_arn=roles.task_role_arn,
        subnet_ids=net.subnet_ids,
        security_group_id=net.security_group_id,
        target_group_arn=net.target_group_arn,
        load_balancer_full_name=net.load_balancer_full_name if watches else None,
        target_group_full_name=net.target_group_full_name if watches else None,
        alternate_target_group_full_name=net.alternate_target_group_full_name if watches else None,
        alternate_target_group_arn=net.alternate_target_group_arn,
        production_listener_rule_arn=net.production_listener_rule_arn,
        test_listener_rule_arn=net.test_listener_rule_arn,
        load_balancer_role_arn=roles.load_balancer_role_arn,
        container_port=Number(settings.network.container_port),
        assign_public_ip=Text("ENABLED" if network.tasks_are_public(settings.network) else "DISABLED"),
    )
    net_settings = settings.network
    return ecs.build(
        settings.identity, settings.ecs, inputs, paths=net_settings.streamlit_paths, tls_port=net_settings.tls_port
    )


def _scaling(
    settings: Settings, values: parameters.Inputs, net: network.Outputs, service: ecs.Outputs
) -> Stack[autoscaling.Outputs]:
    """ECS to Auto Scaling, and Network where requests are counted."""
    counts = settings.autoscaling.request_count_target is not None
    inputs = autoscaling.Inputs(
        cluster_name=service.cluster_name,
        service_name=service.service_name,
        min_capacity=values.autoscaling_min_capacity,
        max_capacity=values.autoscaling_max_capacity,
        cpu_target=values.autoscaling_cpu_target,
        memory_target=values.autoscaling_memory_target,
        scale_out_cooldown=values.autoscaling_scale_out_cooldown,
        scale_in_cooldown=values.autoscaling_scale_in_cooldown,
        load_balancer_full_name=net.load_balancer_full_name if counts else None,
        target_group_full_name=net.target_group_full_name if counts else None,
    )
    return autoscaling.build(settings.identity, settings.autoscaling, inputs)
