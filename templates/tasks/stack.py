"""The stack of scheduled tasks: task definition, schedule, rule and alarm of each; one role, group and queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import GetAtt, Ref
from troposphere.iam import Role
from troposphere.scheduler import (
    AwsVpcConfiguration,
    CapacityProviderStrategyItem,
    DeadLetterConfig,
    EcsParameters,
    FlexibleTimeWindow,
    NetworkConfiguration,
    RetryPolicy,
    Schedule,
    ScheduleGroup,
    Target,
)
from troposphere.sqs import Queue

from templates import ecs
from templates.ecs.spot import FARGATE, FARGATE_SPOT
from templates.identity import arn
from templates.model import Builder, Stack
from templates.section import Map
from templates.tasks import failures
from templates.tasks.role import scheduler_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ecs import TaskDefinition

    from templates.identity import Identity
    from templates.profiles import Paths
    from templates.tasks.inputs import Inputs
    from templates.tasks.settings import ScheduledTask


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """None: no other stack depends on scheduled tasks."""


def family(identity: Identity, name: str) -> str:
    """Return the family of a task's definitions."""
    return f"{identity.stem}-task-{name}"


def schedule_group(identity: Identity) -> str:
    """Return the name of the group of all schedules of an environment."""
    return identity.stem


def schedule_name(identity: Identity, name: str) -> str:
    """Return the name of a task's schedule; CloudFormation knows schedules by their names, without the group."""
    return f"{identity.stem}-{name}"


def task_group(name: str) -> str:
    """Return the task group in ECS of what a schedule starts; `run --task` starts its tasks in another one."""
    return f"scheduled:{name}"


def build(
    identity: Identity, settings: Sequence[ScheduledTask], inputs: Inputs, *, service: ecs.Settings, paths: Paths
) -> Stack[Outputs]:
    """Build the stack; `service` are the settings of the service, whose definition the tasks have."""
    stack = Builder(identity, f"{identity.name}: scheduled tasks", inputs)
    values, topic = stack.parameters, stack.parameters.alarm_topic_arn
    group = stack.add(ScheduleGroup("ScheduleGroup", Name=schedule_group(identity)))
    queue = stack.add(failures.failure_queue(identity))
    families = [family(identity, it.name) for it in settings]
    tags = service.managed_tags or service.propagate_tags != "NONE"
    role = stack.add(scheduler_role(identity, values, families, schedule_group(identity), queue, tags=tags))
    shared = _Shared(group=group, role=role, queue=queue)
    rules = []
    for it in settings:
        definition = stack.add(_definition(identity, it, values, service, paths))
        stack.add(_schedule(identity, it, shared, _ecs_parameters(it, values, service, definition)))
        rules.append(stack.add(failures.ended_badly(identity, it, task_group(it.name), queue)))
        if topic is not None:
            stack.add(failures.failed_alarm(identity, it, rules[-1], topic.expression))
    stack.add(failures.queue_policy(queue, rules))
    if topic is not None:
        stack.add(failures.not_started_alarm(identity, schedule_group(identity), topic.expression))
    return stack.finish(Outputs())


def _definition(
    identity: Identity, it: ScheduledTask, values: Inputs, service: ecs.Settings, paths: Paths
) -> TaskDefinition:
    """Return the service's task definition with the command and the other differences of a task.

    There is no health check: nothing replaces a task of its own that is unhealthy.
    """
    changed = {
        "command": it.command,
        "environment": Map(dict(service.environment) | dict(it.environment)),
        "container_health_check": False,
        **({"entry_point": it.entry_point} if it.entry_point else {}),
    }
    wanted = service.model_copy(update=changed)
    made = ecs.task_definition(identity, wanted, values, values.log_group_name, paths=paths)
    made.title = f"{it.title}TaskDefinition"
    made.Family = family(identity, it.name)
    if it.cpu is not None:
        made.Cpu, made.Memory = str(it.cpu), str(it.memory)
    return made


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """What all schedules have in common."""

    group: ScheduleGroup
    role: Role
    queue: Queue


def _schedule(identity: Identity, it: ScheduledTask, shared: _Shared, start: EcsParameters) -> Schedule:
    """Return the schedule, whose target is ECS's RunTask.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
    """
    optional = {
        # A rate counts from its start, and has no time zone.
        "ScheduleExpressionTimezone": None if it.schedule.startswith("rate(") else it.time_zone,
        "StartDate": it.start,
        "EndDate": it.end,
    }
    flexible = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": it.flexible_minutes}
    return Schedule(
        f"{it.title}Schedule",
        Name=schedule_name(identity, it.name),
        Description=f"{identity.name}: starts the task {it.name}",
        GroupName=Ref(shared.group),
        State="ENABLED" if it.enabled else "DISABLED",
        ScheduleExpression=it.schedule,
        FlexibleTimeWindow=FlexibleTimeWindow(**flexible if it.flexible_minutes else {"Mode": "OFF"}),
        Target=Target(
            Arn=arn("ecs", "cluster/${ClusterName}"),
            RoleArn=GetAtt(shared.role, "Arn"),
            RetryPolicy=RetryPolicy(MaximumRetryAttempts=it.retries, MaximumEventAgeInSeconds=it.maximum_age),
            DeadLetterConfig=DeadLetterConfig(Arn=GetAtt(shared.queue, "Arn")),
            EcsParameters=start,
        ),
        **{key: value for key, value in optional.items() if value},
    )


def _ecs_parameters(
    it: ScheduledTask, values: Inputs, service: ecs.Settings, definition: TaskDefinition
) -> EcsParameters:
    spot = [CapacityProviderStrategyItem(CapacityProvider=FARGATE_SPOT, Weight=1)]
    return EcsParameters(
        TaskDefinitionArn=Ref(definition),
        TaskCount=1,
        Group=task_group(it.name),
        NetworkConfiguration=NetworkConfiguration(
            AwsvpcConfiguration=AwsVpcConfiguration(
                AssignPublicIp=values.assign_public_ip.expression,
                SecurityGroups=ecs.security_groups(values),
                Subnets=values.subnet_ids.expression,
            )
        ),
        EnableExecuteCommand=service.exec,
        EnableECSManagedTags=service.managed_tags,
        # "Specify only the numeric portion of the platform version": the latest is the default.
        **({} if service.platform_version == "LATEST" else {"PlatformVersion": service.platform_version}),
        **({"CapacityProviderStrategy": spot} if it.spot else {"LaunchType": FARGATE}),
        **({} if service.propagate_tags == "NONE" else {"PropagateTags": "TASK_DEFINITION"}),
    )
