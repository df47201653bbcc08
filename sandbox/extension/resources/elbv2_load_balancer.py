"""AWS::ElasticLoadBalancingV2::LoadBalancer: the VPC of its subnets, test files of its logs, deletion protection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2, s3

from sandbox.extension.resources.elbv2_associations import refusal
from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Made, Properties, Record, Response

_LOGS = {"access": "ELBAccessLogTestFile", "connection": "ELBConnectionLogTestFile"}
"""What a load balancer writes as soon as a log is switched on:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""


def install() -> None:
    """Check each create, update and delete, and complete what ministack has made."""
    extend(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        before_create=lambda props: _require_one_vpc("", props),
        before_update=lambda arn, _, props: _require_one_vpc(arn, props),
        before_delete=_refuse_protected,
        after_change=_complete,
    )
    stock: Action = alb._ACTION_MAP["CreateLoadBalancer"]

    def create(params: Record) -> Response:
        answer = stock(params)
        for balancer in alb._lbs.values():
            _set_vpc(balancer)
        return answer

    alb._ACTION_MAP["CreateLoadBalancer"] = create


def _require_one_vpc(own: str, props: Properties) -> None:
    vpcs = {ec2._subnets[subnet]["VpcId"] for subnet in props.get("Subnets") or [] if subnet in ec2._subnets}
    if own in alb._lbs:
        vpcs.add(alb._lbs[own]["VpcId"])
    if len(vpcs) > 1:
        raise refusal("All subnets must belong to the same VPC")


def _refuse_protected(arn: str) -> None:
    if _attributes(arn).get("deletion_protection.enabled") == "true":
        raise ValueError(f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")


def _complete(made: Made, _: Properties) -> None:
    """Set the VPC, and write the test file of each log that is on, whatever the bucket's policy allows."""
    arn, balancer = made[0], alb._lbs[made[0]]
    _set_vpc(balancer)
    attributes = _attributes(arn)
    for kind, name in _LOGS.items():
        if attributes.get(f"{kind}_logs.s3.enabled") == "true":
            folders = [attributes.get(f"{kind}_logs.s3.prefix"), "AWSLogs", arn.split(":")[4], name]
            s3._put_object(attributes[f"{kind}_logs.s3.bucket"], "/".join(it for it in folders if it), b"", {})


def _set_vpc(balancer: Record) -> None:
    """Set the VPC of the load balancer's subnets, whoever has made it."""
    known = (ec2._subnets.get(subnet) for subnet in balancer["Subnets"])
    balancer["VpcId"] = next((subnet["VpcId"] for subnet in known if subnet), balancer["VpcId"])


def _attributes(arn: str) -> dict[str, str]:
    return {it["Key"]: it["Value"] for it in alb._lb_attrs.get(arn, [])}
