"""AWS::ElasticLoadBalancingV2::LoadBalancer: in the VPC of its subnets, and with test files of its logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2, s3
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Untyped

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LOGS = {"access": "ELBAccessLogTestFile", "connection": "ELBConnectionLogTestFile"}
"""What a load balancer writes as soon as it is told to log:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""


def install() -> None:
    """Look the VPC up after each create, and write the test files after that and each update."""
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    stock: Callable[[str, Properties, str], Made] = handlers["create"]
    stock_update: Callable[..., Made] = handlers["update"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        made = stock(logical_id, props, stack_name)
        balancer = alb._lbs[made[0]]
        known = (ec2._subnets.get(subnet) for subnet in balancer["Subnets"])
        balancer["VpcId"] = next((subnet["VpcId"] for subnet in known if subnet), balancer["VpcId"])
        _try_logs(made[0])
        return made

    def update(*args: Untyped, **more: Untyped) -> Made:
        made = stock_update(*args, **more)
        _try_logs(made[0])
        return made

    handlers["create"] = create
    handlers["update"] = update


def _try_logs(arn: str) -> None:
    """Write the test file of each log that is on. Whether the bucket's policy allows it is not looked at."""
    attributes = {it["Key"]: it["Value"] for it in alb._lb_attrs[arn]}
    account = arn.split(":")[4]
    for kind, name in _LOGS.items():
        if attributes.get(f"{kind}_logs.s3.enabled") == "true":
            folders = [attributes.get(f"{kind}_logs.s3.prefix"), "AWSLogs", account, name]
            s3._put_object(attributes[f"{kind}_logs.s3.bucket"], "/".join(it for it in folders if it), b"", {})
