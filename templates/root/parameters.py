"""The root's parameters, and rules on them, which CloudFormation checks before it changes a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from troposphere import Equals, Not

from templates.fargate import MEMORY, MEMORY_BY_CPU, memory_for
from templates.model import Builder, Declaration
from templates.network import ZONE_NAME
from templates.root.tables import IMAGE_TAG
from templates.values import DnsName, Flag, Number, SecurityGroupId, SubnetIds, Text, Url

if TYPE_CHECKING:
    from templates.root.settings import Settings

_ZONE = ZONE_NAME.strip("^$")


def _parameter(group: str, label: str, description: str, **constraints: Any) -> Declaration:
    return Declaration(description=description, constraints=constraints, group=group, label=label)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What can change from one deployment to the next without another template."""

    image_tag: Annotated[
        Text,
        _parameter(
            "Image", "Image tag", "Tag of the image that runs; empty: none yet, and no service",
            AllowedPattern=IMAGE_TAG, ConstraintDescription="a tag of at most 128 letters, digits, '.', '_' and '-'",
        ),
    ]  # fmt: skip
    ecs_cpu: Annotated[
        Number,
        _parameter(
            "Service", "CPU", "CPU units of a task; 1024 are one vCPU", AllowedValues=list(map(str, MEMORY_BY_CPU))
        ),
    ]
    ecs_memory: Annotated[
        Number,
        _parameter(
            "Service",
            "Memory",
            "Memory of a task, MiB; the sizes depend on the CPU",
            AllowedValues=list(map(str, MEMORY)),
        ),
    ]
    ecs_desired_count: Annotated[
        Text,
        _parameter(
            "Service", "Desired count",
            "Number of tasks; empty: a new service gets one, an existing one keeps what autoscaling has scaled it to",
            AllowedPattern=r"^[0-9]{0,4}$", ConstraintDescription="a number of tasks, or empty",
        ),
    ]  # fmt: skip
    ecs_forced_deployment: Annotated[
        Text,
        _parameter(
            "Service", "Forced deployment",
            "Another value than before has ECS replace all tasks, although nothing else of them changes; empty: none",
            AllowedPattern=r"^[0-9a-f]{0,32}$", ConstraintDescription="up to 32 hexadecimal digits, or empty",
        ),
    ]  # fmt: skip
    autoscaling_enabled: Annotated[
        Flag,
        _parameter(
            "Autoscaling",
            "Enabled",
            "Whether the number of tasks follows the load",
            AllowedValues=["true", "false"],
        ),
    ]
    autoscaling_min_capacity: Annotated[
        Number, _parameter("Autoscaling", "Minimum", "Smallest number of tasks", MinValue=0, MaxValue=5000)
    ]
    autoscaling_max_capacity: Annotated[
        Number, _parameter("Autoscaling", "Maximum", "Largest number of tasks", MinValue=1, MaxValue=5000)
    ]
    autoscaling_cpu_target: Annotated[
        Number | None,
        _parameter("Autoscaling", "CPU target", "Average CPU use to hold, percent", MinValue=1, MaxValue=100),
    ]
    autoscaling_memory_target: Annotated[
        Number | None,
        _parameter("Autoscaling", "Memory target", "Average memory use to hold, percent", MinValue=1, MaxValue=100),
    ]
    autoscaling_scale_out_cooldown: Annotated[
        Number | None,
        _parameter(
            "Autoscaling",
            "Scale-out cooldown",
            "Seconds between two additions of tasks",
            MinValue=0,
            MaxValue=3600,
        ),
    ]
    autoscaling_scale_in_cooldown: Annotated[
        Number | None,
        _parameter(
            "Autoscaling",
            "Scale-in cooldown",
            "Seconds between two removals of tasks",
            MinValue=0,
            MaxValue=3600,
        ),
    ]
    vpc_id: Annotated[
        Text | None,
        _parameter(
            "Network", "VPC", "The account's default VPC",
            AllowedPattern=r"^vpc-[0-9a-f]{8,17}$", ConstraintDescription="the id of a VPC",
        ),
    ] = None  # fmt: skip
    public_subnet_ids: Annotated[
        SubnetIds | None,
        _parameter(
            "Network", "Subnets", "Subnets of the default VPC in at least two zones, with a route to the internet"
        ),
    ] = None
    availability_zones: Annotated[
        Text | None,
        _parameter(
            "Network", "Zones",
            "Zones of the new VPC's subnets, in order; they cannot be exchanged; empty: those of Fn::GetAZs",
            AllowedPattern=f"^$|^{_ZONE}(,{_ZONE})*$",
            ConstraintDescription="the names of zones with commas between them",
        ),
    ] = None  # fmt: skip
    shared_load_balancer_dns_name: Annotated[
        DnsName | None, _parameter("Shared load balancer", "Host name", "Host name of the shared load balancer")
    ] = None
    shared_load_balancer_security_group_id: Annotated[
        SecurityGroupId | None,
        _parameter(
            "Shared load balancer", "Security group", "Security group of the shared load balancer",
            AllowedPattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$", ConstraintDescription="the id of a security group",
        ),
    ] = None  # fmt: skip
    shared_listener_url: Annotated[
        Url | None,
        _parameter(
            "Shared load balancer", "Address", "Address under which browsers reach the shared listener",
            AllowedPattern=r"^https?://[^/]+$", ConstraintDescription="a URL without a path",
        ),
    ] = None  # fmt: skip


