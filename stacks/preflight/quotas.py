"""Quotas of the account that the new resources would exceed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_unsupported, translate_aws_errors
from stacks.aws.session import Aws
from stacks.errors import UserError
from stacks.preflight import capacity
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.request.created import Created
    from stacks.settings import Settings

RECENT = timedelta(minutes=15)
"""The period of vCPU metrics to read; CloudWatch gets them every few minutes while tasks run."""
PERIOD = 300
"""Seconds of a data point."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota of an account in a region, and how to find out how much of it is in use.

    `late`: the usage includes tasks of the last minutes, so that a full quota may already be free again.

    Codes: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html, by
    `aws service-quotas list-service-quotas --service-code CODE`.
    """

    name: str
    service: str
    code: str
    client: str
    in_use: Callable[[Aws], float]
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Need:
    """What the deployment needs of a quota: at first, and at most; `more` says what the latter is for."""

    quota: Quota
    first: float
    most: float
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class QuotaResult:
    """The result for one need: `exceeded` by the creation, a `warning` for a later need, or neither."""

    exceeded: str = ""
    warning: str = ""
    raise_it: str = ""


def _vpcs(aws: Aws) -> float:
    """Return the number of the account's own VPCs: EC2 also lists shared ones, which count for their owners."""
    pages = aws.ec2.get_paginator("describe_vpcs").paginate()
    return sum(it.get("OwnerId", aws.account_id) == aws.account_id for page in pages for it in page["Vpcs"])


def _addresses(aws: Aws) -> float:
    """Return the number of Elastic IP addresses of Amazon's pool that the account has allocated.

    The list also has the account's own pools and service-managed addresses; AWS does not say that these count.
    """
    found = aws.ec2.describe_addresses()["Addresses"]
    return sum(it.get("PublicIpv4Pool", "amazon") == "amazon" and not it.get("ServiceManaged") for it in found)


def _balancers(aws: Aws) -> float:
    pages = aws.elbv2.get_paginator("describe_load_balancers").paginate()
    return sum(it["Type"] == "application" for page in pages for it in page["LoadBalancers"])


def _vcpus(kind: str) -> Callable[[Aws], float]:
    """Return a function for the vCPUs in use by CloudWatch's metric, which is absent if no task runs.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
    """
    dimensions = {"Service": "Fargate", "Type": "Resource", "Resource": "vCPU", "Class": f"Standard/{kind}"}

    def in_use(aws: Aws) -> float:
        now = datetime.now(UTC)
        points = aws.cloudwatch.get_metric_statistics(
            Namespace="AWS/Usage",
            MetricName="ResourceCount",
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            StartTime=now - RECENT,
            EndTime=now,
            Period=PERIOD,
            Statistics=["Maximum"],
        )["Datapoints"]
        return max(points, key=lambda it: it["Timestamp"])["Maximum"] if points else 0

    return in_use


VPCS = Quota(name="VPCs per Region", service="vpc", code="L-F678F1CE", client="ec2", in_use=_vpcs)
ADDRESSES = Quota(name="EC2-VPC Elastic IPs", service="ec2", code="L-0263D0A3", client="ec2", in_use=_addresses)
BALANCERS = Quota(
    name="Application Load Balancers per Region",
    service="elasticloadbalancing",
    code="L-53DA6B97",
    client="elbv2",
    in_use=_balancers,
)
ON_DEMAND = Quota(
    name="Fargate On-Demand vCPU resource count",
    service="fargate",
    code="L-3032A538",
    client="cloudwatch",
    in_use=_vcpus("OnDemand"),
    late=True,
)
SPOT = Quota(
    name="Fargate Spot vCPU resource count",
    service="fargate",
    code="L-36FBB829",
    client="cloudwatch",
    in_use=_vcpus("Spot"),
    late=True,
)
COUNTED = {
    "AWS::EC2::EIP": ADDRESSES,
    "AWS::EC2::VPC": VPCS,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": BALANCERS,
}
"""Types of which each resource counts as one."""


def quota_needs(settings: Settings, created: Iterable[Created]) -> tuple[Need, ...]:
    """Return what the creation needs of each quota; a replacement exists beside the old resource for a while."""
    counts = Counter(it.type for it in created)
    each = [Need(quota=quota, first=counts[kind], most=counts[kind]) for kind, quota in COUNTED.items() if counts[kind]]
    if not counts["AWS::ECS::Service"]:
        return tuple(each)
    first, tasks = capacity.initial_tasks(settings), capacity.most_tasks(settings)
    during = capacity.tasks_while_deploying(settings, tasks)
    now, later = capacity.vcpus(settings, first), capacity.vcpus(settings, max(during, first))
    more = f"up to {counted(tasks, 'task')}, and {during} while they are replaced by a deployment"
    both = ((ON_DEMAND, now.on_demand, later.on_demand), (SPOT, now.spot, later.spot))
    each += [Need(quota=quota, first=it, most=most, more=more) for quota, it, most in both if most]
    return tuple(each)


def check_quotas(aws: Aws, needs: Iterable[Need]) -> tuple[QuotaResult, ...]:
    """Compare each need with the account's limit and usage, in parallel."""
    asked = tuple(needs)
    # Sessions are not thread-safe: create each client before the threads start.
    for client in {it.quota.client for it in asked} | ({"quotas"} if asked else set()):
        getattr(aws, client)
    with ThreadPoolExecutor(max(2 * len(asked), 1)) as pool:
        both = [(pool.submit(_limit, aws, it.quota), pool.submit(it.quota.in_use, aws)) for it in asked]
        return tuple(
            _result(aws, need, limit.result, used.result) for need, (limit, used) in zip(asked, both, strict=True)
        )


def _limit(aws: Aws, quota: Quota) -> float:
    """Return the account's limit, or AWS's default."""
    try:
        found = aws.quotas.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)
    except ClientError as error:
        if error_code(error) != "NoSuchResourceException":
            raise
        return aws.quotas.get_aws_default_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"][
            "Value"
        ]
    return found["Quota"]["Value"]


def _result(aws: Aws, need: Need, limit: Callable[[], float], in_use: Callable[[], float]) -> QuotaResult:
    """Return the result; what cannot be found out is a warning, and does not prevent a deployment."""
    quota = need.quota
    try:
        with translate_aws_errors():
            most, used = limit(), in_use()
    except UserError as error:
        if isinstance(error.__cause__, ClientError) and is_unsupported(error.__cause__):
            return QuotaResult()
        return QuotaResult(warning=f"Quota {quota.name}: whether it is enough is not known: {error.why}")
    raise_it = (
        f"aws service-quotas request-service-quota-increase --service-code {quota.service} --quota-code {quota.code} "
        f"--desired-value {math.ceil(used + need.most)} --region {aws.region}"
    )
    state = f"{quota.name}: {_number(most)} in {aws.region}, {_number(used)} in use"
    short = f"{state}, {_number(need.first)} more needed"
    if need.first > most or (used + need.first > most and not quota.late):
        return QuotaResult(exceeded=short, raise_it=raise_it)
    if used + need.first > most:
        until = "the service waits for room, unless some of it has ended in the last minutes"
        return QuotaResult(warning=f"Quota {short}: {until}. Raise it: {raise_it}")
    if used + need.most > most:
        return QuotaResult(
            warning=f"Quota {state}; the service may want {_number(need.most)} ({need.more}). Raise it: {raise_it}"
        )
    return QuotaResult()


def _number(value: float) -> str:
    return f"{value:g}" if value < 1_000_000 else f"{value:.0f}"  # noqa: PLR2004 - where :g begins to round
