"""What Elastic Load Balancing lets be together: a target group has one load balancer, a port of that one listener.

The subnets of a load balancer stay in its VPC, and a target group that is used is not deleted.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import alb, ec2
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.extension.untyped import Made, Properties, Record, Untyped

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def install() -> None:
    """Look before each create and update, and tell afterwards which load balancer a target group has."""
    _around(_LISTENER, _refuse_listener)
    _around(_RULE, _refuse_rule)
    _around(_BALANCER, _refuse_balancer)
    handlers = provisioners._RESOURCE_HANDLERS[_GROUP]
    stock: Callable[[str, Properties], None] = handlers["delete"]

    def delete(physical_id: str, props: Properties) -> None:
        if _balancers(physical_id):
            raise _refused(f"Target group '{physical_id}' is currently in use by a listener or a rule")
        stock(physical_id, props)

    handlers["delete"] = delete


def _around(resource_type: str, refuse: Callable[[str, Properties], None]) -> None:
    """`refuse` gets the physical id, "" before there is one, and the properties."""
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    stock_create: Callable[..., Made] = handlers["create"]
    stock_update: Callable[..., Made] = handlers["update"]
    stock_delete: Callable[[str, Properties], None] = handlers["delete"]

    def create(logical_id: str, props: Properties, stack_name: str) -> Made:
        refuse("", props)
        made = stock_create(logical_id, props, stack_name)
        _tell()
        return made

    def update(physical_id: str, old: Properties, new: Properties, *args: Untyped, **more: Untyped) -> Made:
        refuse(physical_id, new)
        made = stock_update(physical_id, old, new, *args, **more)
        _tell()
        return made

    def delete(physical_id: str, props: Properties) -> None:
        stock_delete(physical_id, props)
        _tell()

    handlers |= {"create": create, "update": update, "delete": delete}


def _refuse_listener(own: str, props: Properties) -> None:
    balancer, port = props.get("LoadBalancerArn", ""), str(props.get("Port", ""))
    for arn, listener in alb._listeners.items():
        if arn != own and listener["LoadBalancerArn"] == balancer and str(listener["Port"]) == port:
            raise _refused(
                f"A listener already exists on this port for this load balancer '{balancer}'", "AlreadyExists"
            )
    _refuse_second_balancer(balancer, props.get("DefaultActions") or [])


def _refuse_rule(_: str, props: Properties) -> None:
    listener = alb._listeners.get(props.get("ListenerArn", ""))
    if listener is not None:
        _refuse_second_balancer(listener["LoadBalancerArn"], props.get("Actions") or [])


def _refuse_balancer(own: str, props: Properties) -> None:
    vpcs = {ec2._subnets[subnet]["VpcId"] for subnet in props.get("Subnets") or [] if subnet in ec2._subnets}
    if own in alb._lbs:
        vpcs.add(alb._lbs[own]["VpcId"])
    if len(vpcs) > 1:
        raise _refused("All subnets must belong to the same VPC")


def _refuse_second_balancer(balancer: str, actions: list[Record]) -> None:
    if elsewhere := [group for group in _groups(actions) if _balancers(group) - {balancer}]:
        raise _refused(
            "The following target groups cannot be associated with more than one load balancer: "
            f"{', '.join(dict.fromkeys(elsewhere))}"
        )


def _refused(text: str, code: str = "InvalidRequest") -> ValueError:
    said = f"{text} (Service: ElasticLoadBalancingV2, Status Code: 400)"
    return ValueError(f'Resource handler returned message: "{said}" (HandlerErrorCode: {code})')


def _groups(actions: list[Record]) -> Iterator[str]:
    """The target groups to which these actions lead."""
    for action in actions:
        if arn := action.get("TargetGroupArn"):
            yield arn
        for weighted in action.get("ForwardConfig", {}).get("TargetGroups", []):
            yield weighted["TargetGroupArn"]


def _balancers(group: str) -> set[str]:
    """The load balancers of whose listeners a rule, or the default action, leads to this target group."""
    listeners = {rule["ListenerArn"] for rule in alb._rules.values() if group in _groups(rule["Actions"])}
    return {alb._listeners[arn]["LoadBalancerArn"] for arn in listeners if arn in alb._listeners}


def _tell() -> None:
    """Write down, where the API reads it, which load balancers the target groups have now."""
    for arn, group in alb._tgs.items():
        group["LoadBalancerArns"] = sorted(_balancers(arn))
