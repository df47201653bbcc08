"""The module `autoscaling`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names


def resources(names: Names) -> list[dict[str, Any]]:
    """Return its resources."""
    target_id = f"service/{names.stem}-cluster/{names.stem}-service"
    common = {"resource_id": target_id, "scalable_dimension": "ecs:service:DesiredCount", "service_namespace": "ecs"}
    target = common | {
        "id": target_id,
        "arn": names.arn("application-autoscaling", "scalable-target/0ec5a1b2c3d4e5f60718293a4b5c6d7e8f90"),
        "min_capacity": 1,
        "max_capacity": 4,
        "role_arn": names.arn(
            "iam",
            "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService",
        ),
        "suspended_state": [
            {
                "dynamic_scaling_in_suspended": False,
                "dynamic_scaling_out_suspended": False,
                "scheduled_scaling_suspended": False,
            }
        ],
        "tags": {},
        "tags_all": {},
    }
    policies = [
        _policy(names, "cpu", "ECSServiceAverageCPUUtilization", common),
        _policy(names, "memory", "ECSServiceAverageMemoryUtilization", common),
    ]
    at = "module.autoscaling[0]"
    return [
        resource(f"{at}.aws_appautoscaling_policy.cpu", policies[0]),
        resource(f"{at}.aws_appautoscaling_policy.memory", policies[1]),
        resource(f"{at}.aws_appautoscaling_target.this", target),
    ]


def _policy(names: Names, kind: str, metric: str, common: dict[str, str]) -> dict[str, Any]:
    name = f"{names.stem}-service-{kind}-autoscaling"
    owner = f"2bc0fda0-0000-4000-8000-00000000000{len(kind)}:resource/ecs/{common['resource_id']}"
    tracking = {
        "customized_metric_specification": [],
        "disable_scale_in": False,
        "predefined_metric_specification": [{"predefined_metric_type": metric, "resource_label": ""}],
        "scale_in_cooldown": 300,
        "scale_out_cooldown": 60,
        "target_value": 70,
    }
    return common | {
        "id": name,
        "name": name,
        "arn": names.arn("autoscaling", f"scalingPolicy:{owner}:policyName/{name}"),
        "alarm_arns": [
            names.arn("cloudwatch", f"alarm:TargetTracking-{common['resource_id']}-AlarmHigh-{kind}"),
            names.arn("cloudwatch", f"alarm:TargetTracking-{common['resource_id']}-AlarmLow-{kind}"),
        ],
        "policy_type": "TargetTrackingScaling",
        "step_scaling_policy_configuration": [],
        "target_tracking_scaling_policy_configuration": [tracking],
    }
