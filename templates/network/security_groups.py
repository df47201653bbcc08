"""Security groups of the load balancer and of the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, Ref
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule

from templates.network.ranges import ANYWHERE, ANYWHERE_IPV6, is_ipv6

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.settings import Settings

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The ids of the load balancer's security groups, and the tasks' own group where the stack makes it."""

    balancer: Sequence[Any]
    own_task_group: SecurityGroup | None


def add_security_groups(
    stack: Builder[Any], identity: Identity, settings: Settings, vpc: Any, ports: Mapping[int, str]
) -> Groups:
    """Add the groups that the settings do not give: allowed ranges reach the load balancer, and that the tasks' port.

    Groups of our own refer to each other, so that one rule is a resource of its own. It is the ingress of the tasks,
    because a group without egress rules in it gets one that allows everything. No rule is added to a given group.
    """
    tasks = None if settings.task_security_group_ids else stack.add(_tasks(settings, vpc))
    sources: list[Any] = list(settings.load_balancer_security_group_ids)
    reference = list(sources)
    if not sources:
        task_groups = [GetAtt(tasks, "GroupId")] if tasks else list(settings.task_security_group_ids)
        balancer = stack.add(_balancer(identity, settings, vpc, ports, task_groups))
        sources, reference = [GetAtt(balancer, "GroupId")], [Ref(balancer)]
    if tasks:
        _add_ingress(stack, identity, settings, tasks, sources)
    return Groups(balancer=reference, own_task_group=tasks)


def add_task_group(
    stack: Builder[Any], identity: Identity, settings: Settings, vpc: Any, balancer_group: Any
) -> SecurityGroup:
    """Add and return the tasks' group, with ingress from the group of a shared load balancer."""
    tasks = stack.add(_tasks(settings, vpc))
    _add_ingress(stack, identity, settings, tasks, [balancer_group])
    return tasks


def _balancer(
    identity: Identity, settings: Settings, vpc: Any, ports: Mapping[int, str], task_groups: Sequence[Any]
) -> SecurityGroup:
    program = identity.profile.label
    return SecurityGroup(
        "LoadBalancerSecurityGroup",
        GroupDescription="Load balancer: reached by browsers",
        VpcId=vpc,
        SecurityGroupIngress=[
            _from_browsers(source, port, spoken) for port, spoken in ports.items() for source in settings.sources
        ],
        SecurityGroupEgress=[
            *(
                SecurityGroupRule(**_port(settings), DestinationSecurityGroupId=group, Description=program)
                for group in task_groups
            ),
            *(_to_others(one) for one in settings.shared_ranges),
            *_to_provider(settings),
        ],
    )


def _tasks(settings: Settings, vpc: Any) -> SecurityGroup:
    """Return the tasks' group with egress to everywhere, by IPv4 and by IPv6 where tasks can have it.

    Without a rule for IPv6 such connections would time out. Tasks in a subnet with an IPv6 range have an IPv6 address
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html).
    """
    anywhere = {"CidrIp": ANYWHERE, **({"CidrIpv6": ANYWHERE_IPV6} if settings.tasks_can_have_ipv6 else {})}
    return SecurityGroup(
        "TaskSecurityGroup",
        GroupDescription="Tasks: reached by the load balancer only",
        VpcId=vpc,
        SecurityGroupEgress=[
            SecurityGroupRule(
                IpProtocol="-1", Description="Image registry, AWS APIs and what the app calls", **{kind: everyone}
            )
            for kind, everyone in anywhere.items()
        ],
    )


def _add_ingress(
    stack: Builder[Any], identity: Identity, settings: Settings, tasks: SecurityGroup, sources: Sequence[Any]
) -> None:
    """Add a rule for each group of the load balancer."""
    for number, group in enumerate(sources, start=1):
        stack.add(
            SecurityGroupIngress(
                f"TaskIngress{number if number > 1 else ''}",
                **_port(settings),
                GroupId=GetAtt(tasks, "GroupId"),
                SourceSecurityGroupId=group,
                Description=f"{identity.profile.label}, from the load balancer",
            )
        )


def _from_browsers(source: str, port: int, spoken: str) -> SecurityGroupRule:
    return SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=f"{spoken} from browsers",
        **{"CidrIpv6" if is_ipv6(source) else "CidrIp": source},
    )


def _to_others(tasks: str) -> SecurityGroupRule:
    """Return egress to the apps that share the load balancer; their groups and ports are not known here."""
    return SecurityGroupRule(
        IpProtocol="tcp", FromPort=1, ToPort=65535, CidrIp=tasks, Description="Tasks of apps that share it"
    )


def _to_provider(settings: Settings) -> list[SecurityGroupRule]:
    """Return egress to the identity provider, which the load balancer calls; its addresses are not known."""
    if settings.sign_in is None:
        return []
    rule = SecurityGroupRule(
        IpProtocol="tcp", FromPort=HTTPS, ToPort=HTTPS, CidrIp=ANYWHERE, Description="Identity provider"
    )
    return [rule]


def _port(settings: Settings) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": settings.target_port, "ToPort": settings.target_port}
