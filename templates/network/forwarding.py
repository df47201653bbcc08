"""What is done with a request that is ours: sign in where that is wanted, then on to the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError
from troposphere import Ref
from troposphere.elasticloadbalancingv2 import (
    Action,
    ForwardConfig,
    ListenerRuleAction,
    TargetGroupStickinessConfig,
    TargetGroupTuple,
)

from templates.network.sign_in import authenticate

if TYPE_CHECKING:
    from templates.network.settings import Settings
    from templates.network.sign_in import SignIn
    from templates.network.target_groups import TargetGroups

GROUP_STICKINESS = 300
"""Longest time in seconds for which a browser stays with the target group that it was sent to.

Without, a browser's requests go now to one version and now to the other while a deployment moves traffic: the cookie
that keeps it on its task holds in one group only. But a group is kept to even when its tasks are gone, and then answers
503 until this time is over; so it is the length of a short break, and not of a session.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
https://repost.aws/questions/QUugYm4uzWSI2af5mnmMjlZQ/alb-to-automatically-redirect-traffic
"""


def refuse_traffic_shifting(settings: Settings) -> None:
    """Raise PydanticCustomError where deployments cannot move traffic between two target groups; keys are the root's.

    ECS fails where a listener's rule does more than forward
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html, "Limitations").
    """
    if settings.sign_in is not None:
        raise PydanticCustomError(
            "strategy",
            "only rolling deployments go with [network.sign_in]: ECS moves traffic through rules that forward alone",
            {"key": "ecs.deployment.strategy", "with": ("network.sign_in",)},
        )


def forward_actions(
    kind: type[Action | ListenerRuleAction], groups: TargetGroups, sign_in: SignIn | None = None
) -> list[Action | ListenerRuleAction]:
    """The actions of this kind that lead to the tasks of the first target group, after `sign_in` where it is given."""
    order = {"Order": 2} if sign_in else {}
    forward = kind(Type="forward", TargetGroupArn=Ref(groups.primary), **order)
    return [*([authenticate(sign_in, kind)] if sign_in else []), forward]


def weighted_actions(settings: Settings, groups: TargetGroups) -> list[ListenerRuleAction]:
    """The action of a rule of which ECS moves the weights from one target group to the other and back.

    All goes to the first one to begin with; what CloudFormation writes later, with another change of the rule, is this
    beginning again.
    """
    stickiness = TargetGroupStickinessConfig(
        Enabled=True, DurationSeconds=min(GROUP_STICKINESS, settings.stickiness_duration)
    )
    weighted = [
        TargetGroupTuple(TargetGroupArn=Ref(group), Weight=weight)
        for group, weight in ((groups.primary, 1), (groups.alternate, 0))
    ]
    config = ForwardConfig(
        TargetGroups=weighted, **({"TargetGroupStickinessConfig": stickiness} if settings.sticky_sessions else {})
    )
    return [ListenerRuleAction(Type="forward", ForwardConfig=config)]
