"""`[ecs]`: the container, the service, its cluster and its log group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items, last, part
from stacks.adopt.settings.facts import Setting, off, setting, texts, whole
from stacks.adopt.settings.variables import Variables, seems_secret
from templates.ecs.health import FORMS
from templates.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.adopt.origin import Origin
    from stacks.adopt.settings.facts import Facts

SERVICE, CLUSTER, LOG_GROUP, DEFINITION = "Ecs/Service", "Ecs/Cluster", "Ecs/LogGroup", "Ecs/TaskDefinition"
CONTAINERS = (DEFINITION, "ContainerDefinitions")
DEPLOYMENT = (SERVICE, "DeploymentConfiguration")
OUR_CHECK = "http.client"
"""In the command of the templates' own health check, which needs `python` in the image."""
VCPU = 1024
FARGATE_PROVIDERS = frozenset({"FARGATE", "FARGATE_SPOT"})


def service(facts: Facts, variables: Mapping[str, Variables]) -> Iterator[Setting]:
    """Yield the settings of the service and all that is in its stack; `variables` are by the container's name."""
    yield from _task(facts.definition)
    yield from _container(facts, variables)
    yield from _cluster(facts)
    yield from _log_group(facts)
    yield from _service(facts.service)
    yield from _capacity(facts.service)
    yield from _deployment(part(facts.service, "DeploymentConfiguration"))


def _task(definition: Mapping[str, Any]) -> Iterator[Setting]:
    cpu = whole(definition.get("Cpu"))
    units = f"CPU units: {cpu / VCPU:g} vCPU" if cpu else ""
    yield setting("ecs.cpu", cpu, (DEFINITION, "Cpu"), comment=units, is_shown=True)
    memory = whole(definition.get("Memory"))
    yield setting("ecs.memory", memory, (DEFINITION, "Memory"), comment="MiB", is_shown=True)
    architecture = part(definition, "RuntimePlatform").get("CpuArchitecture") or "X86_64"
    yield setting("ecs.architecture", architecture, (DEFINITION, "RuntimePlatform"))
    storage = whole(part(definition, "EphemeralStorage").get("SizeInGiB"))
    yield setting("ecs.ephemeral_storage", storage, (DEFINITION, "EphemeralStorage"), comment="GiB")


def _container(facts: Facts, variables: Mapping[str, Variables]) -> Iterator[Setting]:
    it = facts.container
    own = variables.get(str(it.get("Name")), Variables())
    linux = part(it, "LinuxParameters")
    prefix = part(it, "LogConfiguration", "Options").get("awslogs-stream-prefix")
    yield off("ecs.streamlit_options", CONTAINERS)
    # What sets the port stays among the variables of the environment.
    yield Setting(key=("ecs", "port_variable"), value="", decides=(CONTAINERS,), may_be_empty=True)
    yield from _health_check(texts(part(it, "HealthCheck").get("Command")))
    yield setting("ecs.init", linux.get("InitProcessEnabled") is True, CONTAINERS)
    yield setting("ecs.stop_timeout", whole(it.get("StopTimeout")) or 0, CONTAINERS, comment="seconds; 0: ECS's own")
    yield setting("ecs.log_stream_prefix", prefix if prefix != it.get("Name") else "", CONTAINERS)
    yield setting("ecs.entry_point", list(own.commands.get("EntryPoint", ())), CONTAINERS)
    yield setting("ecs.command", list(own.commands.get("Command", ())), CONTAINERS)
    yield setting("ecs.user", it.get("User") or "", CONTAINERS)
    yield setting("ecs.read_only", it.get("ReadonlyRootFilesystem") is True, CONTAINERS)
    credentials = part(it, "RepositoryCredentials").get("CredentialsParameter")
    yield setting("ecs.registry_credentials_arn", credentials, CONTAINERS)
    if own.written:
        yield setting("ecs.environment", dict(own.written), CONTAINERS)
    if secrets := secrets_of(it, facts.origin):
        yield setting("ecs.secrets", secrets, CONTAINERS)
    listed = [each for each in items(facts.definition.get("ContainerDefinitions")) if each is not it]
    if others := [_sidecar(each, variables.get(str(each.get("Name")), Variables()), facts.origin) for each in listed]:
        yield setting("ecs.sidecars", others, CONTAINERS)
    if volumes := list(_volumes(facts.definition, it)):
        yield setting("ecs.volumes", volumes, (DEFINITION, "Volumes"), CONTAINERS)


def _health_check(command: list[str]) -> Iterator[Setting]:
    """Yield whether there is a health check in the container, and its command; one that may hold a secret is lost."""
    is_ours = any(OUR_CHECK in word for word in command)
    is_kept = is_ours or (bool(command) and command[0] in FORMS and not seems_secret(command))
    yield setting("ecs.container_health_check", is_kept, CONTAINERS)
    if is_kept and not is_ours:
        yield setting("ecs.health_check_command", command, CONTAINERS)


def secrets_of(container: Mapping[str, Any], origin: Origin) -> dict[str, str]:
    """Return where ECS reads the secrets of a container, by the variable's name: no secret is in it.

    A parameter of the same region may be there by its name alone; our settings have ARNs.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
    """
    listed = items(container.get("Secrets"))
    return {str(it.get("Name")): _arn(str(it.get("ValueFrom")), origin) for it in listed if it.get("ValueFrom")}


def _arn(value: str, origin: Origin) -> str:
    if value.startswith("arn:") or not (origin.region and origin.account):
        return value
    partition = partition_of(origin.region).name
    return f"arn:{partition}:ssm:{origin.region}:{origin.account}:parameter/{value.lstrip('/')}"


