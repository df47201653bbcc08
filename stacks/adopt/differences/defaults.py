"""AWS's defaults: the values of properties that are left out, for which neither side is asked.

Those that a provider schema has (`default`) are read from it. These come from the pages of the services' APIs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from stacks.adopt.types import application_autoscaling, ecr, ecs, elasticloadbalancing, iam, logs
from stacks.cloudformation import schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
_REPOSITORY = {
    "ImageTagMutability": "MUTABLE",
    "ImageScanningConfiguration.ScanOnPush": False,
    "EncryptionConfiguration.EncryptionType": "AES256",
}
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
_ROLE = {"Path": "/", "MaxSessionDuration": 3600}
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html; containerInsights is the account's
# setting, which is off unless somebody has turned it on: API_PutAccountSetting.html
_CLUSTER = {
    "ClusterSettings[containerInsights]": "disabled",
    "Configuration.ExecuteCommandConfiguration.Logging": "DEFAULT",
}
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, and of its parts:
# API_DeploymentConfiguration.html, API_AwsVpcConfiguration.html. The threshold is what services have that were made
# without one: go-to-k/cdk-real-drift, src/normalize/noise.ts, which has recorded answers of Cloud Control
_SERVICE = {
    "AvailabilityZoneRebalancing": "ENABLED",
    "DeploymentConfiguration.Alarms.Enable": False,
    "DeploymentConfiguration.Alarms.Rollback": False,
    "DeploymentConfiguration.BakeTimeInMinutes": 0,
    "DeploymentConfiguration.DeploymentCircuitBreaker.Enable": False,
    "DeploymentConfiguration.DeploymentCircuitBreaker.ResetOnHealthyTask": True,
    "DeploymentConfiguration.DeploymentCircuitBreaker.Rollback": False,
    "DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration.Type": "BOUNDED_PERCENT",
    "DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration.Value": 50,
    "DeploymentConfiguration.MaximumPercent": 200,
    "DeploymentConfiguration.MinimumHealthyPercent": 100,
    "DeploymentConfiguration.Strategy": "ROLLING",
    "DeploymentController.Type": "ECS",
    "EnableECSManagedTags": False,
    "EnableExecuteCommand": False,
    "HealthCheckGracePeriodSeconds": 0,
    "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": "DISABLED",
    "PlatformVersion": "LATEST",
    "PropagateTags": "NONE",
    "SchedulingStrategy": "REPLICA",
    "ServiceConnectConfiguration.Enabled": False,
}
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html, API_RuntimePlatform.html,
# API_EphemeralStorage.html (20 GiB without it)
_DEFINITION = {
    "EnableFaultInjection": False,
    "EphemeralStorage.SizeInGiB": 20,
    "RuntimePlatform.CpuArchitecture": "X86_64",
    "RuntimePlatform.OperatingSystemFamily": "LINUX",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
# The prefix is for network load balancers; AWS returns it of each one
_BALANCER = {
    "EnablePrefixForIpv6SourceNat": "off",
    "IpAddressType": "ipv4",
    "Scheme": "internet-facing",
    "Type": "application",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
_BALANCER_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (type ip)
_GROUP = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckPath": "/",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "IpAddressType": "ipv4",
    "Matcher.HttpCode": "200",
    "ProtocolVersion": "HTTP1",
    "TargetType": "instance",
    "UnhealthyThresholdCount": 2,
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
_HEALTH = "target_group_health"
_GROUP_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    f"{_HEALTH}.dns_failover.minimum_healthy_targets.count": "1",
    f"{_HEALTH}.dns_failover.minimum_healthy_targets.percentage": "off",
    f"{_HEALTH}.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    f"{_HEALTH}.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html; the policy is that of
# listeners for HTTPS by the API, the console chooses another one
_LISTENER = {
    "MutualAuthentication.AdvertiseTrustStoreCaNames": "off",
    "MutualAuthentication.IgnoreClientCertificateExpiry": False,
    "MutualAuthentication.Mode": "off",
    "SslPolicy": "ELBSecurityPolicy-2016-08",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
_LISTENER_ATTRIBUTES = {"routing.http.response.server.enabled": "true"}
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
_LOG_GROUP = {"LogGroupClass": "STANDARD", "DeletionProtectionEnabled": False}
# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_SuspendedState.html
_TARGET = {
    "SuspendedState.DynamicScalingInSuspended": False,
    "SuspendedState.DynamicScalingOutSuspended": False,
    "SuspendedState.ScheduledScalingSuspended": False,
}
# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html:
# 300 seconds for services of ECS
_TRACKING = "TargetTrackingScalingPolicyConfiguration"
_POLICY = {
    "PolicyType": "StepScaling",
    f"{_TRACKING}.DisableScaleIn": False,
    f"{_TRACKING}.ScaleInCooldown": 300,
    f"{_TRACKING}.ScaleOutCooldown": 300,
    "StepScalingPolicyConfiguration.Cooldown": 300,
    "StepScalingPolicyConfiguration.MetricAggregationType": "Average",
}


def _attributes(property_name: str, found: Mapping[str, str]) -> dict[str, Any]:
    return {f"{property_name}[{key}]": value for key, value in found.items()}


DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType({
    application_autoscaling.TARGET: _TARGET,
    application_autoscaling.POLICY: _POLICY,
    ecr.TYPE: _REPOSITORY,
    ecs.CLUSTER: _CLUSTER,
    ecs.SERVICE: _SERVICE,
    ecs.TASK_DEFINITION: _DEFINITION,
    iam.TYPE: _ROLE,
    logs.TYPE: _LOG_GROUP,
    elasticloadbalancing.LISTENER: _LISTENER | _attributes("ListenerAttributes", _LISTENER_ATTRIBUTES),
    elasticloadbalancing.BALANCER: _BALANCER | _attributes("LoadBalancerAttributes", _BALANCER_ATTRIBUTES),
    elasticloadbalancing.GROUP: _GROUP | _attributes("TargetGroupAttributes", _GROUP_ATTRIBUTES),
})  # fmt: skip
"""The default of each leaf, by type and path."""


def default_of(region: str, resource_type: str, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return AWS's default of a leaf; None where there is none."""
    found = DEFAULTS.get(resource_type, {}).get(path)
    return schemas.default(region, resource_type, path) if found is None else found
