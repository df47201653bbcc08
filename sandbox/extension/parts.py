"""All parts of the extension, in the order in which they are installed."""

from __future__ import annotations

from typing import Protocol

from sandbox.extension import expected_owner, lag, service_quotas, template_urls
from sandbox.extension.authorisation import simulator
from sandbox.extension.change_sets import conditions, values
from sandbox.extension.change_sets import requests as change_sets
from sandbox.extension.cloudformation import (
    capabilities,
    create_only,
    deletion,
    deployment,
    descriptions,
    explicit_names,
    express,
    nested,
    rollback,
    stack_role,
    states,
)
from sandbox.extension.resources import (
    acm_certificate,
    cloudwatch_alarm,
    ec2_default_vpc,
    ec2_flow_logs,
    ec2_free_addresses,
    ec2_internet,
    ec2_ipv6,
    ec2_nat,
    ec2_security_group_rules,
    ec2_subnet_ranges,
    ec2_vpc_endpoints,
    ec2_vpc_ranges,
    ec2_zones,
    ecr_images,
    ecr_import,
    ecr_layers,
    ecr_registry,
    ecs_service,
    ecs_task_definition,
    ecs_tasks,
    ecs_traffic,
    ecs_updates,
    elb_actions,
    elb_associations,
    elb_listener_rule,
    elb_load_balancer,
    elbv2_deletion_protection,
    existing_names,
    iam_oidc_provider,
    iam_quotas,
    iam_role,
    iam_role_policy,
    logs_query_definition,
    s3_bucket,
    secret,
    service_linked_roles,
    sns_topic,
    target_health,
    wafv2,
)
from sandbox.extension.scaling import service as scaling_service
from sandbox.extension.scaling import types as scaling_types


class Part(Protocol):
    """One thing that is added or mended."""

    def install(self) -> None:
        """Change ministack in this process."""


PARTS: tuple[Part, ...] = (
    deployment,
    deletion,
    rollback,
    nested,
    template_urls,
    capabilities,
    create_only,
    explicit_names,
    descriptions,
    conditions,
    change_sets,
    express,
    stack_role,
    values,
    states,
    lag,
    acm_certificate,
    cloudwatch_alarm,
    ec2_default_vpc,
    ec2_flow_logs,
    ec2_free_addresses,
    ec2_ipv6,
    ec2_nat,
    ec2_internet,
    ec2_security_group_rules,
    ec2_subnet_ranges,
    ec2_vpc_endpoints,
    ec2_vpc_ranges,
    ec2_zones,
    ecr_images,
    ecr_import,
    ecr_layers,
    ecr_registry,
    ecs_service,
    ecs_task_definition,
    ecs_tasks,
    ecs_traffic,
    ecs_updates,
    elb_actions,
    elb_listener_rule,
    elb_load_balancer,
    elb_associations,
    elbv2_deletion_protection,
    existing_names,
    iam_oidc_provider,
    iam_role,
    iam_role_policy,
    iam_quotas,
    logs_query_definition,
    s3_bucket,
    secret,
    service_linked_roles,
    sns_topic,
    target_health,
    wafv2,
    scaling_service,
    scaling_types,
    service_quotas,
    expected_owner,
    simulator,
)
