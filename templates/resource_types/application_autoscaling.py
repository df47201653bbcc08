"""How many tasks there are."""

from __future__ import annotations

from templates.resource_types.record import (
    HERE,
    Grant,
    Lacking,
    Lookup,
    NotLookedUp,
    ResourceType,
    Service,
    ServiceLinkedRole,
    arn,
    only,
)

_PERMISSIONS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html"
_TRACKING = "TargetTrackingScalingPolicyConfiguration"

_TARGETS = (arn("application-autoscaling", "scalable-target/*"),)

TYPES = (
    ResourceType(
        type="AWS::ApplicationAutoScaling::ScalableTarget",
        noun="scalable target",
        arns={
            "application-autoscaling:scalabletarget": arn("application-autoscaling", "scalable-target/*"),
            # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
            "cloudwatch:alarm": arn("cloudwatch", "alarm:TargetTracking-{ResourceId}-*"),
            "ecs:service": arn("ecs", "{ResourceId}"),
        },
        lookup=Lookup(
            properties=("ServiceNamespace", "ScalableDimension", "ResourceId"),
            client="scaling",
            action="application-autoscaling:DescribeScalableTargets",
            operation="describe_scalable_targets",
            parameters={
                "ServiceNamespace": "{ServiceNamespace}",
                "ScalableDimension": "{ScalableDimension}",
                "ResourceIds": ["{ResourceId}"],
            },
            items=("ScalableTargets",),
        ),
        shown=("MinCapacity", "MaxCapacity"),
        replaced="scaling starts anew; activities and suspended states are forgotten",
        seconds=(2, 0),
        only=(
            only("*:PutScheduledAction *:DeleteScheduledAction", "ScheduledActions"),
            only("lambda:*", "ServiceNamespace~lambda"),
        ),
        lacking=(
            Lacking(
                actions=("ecs:DescribeServices", "ecs:UpdateService"),
                steps=("create", "update"),
                property="ServiceNamespace~ecs",
                why="who registers a service as a scalable target has to be allowed to scale it",
                source=_PERMISSIONS,
            ),
        ),
        service_linked=(
            ServiceLinkedRole(
                service="ecs.application-autoscaling.amazonaws.com",
                role="AWSServiceRoleForApplicationAutoScaling_ECSService",
                property="ServiceNamespace~ecs",
                source="https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ecs.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::ApplicationAutoScaling::ScalingPolicy",
        noun="scaling policy for",
        name="PolicyName",
        lookup=NotLookedUp("free", "PutScalingPolicy takes one of this name on the same target over"),
        shown=(
            f"{_TRACKING}.PredefinedMetricSpecification.PredefinedMetricType",
            f"{_TRACKING}.TargetValue",
        ),
        # "Only one TargetTrackingScaling policy for a given metric specification is allowed" (PutScalingPolicy).
        place=("ScalingTargetId", f"{_TRACKING}.PredefinedMetricSpecification.PredefinedMetricType"),
        remedy="Keep its name in [names]. Or switch its tracking off, deploy, and switch it on under another name.",
        replaced="its alarms are made anew; no scaling meanwhile",
        seconds=(1, 0),
        only=(only("cloudwatch:*", "PredictiveScalingPolicyConfiguration"),),
        lacking=(
            Lacking(
                actions=("cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"),
                steps=("create", "update", "delete"),
                property=_TRACKING,
                why="target tracking makes its own alarms, and the caller has to be allowed to",
                source=_PERMISSIONS,
            ),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "ScaleService",
                "application-autoscaling",
                "*ScalableTarget *ScalingPolicy *ScheduledAction",
                on=_TARGETS,
                when={"application-autoscaling:service-namespace": ("ecs",)},
            ),
            Grant(
                "TagScalableTargets",
                "application-autoscaling",
                "ListTagsForResource TagResource UntagResource",
                on=_TARGETS,
            ),
            Grant("ReadScaling", "application-autoscaling", "Describe*", when=HERE),
        )
    },
    drift=(Grant("ReadScalableTargets", "application-autoscaling", "ListTagsForResource", on=_TARGETS, by_id=True),),
)
