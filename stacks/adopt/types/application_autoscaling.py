"""Scalable targets, their schedules, and scaling policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Part, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
_SUSPENDED = "dynamic_scaling_in_suspended dynamic_scaling_out_suspended scheduled_scaling_suspended"
_PREDEFINED = "predefined_metric_type resource_label"
_CUSTOMIZED = "metric_name namespace statistic unit"
_STEP = "metric_interval_lower_bound metric_interval_upper_bound scaling_adjustment"


def _identify_target(it: Attributes) -> dict[str, str]:
    return {
        "ResourceId": it.needed("resource_id"),
        "ScalableDimension": it.needed("scalable_dimension"),
        "ServiceNamespace": it.needed("service_namespace"),
    }


def _target(it: Attributes) -> Properties:
    return {
        "ResourceId": it.text("resource_id"),
        "ScalableDimension": it.text("scalable_dimension"),
        "ServiceNamespace": it.text("service_namespace"),
        "MinCapacity": it.number("min_capacity"),
        "MaxCapacity": it.number("max_capacity"),
        "RoleARN": it.text("role_arn"),
        "SuspendedState": it.block("suspended_state").properties(flags=_SUSPENDED),
        "Tags": it.tags,
    }


def _schedule(it: Attributes) -> Properties:
    action = it.block("scalable_target_action")
    return {
        "ScheduledActions": [
            {
                "ScheduledActionName": it.text("name"),
                "Schedule": it.text("schedule"),
                "Timezone": it.text("timezone"),
                "StartTime": it.text("start_time"),
                "EndTime": it.text("end_time"),
                "ScalableTargetAction": {
                    "MinCapacity": action.number("min_capacity"),
                    "MaxCapacity": action.number("max_capacity"),
                },
            }
        ]
    }


def target_id(it: Attributes) -> str | None:
    """Return what `Ref` returns of a scalable target, by which a policy names its target.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    """
    found = [it.text(name) for name in ("resource_id", "scalable_dimension", "service_namespace")]
    return "|".join(part for part in found if part) if all(found) else None


def _policy(it: Attributes) -> Properties:
    return {
        "PolicyName": it.text("name"),
        "PolicyType": it.text("policy_type"),
        "ScalingTargetId": target_id(it),
        "TargetTrackingScalingPolicyConfiguration": _tracking(it),
        "StepScalingPolicyConfiguration": _steps(it),
    }


def _tracking(it: Attributes) -> Properties:
    found = it.block("target_tracking_scaling_policy_configuration")
    predefined = found.block("predefined_metric_specification")
    customized = found.block("customized_metric_specification")
    return {
        "TargetValue": found.number("target_value"),
        "ScaleInCooldown": found.number("scale_in_cooldown"),
        "ScaleOutCooldown": found.number("scale_out_cooldown"),
        "DisableScaleIn": found.flag("disable_scale_in"),
        "PredefinedMetricSpecification": predefined.properties(texts=_PREDEFINED),
        "CustomizedMetricSpecification": {
            **customized.properties(texts=_CUSTOMIZED),
            "Dimensions": [each.properties(texts="name value") for each in customized.blocks("dimensions")],
        },
    }


def _steps(it: Attributes) -> Properties:
    found = it.block("step_scaling_policy_configuration")
    return {
        "AdjustmentType": found.text("adjustment_type"),
        "Cooldown": found.number("cooldown"),
        "MetricAggregationType": found.text("metric_aggregation_type"),
        "MinAdjustmentMagnitude": found.number("min_adjustment_magnitude") or None,
        "StepAdjustments": [each.properties(numbers=_STEP) for each in found.blocks("step_adjustment")],
    }


_TARGET_KEYS = "resource_id scalable_dimension service_namespace"

TYPES: Mapping[str, TerraformType] = {
    "aws_appautoscaling_target": Owned(
        type=TARGET,
        allowed=allowed(
            f"id arn {_TARGET_KEYS} min_capacity max_capacity role_arn tags tags_all",
            suspended_state=allowed(_SUSPENDED),
        ),
        identify=_identify_target,
        write=_target,
    ),
    "aws_appautoscaling_policy": Owned(
        type=POLICY,
        allowed=allowed(
            f"id arn name policy_type {_TARGET_KEYS}",
            target_tracking_scaling_policy_configuration=allowed(
                "target_value scale_in_cooldown scale_out_cooldown disable_scale_in",
                predefined_metric_specification=allowed(_PREDEFINED),
                customized_metric_specification=allowed(_CUSTOMIZED, dimensions=allowed("name value")),
            ),
            step_scaling_policy_configuration=allowed(
                "adjustment_type cooldown metric_aggregation_type min_adjustment_magnitude",
                step_adjustment=allowed(_STEP),
            ),
        ),
        identify=lambda it: {"Arn": it.needed("arn"), "ScalableDimension": it.needed("scalable_dimension")},
        write=_policy,
    ),
    "aws_appautoscaling_scheduled_action": Part(
        type=TARGET,
        allowed=allowed(
            f"arn name schedule timezone start_time end_time {_TARGET_KEYS}",
            scalable_target_action=allowed("min_capacity max_capacity"),
        ),
        wholes=lambda it: [_identify_target(it)],
        write=_schedule,
    ),
}