def default_parameters(settings: Settings) -> Inputs:
    """Return the settings as defaults of the parameters.

    Policies that are switched off have no parameters. Parameters that a plan looks up have no default, except the
    zones, whose default is empty.
    """
    scaling, listener = settings.autoscaling, settings.network.listener
    return Inputs(
        image_tag=Text(settings.image_tag),
        ecs_cpu=Number(settings.ecs.cpu),
        ecs_memory=Number(settings.ecs.memory),
        ecs_desired_count=Text(str(settings.ecs.desired_count)),
        ecs_forced_deployment=Text(""),
        autoscaling_enabled=Flag("true" if scaling.enabled else "false"),
        autoscaling_min_capacity=Number(scaling.min_capacity),
        autoscaling_max_capacity=Number(scaling.max_capacity),
        autoscaling_cpu_target=Number(scaling.cpu_target) if scaling.cpu_tracking else None,
        autoscaling_memory_target=Number(scaling.memory_target) if scaling.memory_tracking else None,
        autoscaling_scale_out_cooldown=(
            Number(scaling.scale_out_cooldown) if scaling.is_shared("scale_out_cooldown") else None
        ),
        autoscaling_scale_in_cooldown=(
            Number(scaling.scale_in_cooldown) if scaling.is_shared("scale_in_cooldown") else None
        ),
        shared_load_balancer_dns_name=DnsName(None) if listener else None,
        shared_load_balancer_security_group_id=(
            SecurityGroupId(None)
            if listener and listener.security_group_id is None and not settings.network.task_security_group_ids
            else None
        ),
        shared_listener_url=Url(None) if listener else None,
        availability_zones=_zones(settings),
        vpc_id=Text(None) if settings.network.use_default_vpc else None,
        public_subnet_ids=SubnetIds(None) if settings.network.use_default_vpc else None,
    )


def _zones(settings: Settings) -> Text | None:
    """Return the zones in the settings, "" if a plan chooses them, and None for an existing VPC."""
    if not settings.network.makes_vpc:
        return None
    return Text(",".join(settings.network.availability_zones))


def add_rules(stack: Builder[Inputs]) -> None:
    """Add rules that involve two parameters: the sizes of Fargate, and the task count without autoscaling."""
    values = stack.parameters
    for cpu, sizes in MEMORY_BY_CPU.items():
        stack.rule(
            f"MemoryFor{cpu}CpuUnits",
            {
                "RuleCondition": Equals(values.ecs_cpu.expression, str(cpu)),
                "Assertions": [
                    {
                        "Assert": {"Fn::Contains": [[str(size) for size in sizes], values.ecs_memory.expression]},
                        "AssertDescription": f"With EcsCpu {cpu}, EcsMemory is {memory_for(cpu)}",
                    }
                ],
            },
        )
    stack.rule(
        "DesiredCountWithoutAutoscaling",
        {
            "RuleCondition": Equals(values.autoscaling_enabled.expression, "false"),
            "Assertions": [
                {
                    "Assert": Not(Equals(values.ecs_desired_count.expression, "")),
                    "AssertDescription": "With AutoscalingEnabled false, EcsDesiredCount says how many tasks run",
                }
            ],
        },
    )
