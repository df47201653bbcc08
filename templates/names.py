"""The settings `[names]`: the names of resources that exist already, or that somebody else decides.

Where AWS documents no limit of its own, a name has what the service's API reference allows; the types cite it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed, Section

LOG_GROUPS_OF_WAF = "aws-waf-logs-"
"""Prefix of the log groups to which AWS WAF writes (AWS WAF, "Amazon CloudWatch Logs")."""

Application = Annotated[
    str,
    Field(min_length=1, max_length=24, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
    Allowed("1 to 24 lower-case letters, digits and single hyphens in quotes, with a letter first"),
]


def _refuse_start(start: str) -> AfterValidator:
    """Return a validator that refuses names with a start that is reserved for AWS."""

    def check(name: str) -> str:
        if name.startswith(start):
            raise PydanticCustomError("reserved", '"{start}" at the start is reserved for AWS', {"start": start})
        return name

    return AfterValidator(check)


BalancerName = Annotated[
    str,
    Field(max_length=32, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$"),
    _refuse_start("internal-"),
    Allowed("1 to 32 letters, digits and hyphens in quotes, no hyphen first or last"),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html, `Name`."""
TargetGroupName = Annotated[
    str,
    Field(max_length=32, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$"),
    Allowed("1 to 32 letters, digits and hyphens in quotes, no hyphen first or last"),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html, `Name`."""
EcsName = Annotated[
    str,
    Field(max_length=255, pattern=r"^[A-Za-z0-9_-]+$"),
    Allowed("1 to 255 letters, digits, '_' and '-' in quotes"),
]
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html, `clusterName`; CreateService,
`serviceName`; RegisterTaskDefinition, `family`; ContainerDefinition, `name`."""
RoleName = Annotated[
    str,
    Field(max_length=64, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
    Allowed("the name of a role in quotes, not its ARN: 1 to 64 letters, digits and any of + = , . @ _ -"),
]
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, `RoleName`."""
RolePath = Annotated[
    str,
    Field(max_length=512, pattern=r"^/(?:[A-Za-z0-9+=,.@_-]+/)*$"),
    Allowed('a path in quotes with a slash at both ends, such as "/service-role/", or "/"'),
]
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, `Path`."""
InlinePolicyName = Annotated[
    str,
    Field(max_length=128, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
    Allowed("1 to 128 letters, digits and any of + = , . @ _ - in quotes"),
]
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html, `PolicyName`."""
PolicyName = Annotated[
    str,
    Field(max_length=255, pattern=r"^[A-Za-z0-9_.:/=+@-](?:[A-Za-z0-9_.:/=+@ -]*[A-Za-z0-9_.:/=+@-])?$"),
    Allowed("1 to 255 letters, digits, spaces and any of _ . : / = + - @ in quotes, no space first or last"),
]
"""Of a scaling policy or an alarm, which take more characters
(https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html, `PolicyName`;
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, `AlarmName`)."""
LogGroupName = Annotated[
    str,
    Field(max_length=512, pattern=r"^[A-Za-z0-9._/#-]+$"),
    _refuse_start("aws/"),
    Allowed("1 to 512 letters, digits and any of . _ / # - in quotes"),
]
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html, `logGroupName`."""
WafLogGroupName = Annotated[
    str,
    Field(max_length=512, pattern=rf"^{LOG_GROUPS_OF_WAF}[A-Za-z0-9._/#-]+$"),
    Allowed(f'the name of a log group in quotes that starts with "{LOG_GROUPS_OF_WAF}"'),
]


class Names(Section):
    """`[names]`: names of what exists already, such as what Terraform has made.

    PREFIX is `PROJECT-ENVIRONMENT` or, with `application`, `PROJECT-APPLICATION`. The stack is `PROJECT-ENVIRONMENT` in
    any case. The repository's name is `ecr.repository_name`. Another name replaces the resource.
    """

    application: Application | None = None
    """Name of the application: `PROJECT-APPLICATION` instead of `PROJECT-ENVIRONMENT` is in the names of all resources,
    and the tag `Application` is set. Another environment in the same account and region needs another application."""
    load_balancer: BalancerName | None = None
    """Load balancer. PREFIX when left out, with what would replace it."""
    target_group: TargetGroupName | None = None
    """Target group. `PREFIX-PORT` when left out, with what would replace it."""
    alternate_target_group: TargetGroupName | None = None
    """The second target group of deployments that shift traffic. `PREFIX-PORTb` when left out."""
    cluster: EcsName | None = None
    """ECS cluster. PREFIX when left out."""
    service: EcsName | None = None
    """ECS service. PREFIX when left out."""
    task_family: EcsName | None = None
    """Family of the task definitions. PREFIX when left out."""
    container: EcsName | None = None
    """Container of the application. `web` when left out."""
    log_group: LogGroupName | None = None
    """Log group of the containers. `/ecs/PREFIX` when left out."""
    exec_log_group: LogGroupName | None = None
    """Log group of ECS Exec sessions. `/ecs/PREFIX/exec` when left out."""
    flow_log_group: LogGroupName | None = None
    """Log group of `network.flow_logs`. `/vpc/PREFIX` when left out."""
    web_acl: Annotated[
        str | None,
        Field(max_length=128, pattern=r"^[A-Za-z0-9_-]+$"),
        Allowed("1 to 128 letters, digits, '_' and '-' in quotes"),
    ] = None
    """Web ACL of `network.waf`. PREFIX when left out."""
    web_acl_log_group: WafLogGroupName | None = None
    """Its log group. `aws-waf-logs-PREFIX` when left out."""
    execution_role: RoleName | None = None
    """Task execution role. CloudFormation names a role when left out."""
    execution_role_path: RolePath = "/"
    """IAM path of the task execution role, which is part of its ARN."""
    task_role: RoleName | None = None
    """Task role."""
    task_role_path: RolePath = "/"
    """IAM path of the task role."""
    load_balancer_role: RoleName | None = None
    """Role with which ECS shifts traffic."""
    flow_log_role: RoleName | None = None
    """Role of `network.flow_logs`."""
    task_policy: InlinePolicyName = "statements"
    """Inline policy of the task role with `iam.task_statements`."""
    cpu_policy: PolicyName | None = None
    """Scaling policy that tracks CPU use. `PREFIX-cpu` when left out."""
    memory_policy: PolicyName | None = None
    """Scaling policy that tracks memory use. `PREFIX-memory` when left out."""
    request_count_policy: PolicyName | None = None
    """Scaling policy that tracks requests. `PREFIX-requests` when left out."""
    topic: Annotated[
        str | None,
        Field(max_length=256, pattern=r"^[A-Za-z0-9_-]+$"),
        Allowed("1 to 256 letters, digits, '_' and '-' in quotes"),
    ] = None
    """Topic of the alarms. `PREFIX-alarms` when left out."""
    dashboard: EcsName | None = None
    """Dashboard, one in all regions. `PREFIX-REGION` when left out."""
    target_5xx_alarm: PolicyName | None = None
    """Alarm of `monitoring.alarms`: tasks answer with 500 to 599. `PREFIX-target5xx` when left out."""
    unhealthy_hosts_alarm: PolicyName | None = None
    """Alarm: tasks fail their health check. `PREFIX-unhealthy-hosts` when left out."""
    latency_alarm: PolicyName | None = None
    """Alarm: slow answers. `PREFIX-latency-p95` when left out."""
    cpu_alarm: PolicyName | None = None
    """Alarm: CPU use. `PREFIX-cpu` when left out."""
    memory_alarm: PolicyName | None = None
    """Alarm: memory use. `PREFIX-memory` when left out."""
    at_maximum_alarm: PolicyName | None = None
    """Alarm: as many tasks as autoscaling allows. `PREFIX-at-maximum` when left out."""
    no_task_alarm: PolicyName | None = None
    """Alarm: no task runs. `PREFIX-no-task` when left out."""


def role_properties(name: str | None, path: str = "/") -> dict[str, str]:
    """Return name and path of a role as properties: none for a role that CloudFormation names, below no path."""
    return ({"RoleName": name} if name else {}) | ({"Path": path} if path != "/" else {})
