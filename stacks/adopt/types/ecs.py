"""Clusters, services and task definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types import containers
from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Part, TerraformType, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

CLUSTER, SERVICE, TASK_DEFINITION = "AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
DEFAULT_CLUSTER = "default"
"""The cluster of a service that names none."""
LINKED = "aws-service-role"
"""In the role of a service that has none of its own: ECS uses its service-linked role."""
_PLATFORM = "cpu_architecture operating_system_family"
_ADVANCED = "alternate_target_group_arn production_listener_rule test_listener_rule role_arn"


def cluster_name(it: Attributes) -> str:
    """Return the name of a service's cluster, which is recorded by name or by ARN."""
    return name_of(it.text("cluster") or DEFAULT_CLUSTER)


def _cluster(it: Attributes) -> Properties:
    session = it.block("configuration").block("execute_command_configuration")
    log = session.block("log_configuration")
    return {
        "ClusterName": it.text("name"),
        "ClusterSettings": [{"Name": each.text("name"), "Value": each.text("value")} for each in it.blocks("setting")],
        "Configuration": {
            "ExecuteCommandConfiguration": {
                "KmsKeyId": session.text("kms_key_id"),
                "Logging": session.text("logging"),
                "LogConfiguration": {
                    "CloudWatchLogGroupName": log.text("cloud_watch_log_group_name"),
                    "CloudWatchEncryptionEnabled": log.flag("cloud_watch_encryption_enabled"),
                    "S3BucketName": log.text("s3_bucket_name"),
                    "S3EncryptionEnabled": log.flag("s3_bucket_encryption_enabled"),
                    "S3KeyPrefix": log.text("s3_key_prefix"),
                },
            }
        },
        "ServiceConnectDefaults": {"Namespace": it.block("service_connect_defaults").text("namespace")},
        "Tags": it.tags,
        **_capacity(it),
    }


def _capacity(it: Attributes) -> Properties:
    return {
        "CapacityProviders": sorted(it.texts("capacity_providers")),
        "DefaultCapacityProviderStrategy": _strategy(it, "default_capacity_provider_strategy"),
    }


def _strategy(it: Attributes, name: str) -> list[Properties]:
    return [each.properties(texts="capacity_provider", numbers="base weight") for each in it.blocks(name)]


def _service(it: Attributes) -> Properties:
    strategy = _strategy(it, "capacity_provider_strategy")
    role = it.text("iam_role") or LINKED
    is_linked = LINKED in role or "AWSServiceRoleFor" in role
    return {
        "ServiceName": it.text("name"),
        "Cluster": cluster_name(it),
        "TaskDefinition": it.text("task_definition"),
        "LaunchType": None if strategy else it.text("launch_type"),
        "CapacityProviderStrategy": strategy,
        "PlatformVersion": it.text("platform_version"),
        "SchedulingStrategy": it.text("scheduling_strategy"),
        "DesiredCount": it.number("desired_count"),
        "DeploymentConfiguration": _deployment(it),
        "DeploymentController": {"Type": it.block("deployment_controller").text("type")},
        "AvailabilityZoneRebalancing": it.text("availability_zone_rebalancing"),
        "EnableECSManagedTags": it.flag("enable_ecs_managed_tags"),
        "EnableExecuteCommand": it.flag("enable_execute_command"),
        "HealthCheckGracePeriodSeconds": it.number("health_check_grace_period_seconds"),
        # NONE is ECS's word for what CloudFormation leaves out.
        "PropagateTags": None if (source := it.text("propagate_tags")) == "NONE" else source,
        "Role": None if is_linked else it.text("iam_role"),
        "NetworkConfiguration": {"AwsvpcConfiguration": _network(it.block("network_configuration"))},
        "LoadBalancers": [_load_balancer(each) for each in it.blocks("load_balancer")],
        "ServiceRegistries": [_registry(each) for each in it.blocks("service_registries")],
        **_placement(it),
        "ServiceConnectConfiguration": _connect(it.block("service_connect_configuration")),
        "Tags": it.tags,
    }


def _deployment(it: Attributes) -> Properties:
    breaker, alarms = it.block("deployment_circuit_breaker"), it.block("alarms")
    shift = it.block("deployment_configuration")
    linear, canary = shift.block("linear_configuration"), shift.block("canary_configuration")
    return {
        "MaximumPercent": it.number("deployment_maximum_percent"),
        "MinimumHealthyPercent": it.number("deployment_minimum_healthy_percent"),
        "DeploymentCircuitBreaker": {"Enable": breaker.flag("enable"), "Rollback": breaker.flag("rollback")},
        "Alarms": {
            "AlarmNames": sorted(alarms.texts("alarm_names")),
            "Enable": alarms.flag("enable"),
            "Rollback": alarms.flag("rollback"),
        },
        "Strategy": shift.text("strategy"),
        "BakeTimeInMinutes": shift.number("bake_time_in_minutes"),
        "LinearConfiguration": linear.properties(numbers="step_percent step_bake_time_in_minutes"),
        "CanaryConfiguration": canary.properties(numbers="canary_percent canary_bake_time_in_minutes"),
    }


def _load_balancer(it: Attributes) -> Properties:
    return {
        **it.properties(texts="container_name target_group_arn", numbers="container_port"),
        "LoadBalancerName": it.text("elb_name"),
        "AdvancedConfiguration": it.block("advanced_configuration").properties(texts=_ADVANCED),
    }


def _network(it: Attributes) -> Properties:
    return {
        "AssignPublicIp": {True: "ENABLED", False: "DISABLED", None: None}[it.flag("assign_public_ip")],
        "SecurityGroups": sorted(it.texts("security_groups")),
        "Subnets": sorted(it.texts("subnets")),
    }


