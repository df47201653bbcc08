"""Inputs of the service's stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.values import (
    ImageUri,
    KeyArn,
    ListenerRuleArn,
    LoadBalancerName,
    Number,
    RoleArn,
    SecretArn,
    SecurityGroupId,
    SecurityGroupIds,
    SubnetIds,
    TargetGroupArn,
    TargetGroupName,
    Text,
)


@dataclass(frozen=True, kw_only=True)
class TaskInputs:
    """What any task of the application needs of other stacks, whether a service runs it or a schedule."""

    container_image: Annotated[ImageUri, "Image of the container, with its tag"]
    cpu: Annotated[Number, "CPU units of a task"]
    memory: Annotated[Number, "Memory of a task, MiB"]
    cookie_secret_arn: Annotated[SecretArn | None, "Secret with which {program} signs cookies, the same for all tasks"]
    task_execution_role_arn: Annotated[RoleArn, "Role with which ECS pulls the image and writes the logs"]
    task_role_arn: Annotated[RoleArn, "Role that the application itself has"]
    subnet_ids: Annotated[SubnetIds, "Subnets of the tasks"]
    security_group_id: Annotated[SecurityGroupId | None, "Security group of the tasks"]
    security_group_ids: Annotated[SecurityGroupIds | None, "Existing security groups of the tasks, instead of that one"]
    container_port: Annotated[Number, "Port on which {program} listens"]
    assign_public_ip: Annotated[Text, "ENABLED where the tasks have no other way out than an address of their own"]


@dataclass(frozen=True, kw_only=True)
class Inputs(TaskInputs):
    """What the service needs of other stacks, and the parameters of a deployment."""

    desired_count: Annotated[Text, "Number of tasks; empty leaves it to autoscaling"]
    forced_deployment: Annotated[Text, "Another value than before has ECS replace all tasks; empty: none"]
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the logs"]
    target_group_arn: Annotated[TargetGroupArn, "Target group in which the tasks are registered"]
    load_balancer_full_name: Annotated[LoadBalancerName | None, "Load balancer whose metrics can end a deployment"] = (
        None
    )
    target_group_full_name: Annotated[TargetGroupName | None, "Target group, as its metrics name it"] = None
    alternate_target_group_full_name: Annotated[TargetGroupName | None, "The other target group, likewise"] = None
    alternate_target_group_arn: Annotated[TargetGroupArn | None, "Target group of the next tasks"] = None
    production_listener_rule_arn: Annotated[ListenerRuleArn | None, "Rule by which requests reach the tasks"] = None
    test_listener_rule_arn: Annotated[ListenerRuleArn | None, "Rule by which tests reach the next tasks"] = None
    load_balancer_role_arn: Annotated[RoleArn | None, "Role with which ECS moves requests between tasks"] = None
