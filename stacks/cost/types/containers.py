"""Fargate tasks, their images, and what scales them."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost import meters
from stacks.cost.amounts import NOTHING, Amount
from stacks.cost.billed import Billing, Item, NoFixedPrice, Resource, Use, monthly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INCLUDED_STORAGE = 20
"""GB of ephemeral storage of a task that cost nothing (https://aws.amazon.com/fargate/pricing/)."""
ARM64 = "ARM64"
MIB, UNITS = 1024, 1024
"""MiB of a GB, CPU units of a vCPU: Fargate is billed by vCPU and GB."""
WEIGHED = "average of a year"


def service(it: Resource) -> Iterator[Item]:
    """Yield the tasks of a service: their vCPUs, memory and disk by the hour, their addresses, and what they send."""
    definition = next(it.beside("AWS::ECS::TaskDefinition"), None)
    cpu = definition.number("Cpu") if definition else None
    memory = definition.number("Memory") if definition else None
    if it.tasks is None or definition is None or cpu is None or memory is None:
        yield NoFixedPrice(name="tasks", unit="vCPU-hour and GB-hour", why="their size or number is not known yet")
        return
    is_arm = definition.at("RuntimePlatform.CpuArchitecture") == ARM64
    storage = definition.number("EphemeralStorage.SizeInGiB", str(INCLUDED_STORAGE)) or Decimal(0)
    hours, tasks = it.given.hours, it.tasks
    note = WEIGHED if len(tasks.spans) > 1 else ""
    per_task = {"vcpu": cpu / UNITS * hours, "memory": memory / MIB * hours}
    on_demand = (meters.ARM_VCPU, meters.ARM_MEMORY) if is_arm else (meters.VCPU, meters.MEMORY)
    for meter, size in zip(on_demand, per_task.values(), strict=True):
        yield Use(meter=meter, amount=tasks.on_demand.times(size), note=note)
    if tasks.spot != NOTHING:
        yield from _spot(tasks.spot, it.given.spot_discount, is_arm=is_arm, per_task=per_task, note=note)
    if storage > INCLUDED_STORAGE:
        yield Use(meter=meters.STORAGE, amount=tasks.all.times((storage - INCLUDED_STORAGE) * hours), note=note)
    if it.at("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp") == "ENABLED":
        yield Use(meter=meters.ADDRESS, amount=tasks.all.times(hours), note="of each task")
    yield monthly(meters.DATA_OUT, it.given.gb_out)


def _spot(
    tasks: Amount, discount: Decimal | None, *, is_arm: bool, per_task: Mapping[str, Decimal], note: str
) -> Iterator[Item]:
    """Yield the tasks on Spot: by the price list where it has their price, or by a discount that is assumed.

    AWS publishes the price of Fargate Spot on a page (https://aws.amazon.com/fargate/pricing/), and says of its price
    list that EC2's Spot is not in it. Nobody has seen Fargate's there
    (https://github.com/infracost/infracost/issues/275).
    """
    if discount is None:
        pair = (meters.SPOT_ARM_VCPU, meters.SPOT_ARM_MEMORY) if is_arm else (meters.SPOT_VCPU, meters.SPOT_MEMORY)
        for meter, size in zip(pair, per_task.values(), strict=True):
            yield Use(meter=meter, amount=tasks.times(size), note=note)
        return
    pair = (meters.ARM_VCPU, meters.ARM_MEMORY) if is_arm else (meters.VCPU, meters.MEMORY)
    for meter, size in zip(pair, per_task.values(), strict=True):
        words = f"Spot, {discount.normalize():f} % off as assumed"
        yield Use(meter=meter, amount=tasks.times(size), note=words, discount=discount)


def task_definition(it: Resource) -> Iterator[Item]:
    """Yield what tasks cost that no service runs; those of a service are the service's."""
    if next(it.beside("AWS::ECS::Service"), None) is None:
        yield NoFixedPrice(name="tasks that run on a schedule", unit="vCPU-hour and GB-hour of each run")


def cluster(it: Resource) -> Iterator[Item]:
    """Yield the metrics of Container Insights; a cluster itself is free (https://aws.amazon.com/ecs/pricing/)."""
    settings = it.at("ClusterSettings") or []
    level = next((item.get("Value") for item in settings if item.get("Name") == "containerInsights"), "disabled")
    if level == "enabled":
        wanted = it.given.insights_metrics
        yield Use(
            meter=meters.METRIC,
            amount=None if wanted is None else monthly(meters.METRIC, wanted).amount,
            why="" if wanted is not None else "how many there are depends on tasks and containers (--insights-metrics)",
            note="of Container Insights",
        )
    elif level == "enhanced":
        yield NoFixedPrice(
            name="Container Insights, enhanced", unit="metric, by cluster, service, task and container, and GB of log"
        )


def scaling_policy(it: Resource) -> Iterator[Item]:
    """Yield the alarms that target tracking makes for itself: one to scale out, one to scale in.

    https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
    Whether a policy with `DisableScaleIn` has both is not documented; both are counted.
    """
    if it.at("PolicyType") == "TargetTrackingScaling":
        yield monthly(meters.ALARM, 2, note="of target tracking")


def schedule(_: Resource) -> Iterator[Item]:
    """Yield what a scheduled task costs: its runs are few, and how long each takes is not known."""
    yield NoFixedPrice(name="invocations", unit="million invocations")
    yield NoFixedPrice(name="tasks of each run", unit="vCPU-hour and GB-hour")


def queue(_: Resource) -> Iterator[Item]:
    """Yield the requests to a queue."""
    yield NoFixedPrice(name="requests", unit="million requests")


def repository(it: Resource) -> Iterator[Item]:
    """Yield what the images take."""
    yield monthly(meters.IMAGES, it.given.image_gb)


def cache_rule(_: Resource) -> Iterator[Item]:
    """Yield what the cached images take."""
    yield NoFixedPrice(name="images in the cache", unit="GB-month")


def scanning(it: Resource) -> Iterator[Item]:
    """Yield the scans of Amazon Inspector; basic scanning is free."""
    if it.at("ScanType") == "ENHANCED":
        yield NoFixedPrice(name="scans by Amazon Inspector", unit="image, and scan after that")


TYPES: Mapping[str, Billing] = MappingProxyType({
    "AWS::ECS::Cluster": cluster,
    "AWS::ECS::Service": service,
    "AWS::ECS::TaskDefinition": task_definition,
    "AWS::ApplicationAutoScaling::ScalingPolicy": scaling_policy,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::SQS::Queue": queue,
    "AWS::ECR::Repository": repository,
    "AWS::ECR::PullThroughCacheRule": cache_rule,
    "AWS::ECR::RegistryScanningConfiguration": scanning,
})  # fmt: skip