def _registry(it: Attributes) -> Properties:
    return {
        "RegistryArn": it.text("registry_arn"),
        "Port": it.number("port") or None,
        "ContainerName": it.text("container_name"),
        "ContainerPort": it.number("container_port") or None,
    }


def _placement(it: Attributes) -> Properties:
    strategies = it.blocks("ordered_placement_strategy") or it.blocks("placement_strategy")
    return {
        "PlacementConstraints": [
            each.properties(texts="type expression") for each in it.blocks("placement_constraints")
        ],
        "PlacementStrategies": [each.properties(texts="type field") for each in strategies],
    }


def _connect(it: Attributes) -> Properties:
    return {"Enabled": it.flag("enabled"), "Namespace": it.text("namespace")}


def _task_definition(it: Attributes) -> Properties:
    return {
        **it.properties(texts="family cpu memory network_mode execution_role_arn task_role_arn ipc_mode pid_mode"),
        "RequiresCompatibilities": sorted(it.texts("requires_compatibilities")),
        "RuntimePlatform": it.block("runtime_platform").properties(texts=_PLATFORM),
        "EphemeralStorage": {"SizeInGiB": it.block("ephemeral_storage").number("size_in_gib")},
        "EnableFaultInjection": it.flag("enable_fault_injection"),
        "Volumes": [_volume(each) for each in it.blocks("volume")],
        "ContainerDefinitions": containers.containers(it.document("container_definitions")),
        "Tags": it.tags,
    }


def _volume(it: Attributes) -> Properties:
    shared = it.block("efs_volume_configuration")
    access = shared.block("authorization_config")
    return {
        "Name": it.text("name"),
        "EFSVolumeConfiguration": {
            "FilesystemId": shared.text("file_system_id"),
            "RootDirectory": shared.text("root_directory"),
            "TransitEncryption": shared.text("transit_encryption"),
            "TransitEncryptionPort": shared.number("transit_encryption_port") or None,
            "AuthorizationConfig": {"AccessPointId": access.text("access_point_id"), "IAM": access.text("iam")},
        },
    }


_STRATEGY = allowed("capacity_provider base weight")

TYPES: Mapping[str, TerraformType] = {
    "aws_ecs_cluster": Owned(
        type=CLUSTER,
        allowed=allowed(
            "id arn name capacity_providers tags tags_all",
            setting=allowed("name value"),
            default_capacity_provider_strategy=_STRATEGY,
            service_connect_defaults=allowed("namespace"),
            configuration=allowed(
                execute_command_configuration=allowed(
                    "kms_key_id logging",
                    log_configuration=allowed(
                        "cloud_watch_log_group_name cloud_watch_encryption_enabled s3_bucket_name "
                        "s3_bucket_encryption_enabled s3_key_prefix"
                    ),
                )
            ),
        ),
        identify=lambda it: {"ClusterName": name_of(it.needed("name", "arn", "id"))},
        write=_cluster,
    ),
    "aws_ecs_cluster_capacity_providers": Part(
        type=CLUSTER,
        allowed=allowed("id cluster_name capacity_providers", default_capacity_provider_strategy=_STRATEGY),
        wholes=lambda it: [{"ClusterName": name_of(it.needed("cluster_name", "id"))}],
        write=_capacity,
    ),
    "aws_ecs_service": Owned(
        type=SERVICE,
        allowed=allowed(
            "id arn name cluster task_definition launch_type platform_version scheduling_strategy desired_count "
            "deployment_maximum_percent deployment_minimum_healthy_percent availability_zone_rebalancing "
            "enable_ecs_managed_tags enable_execute_command health_check_grace_period_seconds propagate_tags iam_role "
            "tags tags_all",
            capacity_provider_strategy=_STRATEGY,
            network_configuration=allowed("assign_public_ip security_groups subnets"),
            load_balancer=allowed(
                "container_name container_port target_group_arn elb_name",
                advanced_configuration=allowed(_ADVANCED),
            ),
            deployment_controller=allowed("type"),
            deployment_circuit_breaker=allowed("enable rollback"),
            deployment_configuration=allowed(
                "strategy bake_time_in_minutes",
                linear_configuration=allowed("step_percent step_bake_time_in_minutes"),
                canary_configuration=allowed("canary_percent canary_bake_time_in_minutes"),
            ),
            alarms=allowed("alarm_names enable rollback"),
            service_registries=allowed("registry_arn port container_name container_port"),
            placement_constraints=allowed("type expression"),
            ordered_placement_strategy=allowed("type field"),
            placement_strategy=allowed("type field"),
            service_connect_configuration=allowed("enabled namespace"),
        ),
        # Its id is its ARN, also before it had an attribute of that name (provider 6).
        identify=lambda it: {"ServiceArn": it.needed("arn", "id"), "Cluster": cluster_name(it)},
        write=_service,
    ),
    "aws_ecs_task_definition": Owned(
        type=TASK_DEFINITION,
        allowed=allowed(
            "id arn family revision cpu memory network_mode requires_compatibilities execution_role_arn task_role_arn "
            "ipc_mode pid_mode enable_fault_injection tags tags_all",
            {"container_definitions": containers.reduced},
            runtime_platform=allowed(_PLATFORM),
            ephemeral_storage=allowed("size_in_gib"),
            volume=allowed(
                "name",
                efs_volume_configuration=allowed(
                    "file_system_id root_directory transit_encryption transit_encryption_port",
                    authorization_config=allowed("access_point_id iam"),
                ),
            ),
        ),
        identify=lambda it: {"TaskDefinitionArn": it.needed("arn")},
        write=_task_definition,
    ),
}
