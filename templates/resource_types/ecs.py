"""Cluster, service and task definitions."""

from __future__ import annotations

from templates.resource_types.record import (
    HERE,
    Grant,
    Lookup,
    NotLookedUp,
    PassedRole,
    ResourceType,
    Service,
    ServiceLinkedRole,
    arn,
    only,
)

_ROLES = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html"
_LINKED = ServiceLinkedRole(
    service="ecs.amazonaws.com",
    role="AWSServiceRoleForECS",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
)

TYPES = (
    ResourceType(
        type="AWS::ECS::Cluster",
        noun="ECS cluster",
        name="ClusterName",
        ref="name",
        arns={"ecs:cluster": arn("ecs", "cluster/{name}")},
        lookup=Lookup(
            properties=("ClusterName",),
            client="ecs",
            action="ecs:DescribeClusters",
            sid="LookForClusters",
            on=arn("ecs", "cluster/{any}"),
            operation="describe_clusters",
            parameters={"clusters": ["{ClusterName}"]},
            items=("clusters",),
            # One that was deleted is still described for a while, and its name is free.
            ended={"status": "INACTIVE"},
        ),
        shown=("ClusterName",),
        replaced="a new cluster; the service is replaced with it: downtime",
        fixed=("Arn",),
        seconds=(5, 2),
        only=(
            only("ecs:PutClusterCapacityProviders", "CapacityProviders DefaultCapacityProviderStrategy"),
            only("ecs:UpdateClusterSettings", "ClusterSettings"),
            only(
                "kms:*", "Configuration.ExecuteCommandConfiguration.KmsKeyId Configuration.ManagedStorageConfiguration"
            ),
            only("ecs:PutAccountSetting*", why="no property of a cluster sets an account's settings"),
        ),
        service_linked=(_LINKED,),
    ),
    ResourceType(
        type="AWS::ECS::Service",
        noun="ECS service",
        name="ServiceName",
        ref="arn",
        arns={
            "ecs:service": arn("ecs", "service/{Cluster}/{name}"),
            "ecs:service-deployment": arn("ecs", "service-deployment/{Cluster}/{name}/*"),
        },
        lookup=Lookup(
            properties=("Cluster", "ServiceName"),
            client="ecs",
            action="ecs:DescribeServices",
            operation="describe_services",
            parameters={"cluster": "{Cluster}", "services": ["{ServiceName}"]},
            items=("services",),
            ended={"status": "INACTIVE"},
            absent=("ClusterNotFoundException",),
        ),
        shown=("ServiceName", "DesiredCount", "LaunchType"),
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2214
        replacing=("LaunchType",),
        remedy="Leave [ecs] launch_type as it is deployed. Or deploy a second environment or project, move the users "
        "to it, and then destroy this one.",
        replaced="a new service; the old one is stopped when the new one runs",
        removed="the application stops",
        fixed=("Name", "ServiceArn"),
        seconds=(119, 71),
        passes=(
            PassedRole(
                property="LoadBalancers.AdvancedConfiguration.RoleArn",
                service="ecs.amazonaws.com",
                source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
                "AmazonECSInfrastructureRolePolicyForLoadBalancers.html",
            ),
            PassedRole(
                property="DeploymentConfiguration.LifecycleHooks.RoleArn",
                service="ecs.amazonaws.com",
                source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html",
            ),
        ),
        service_linked=(_LINKED,),
    ),
    ResourceType(
        type="AWS::ECS::TaskDefinition",
        name="Family",
        ref="arn",
        arns={"ecs:task-definition": arn("ecs", "task-definition/{name}:*")},
        lookup=NotLookedUp("free", "a family that exists gets another revision"),
        shown=("Family", "Cpu", "Memory", "ContainerDefinitions[].Image"),
        replaced="new revision, the old one stays until the service has moved",
        seconds=(4, 2),
        passes=(
            PassedRole(
                property="ExecutionRoleArn",
                service="ecs-tasks.amazonaws.com",
                source=_ROLES,
            ),
            PassedRole(
                property="TaskRoleArn",
                service="ecs-tasks.amazonaws.com",
                source=_ROLES,
            ),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "Containers",
                "ecs",
                "*",
                on=(
                    *(arn("ecs", f"{kind}/{{any}}") for kind in ("cluster", "service", "service-deployment", "task")),
                    arn("ecs", "task-definition/{any}:*"),
                    arn("ecs", "cluster/{given}"),
                    *(arn("ecs", f"{kind}/{{given}}/*") for kind in ("service", "service-deployment", "task")),
                    arn("ecs", "task-definition/{given}:*"),
                ),
            ),
            Grant("TaskDefinitions", "ecs", "DeregisterTaskDefinition DescribeTaskDefinition", when=HERE),
        )
    },
)
