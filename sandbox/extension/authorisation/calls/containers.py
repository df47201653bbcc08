"""Images, clusters, services, task definitions and scaling."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, make_service_linked_role, pass_role, tag_calls

_TAGGED, _RETAGGED = tag_calls("TagResource", "UntagResource")
_LINKED = make_service_linked_role("ecs.amazonaws.com", "AWSServiceRoleForECS")
_SCANNING = (
    "PutRegistryScanningConfiguration@* inspector2:Enable@*?ScanType~ENHANCED inspector2:Disable@*?ScanType~BASIC "
    "inspector2:ListAccountPermissions@*?ScanType~BASIC "
    + make_service_linked_role("inspector2.amazonaws.com", "AWSServiceRoleForAmazonInspector2", "ScanType~ENHANCED")
)
_CACHED = "secretsmanager:GetSecretValue@{CredentialArn}?CredentialArn"
_REPOSITORY = (
    "PutLifecyclePolicy?LifecyclePolicy SetRepositoryPolicy?RepositoryPolicyText "
    "PutImageTagMutability?ImageTagMutability PutImageScanningConfiguration?ImageScanningConfiguration "
)
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html, "Required IAM permissions"
_REPOSITORY_KEY = " ".join(
    f"kms:{action}@{{EncryptionConfiguration.KmsKey}}?EncryptionConfiguration.KmsKey"
    for action in ("CreateGrant", "DescribeKey")
)
_SCALED = "ecs:DescribeServices@{ResourceId} ecs:UpdateService@{ResourceId}"
_SCHEDULES = "PutScheduledAction?ScheduledActions DeleteScheduledAction?-ScheduledActions"
_ROLES = " ".join(
    (pass_role("ExecutionRoleArn", "ecs-tasks.amazonaws.com"), pass_role("TaskRoleArn", "ecs-tasks.amazonaws.com"))
)
_SERVICE_ROLES = " ".join(
    pass_role(path, "ecs.amazonaws.com")
    for path in ("LoadBalancers.AdvancedConfiguration.RoleArn", "DeploymentConfiguration.LifecycleHooks.RoleArn")
)
_CLUSTER_KEY = "Configuration.ExecuteCommandConfiguration.KmsKeyId"


def _alarms(*actions: str) -> str:
    """Return the calls for the alarms of target tracking, which are made and deleted with the caller's rights."""
    tracking = "TargetTrackingScalingPolicyConfiguration"
    alarm = "alarm:TargetTracking-{scaled}-AlarmHigh-0a1b"
    return " ".join(f"cloudwatch:{action}@{alarm}?{tracking}" for action in actions)


CALLS: dict[str, Calls] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Calls(
        service="application-autoscaling",
        on="scalable-target/0a1b",
        create=f"RegisterScalableTarget {_TAGGED} PutScheduledAction?ScheduledActions {_SCALED} "
        + make_service_linked_role(
            "ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"
        ),
        update=f"RegisterScalableTarget {_RETAGGED} {_SCHEDULES}",
        delete="DeregisterScalableTarget",
        read="DescribeScalableTargets@* DescribeScheduledActions@* ListTagsForResource",
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Calls(
        service="application-autoscaling",
        on="scalable-target/0a1b",
        create=f"PutScalingPolicy {_alarms('PutMetricAlarm', 'DescribeAlarms')}",
        update=f"PutScalingPolicy {_alarms('PutMetricAlarm', 'DescribeAlarms')}",
        delete=f"DeleteScalingPolicy {_alarms('DeleteAlarms')}",
        read="DescribeScalingPolicies@*",
    ),
    "AWS::ECR::PullThroughCacheRule": Calls(
        service="ecr",
        create=f"CreatePullThroughCacheRule@* {_CACHED} "
        + make_service_linked_role("pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache"),
        update=f"DeletePullThroughCacheRule@* CreatePullThroughCacheRule@* {_CACHED}",
        delete="DeletePullThroughCacheRule@*",
        read="DescribePullThroughCacheRules@*",
    ),
    "AWS::ECR::RegistryScanningConfiguration": Calls(
        service="ecr",
        create=_SCANNING,
        update=_SCANNING,
        delete="PutRegistryScanningConfiguration@* inspector2:ListAccountPermissions@* inspector2:Disable@*",
        read="GetRegistryScanningConfiguration@*",
    ),
    "AWS::ECR::Repository": Calls(
        service="ecr",
        on="repository/{id}",
        name="RepositoryName",
        lower=True,
        create=f"CreateRepository {_TAGGED} PutLifecyclePolicy?LifecyclePolicy "
        f"SetRepositoryPolicy?RepositoryPolicyText {_REPOSITORY_KEY}",
        update=f"{_REPOSITORY} DeleteLifecyclePolicy?-LifecyclePolicy "
        f"DeleteRepositoryPolicy?-RepositoryPolicyText {_RETAGGED}",
        delete="DeleteRepository kms:RetireGrant@{EncryptionConfiguration.KmsKey}?EncryptionConfiguration.KmsKey",
        read="DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource",
    ),
    "AWS::ECS::Cluster": Calls(
        service="ecs",
        on="cluster/{id}",
        name="ClusterName",
        create=f"CreateCluster {_TAGGED} {_LINKED}",
        update="UpdateCluster UpdateClusterSettings?ClusterSettings PutClusterCapacityProviders?CapacityProviders "
        + _RETAGGED,
        delete="DeleteCluster",
        read=f"DescribeClusters kms:DescribeKey@{{{_CLUSTER_KEY}}}?{_CLUSTER_KEY}",
    ),
    "AWS::ECS::Service": Calls(
        service="ecs",
        on="service/{Cluster}/{id}",
        name="ServiceName",
        create=f"CreateService {_TAGGED} ListServiceDeployments DescribeServiceDeployments {_SERVICE_ROLES} {_LINKED}",
        update=f"UpdateService {_RETAGGED} ListServiceDeployments DescribeServiceDeployments {_SERVICE_ROLES}",
        delete="DeleteService",
        read="DescribeServices",
    ),
    "AWS::ECS::TaskDefinition": Calls(
        service="ecs",
        on="task-definition/{id}:1",
        name="Family",
        create=f"RegisterTaskDefinition {_TAGGED} {_ROLES}",
        update=f"{_RETAGGED} {_ROLES}",
        delete="DeregisterTaskDefinition@*",
        read="DescribeTaskDefinition@*",
    ),
}
