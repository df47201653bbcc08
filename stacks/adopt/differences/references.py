"""What `Ref` and `Fn::GetAtt` return of a resource that is adopted.

By the page of each type, "Return values" (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types import application_autoscaling, ecr, ecs, elasticloadbalancing, iam, logs
from templates.partitions import PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.adopt.survey import Adopted
    from stacks.place import Place


def reference_to(it: Adopted, attribute: str, place: Place) -> str | None:
    """Return the value of a reference, whose attribute is "" for `Ref`; None where it is not known before a read."""
    if not attribute:
        return _ref(it)
    if attribute in it.identifier:
        return it.identifier[attribute]
    make = _ATTRIBUTES.get((it.type, attribute))
    return make(it, place) if make else None


def _ref(it: Adopted) -> str:
    """Return the physical id: the first part of the identifier, and all three of a scalable target's."""
    values = list(it.identifier.values())
    return "|".join(values) if it.type == application_autoscaling.TARGET else values[0]


def _role_arn(it: Adopted, place: Place) -> str:
    path = it.known.get("Path") or "/"
    return f"arn:{place.partition}:iam::{place.account}:role{path}{_ref(it)}"


def _log_group_arn(it: Adopted, place: Place) -> str:
    return f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{_ref(it)}:*"


def _cluster_arn(it: Adopted, place: Place) -> str:
    return f"arn:{place.partition}:ecs:{place.region}:{place.account}:cluster/{_ref(it)}"


def _repository_arn(it: Adopted, place: Place) -> str:
    return f"arn:{place.partition}:ecr:{place.region}:{place.account}:repository/{_ref(it)}"


def _repository_uri(it: Adopted, place: Place) -> str:
    suffix = next(each.suffix for each in PARTITIONS if each.name == place.partition)
    return f"{place.account}.dkr.ecr.{place.region}.{suffix}/{_ref(it)}"


def _last(it: Adopted, _: Place) -> str:
    """Return the name in an ARN such as `service/CLUSTER/NAME`."""
    return _ref(it).rpartition("/")[2]


def _after(marker: str, *, kept: str = "") -> Callable[[Adopted, Place], str]:
    """Return what an ARN has after a text, behind what is kept of that."""
    return lambda it, _: kept + _ref(it).partition(marker)[2]


def _second(it: Adopted, _: Place) -> str:
    """Return the name in an ARN such as `targetgroup/NAME/ID` or `loadbalancer/app/NAME/ID`."""
    return _ref(it).split("/")[-2]


_ATTRIBUTES: Mapping[tuple[str, str], Callable[[Adopted, Place], str]] = {
    (iam.TYPE, "Arn"): _role_arn,
    (logs.TYPE, "Arn"): _log_group_arn,
    (ecs.CLUSTER, "Arn"): _cluster_arn,
    (ecr.TYPE, "Arn"): _repository_arn,
    (ecr.TYPE, "RepositoryUri"): _repository_uri,
    (ecs.SERVICE, "Name"): _last,
    (elasticloadbalancing.BALANCER, "LoadBalancerName"): _second,
    (elasticloadbalancing.BALANCER, "LoadBalancerFullName"): _after(":loadbalancer/"),
    (elasticloadbalancing.GROUP, "TargetGroupName"): _second,
    (elasticloadbalancing.GROUP, "TargetGroupFullName"): _after(":targetgroup/", kept="targetgroup/"),
}