def _sidecar(it: Mapping[str, Any], own: Variables, origin: Origin) -> dict[str, Any]:
    """Return a container beside the application's."""
    ports = [number for each in items(it.get("PortMappings")) if (number := whole(each.get("ContainerPort")))]
    found: dict[str, Any] = {
        "name": it.get("Name"),
        "image": it.get("Image"),
        "essential": it.get("Essential", True) is True,
        "cpu": whole(it.get("Cpu")),
        "memory": whole(it.get("Memory")),
        "command": list(own.commands.get("Command", ())),
        "entry_point": list(own.commands.get("EntryPoint", ())),
        "environment": dict(own.written),
        "secrets": secrets_of(it, origin),
        "ports": ports,
        "read_only": it.get("ReadonlyRootFilesystem") is True,
        "user": it.get("User"),
    }
    return {key: value for key, value in found.items() if value not in (None, "", [], {}, 0, False)}


def _volumes(definition: Mapping[str, Any], container: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the volumes on EFS that the container mounts."""
    on_efs = {
        it.get("Name"): part(it, "EFSVolumeConfiguration") or part(it, "EfsVolumeConfiguration")
        for it in items(definition.get("Volumes"))
    }
    for point in items(container.get("MountPoints")):
        if efs := on_efs.get(point.get("SourceVolume")):
            access = part(efs, "AuthorizationConfig").get("AccessPointId")
            directory = efs.get("RootDirectory") or "/"
            yield {
                "name": str(point.get("SourceVolume")).removeprefix("efs-"),
                "file_system_id": efs.get("FilesystemId") or efs.get("FileSystemId"),
                **({"access_point_id": access} if access else {}),
                **({"root_directory": directory} if directory != "/" and not access else {}),
                "path": point.get("ContainerPath"),
                **({"read_only": True} if point.get("ReadOnly") else {}),
            }


def _cluster(facts: Facts) -> Iterator[Setting]:
    it = facts.of(CLUSTER)
    if not it:
        return
    insights = {each.get("Name"): each.get("Value") for each in items(it.get("ClusterSettings"))}
    value = insights.get("containerInsights", "account")
    yield setting("ecs.container_insights", value, (CLUSTER, "ClusterSettings"))
    providers = set(texts(it.get("CapacityProviders")))
    yield setting("ecs.capacity_providers", providers >= FARGATE_PROVIDERS, (CLUSTER, "CapacityProviders"))


def _log_group(facts: Facts) -> Iterator[Setting]:
    if it := facts.of(LOG_GROUP):
        days = whole(it.get("RetentionInDays")) or 0
        unit = "days" if days else "never: entries are kept"
        yield setting("ecs.log_retention_days", days, (LOG_GROUP, "RetentionInDays"), comment=unit)


def _service(it: Mapping[str, Any]) -> Iterator[Setting]:
    yield setting("ecs.desired_count", whole(it.get("DesiredCount")), (SERVICE, "DesiredCount"), is_shown=True)
    period = whole(it.get("HealthCheckGracePeriodSeconds")) or 0
    where = (SERVICE, "HealthCheckGracePeriodSeconds")
    yield setting("ecs.health_check_grace_period", period, where, comment="seconds")
    rebalances = it.get("AvailabilityZoneRebalancing") == "ENABLED"
    yield setting("ecs.availability_zone_rebalancing", rebalances, (SERVICE, "AvailabilityZoneRebalancing"))
    yield setting("ecs.exec", it.get("EnableExecuteCommand") is True, (SERVICE, "EnableExecuteCommand"))
    yield setting("ecs.propagate_tags", it.get("PropagateTags") or "NONE", (SERVICE, "PropagateTags"))
    yield setting("ecs.managed_tags", it.get("EnableECSManagedTags") is True, (SERVICE, "EnableECSManagedTags"))
    version = it.get("PlatformVersion") or "LATEST"
    yield setting("ecs.platform_version", version, (SERVICE, "PlatformVersion"))


def _capacity(it: Mapping[str, Any]) -> Iterator[Setting]:
    strategy = {last(each.get("CapacityProvider")): each for each in items(it.get("CapacityProviderStrategy"))}
    where = ((SERVICE, "LaunchType"), (SERVICE, "CapacityProviderStrategy"))
    if not strategy:
        yield setting("ecs.launch_type", it.get("LaunchType") or "FARGATE", *where)
    elif "FARGATE_SPOT" in strategy:
        on_demand, spot = strategy.get("FARGATE", {}), strategy["FARGATE_SPOT"]
        yield setting("ecs.spot.on_demand_base", whole(on_demand.get("Base")) or 0, *where, is_shown=True)
        yield setting("ecs.spot.weight", whole(spot.get("Weight")) or 0, *where)
        yield setting("ecs.spot.on_demand_weight", whole(on_demand.get("Weight")) or 0, *where)


def _deployment(it: Mapping[str, Any]) -> Iterator[Setting]:
    for key, name in (("minimum_healthy_percent", "MinimumHealthyPercent"), ("maximum_percent", "MaximumPercent")):
        yield setting(f"ecs.deployment.{key}", whole(it.get(name)), DEPLOYMENT, comment="percent of the desired count")
    breaker = part(it, "DeploymentCircuitBreaker")
    is_on = breaker.get("Enable") is True
    yield setting("ecs.deployment.circuit_breaker", is_on, DEPLOYMENT)
    if is_on:
        yield setting("ecs.deployment.circuit_breaker_rollback", breaker.get("Rollback") is True, DEPLOYMENT)
    if minutes := whole(it.get("BakeTimeInMinutes")):
        yield setting("ecs.deployment.bake_minutes", minutes, DEPLOYMENT, comment="minutes")
