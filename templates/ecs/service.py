"""The ECS service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, If, Not, NoValue, Ref
from troposphere.ecs import (
    AdvancedConfiguration,
    AwsvpcConfiguration,
    Cluster,
    ForceNewDeployment,
    LoadBalancer,
    NetworkConfiguration,
    Service,
    TaskDefinition,
)

from templates.ecs import deployment, spot
from templates.ecs.alarms import rollback_alarms

if TYPE_CHECKING:
    from templates.ecs.inputs import Inputs, TaskInputs
    from templates.ecs.settings import Settings
    from templates.identity import Identity
    from templates.model import Builder


def service(
    identity: Identity,
    settings: Settings,
    stack: Builder[Inputs],
    cluster: Cluster,
    definition: TaskDefinition,
    *,
    tls_port: int | None,
) -> Service:
    """Return a service behind the target group, which rolls back when new tasks do not start.

    CloudFormation sends `DesiredCount` with every update of the service, which undoes what autoscaling has done. An
    empty count leaves the property out, and ECS keeps its number of tasks. `EnableExecuteCommand` and `PlatformVersion`
    are always there: ECS keeps what an update leaves out, so they could not be reset. Rebalancing is always there
    because new services have it by default.

    ECS rejects another capacity provider strategy without a forced deployment, and ECS Exec does not reach running
    tasks: `stacks/plan/forced_deployment.py` sets a new nonce then, and removes it with the next change of the
    service. It is not documented whether CloudFormation forces a deployment with every other change as long as the
    nonce is there.
    """
    values = stack.parameters
    given = stack.condition("DesiredCountIsGiven", Not(Equals(values.desired_count.expression, "")))
    forced = stack.condition("DeploymentIsForced", Not(Equals(values.forced_deployment.expression, "")))
    force = ForceNewDeployment(
        EnableForceNewDeployment=True, ForceNewDeploymentNonce=values.forced_deployment.expression
    )
    grace_period = settings.health_check_grace_period
    alarms = rollback_alarms(identity, grace_period, values) if settings.deployment.rollback_alarms else []
    for alarm in alarms:
        stack.add(alarm)
    return Service(
        "Service",
        ServiceName=identity.service,
        Cluster=Ref(cluster),
        TaskDefinition=Ref(definition),
        PlatformVersion=settings.platform_version,
        DesiredCount=If(given, values.desired_count.expression, NoValue),
        DeploymentConfiguration=deployment.deployment_configuration(settings.deployment, alarms),
        EnableExecuteCommand=settings.exec,
        ForceNewDeployment=If(forced, force, NoValue),
        AvailabilityZoneRebalancing="ENABLED" if settings.availability_zone_rebalancing else "DISABLED",
        HealthCheckGracePeriodSeconds=grace_period,
        NetworkConfiguration=NetworkConfiguration(
            AwsvpcConfiguration=AwsvpcConfiguration(
                AssignPublicIp=values.assign_public_ip.expression,
                SecurityGroups=security_groups(values),
                Subnets=values.subnet_ids.expression,
            )
        ),
        LoadBalancers=[_load_balancer(identity, settings, values, tls_port)],
        EnableECSManagedTags=settings.managed_tags,
        **({} if settings.propagate_tags == "NONE" else {"PropagateTags": settings.propagate_tags}),
        **spot.capacity(settings.launch_type, settings.spot),
    )


def security_groups(values: TaskInputs) -> Any:
    """Return the groups that are given, or the one of the network's stack. Raises ValueError if there is neither."""
    if values.security_group_ids:
        return values.security_group_ids.expression
    if values.security_group_id is None:
        raise ValueError("the tasks need a security group")
    return [values.security_group_id.expression]


def _load_balancer(identity: Identity, settings: Settings, values: Inputs, tls_port: int | None) -> LoadBalancer:
    """Return the target group of the tasks and, where ECS shifts traffic, the second one with its listener rules.

    Requests go to the application, or to the sidecar with the port for HTTPS.
    """
    proxy = next((it.name for it in settings.sidecars if tls_port in it.ports), None)
    balancer = LoadBalancer(
        ContainerName=proxy or identity.container,
        ContainerPort=tls_port if proxy else values.container_port.expression,
        TargetGroupArn=values.target_group_arn.expression,
    )
    if settings.deployment.two_target_groups:
        balancer.AdvancedConfiguration = _advanced(values)
    return balancer


def _advanced(values: Inputs) -> AdvancedConfiguration:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html.

    Raises ValueError if the inputs lack what ECS needs to shift traffic.
    """
    needed = (values.alternate_target_group_arn, values.production_listener_rule_arn, values.load_balancer_role_arn)
    alternate, production, role = needed
    if alternate is None or production is None or role is None:
        raise ValueError("a strategy that moves requests needs a second target group, a listener rule and a role")
    test = values.test_listener_rule_arn
    return AdvancedConfiguration(
        AlternateTargetGroupArn=alternate.expression,
        ProductionListenerRule=production.expression,
        RoleArn=role.expression,
        **({"TestListenerRule": test.expression} if test else {}),
    )
