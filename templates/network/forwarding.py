"""Actions of listeners and rules: sign-in, and forwarding to the tasks."""

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
"""Seconds for which a browser stays with its target group, at most.

Without it, a browser's requests alternate between the versions while a deployment shifts traffic: the cookie that keeps
it on its task is valid in one group only. But a browser stays with a group even when the tasks of that group are gone,
and gets 503 until this time is over. So it is short.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
https://repost.aws/questions/QUugYm4uzWSI2af5mnmMjlZQ/alb-to-automatically-redirect-traffic
"""


def refuse_traffic_shifting(settings: Settings) -> None:
    """Raise PydanticCustomError if deployments cannot shift traffic between two target groups.

    ECS fails if a listener rule does more than forward
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html, "Limitations").
    """
    if settings.sign_in is not None:
        raise PydanticCustomError(
            "strategy",
            "only rolling deployments go with [network.sign_in]: ECS shifts traffic by rules that only forward",
            {"key": "ecs.deployment.strategy", "with": ("network.sign_in",)},
        )


def forward_actions(
    kind: type[Action | ListenerRuleAction], groups: TargetGroups, sign_in: SignIn | None = None
) -> list[Action | ListenerRuleAction]:
    """Return actions of this class that forward to the first target group, after `sign_in` if given."""
    order = {"Order": 2} if sign_in else {}
    forward = kind(Type="forward", TargetGroupArn=Ref(groups.primary), **order)
    return [*([authenticate(sign_in, kind)] if sign_in else []), forward]


def weighted_actions(settings: Settings, groups: TargetGroups) -> list[ListenerRuleAction]:
    """Return the action of a rule whose weights ECS changes to shift traffic.

    The first target group gets all requests. Each change of the rule by CloudFormation restores these weights.
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
