"""The state of the service of `direct_calls.make_service`, with little more than what identifies its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource, state

if TYPE_CHECKING:
    from tests.support.direct_calls import Made

BALANCING = "AWS::ElasticLoadBalancingV2::"
SERVICE = "aws_ecs_service.app"


def state_of(made: Made, *more: dict[str, Any], vpc: str = "vpc-0123456789abcdef0") -> dict[str, Any]:
    """Return the state, with more resources behind these; what is live is read from AWS anyway."""
    ids = made.identifiers
    group = ids[f"{BALANCING}TargetGroup"]
    balancer, listener = ids[f"{BALANCING}LoadBalancer"], ids[f"{BALANCING}Listener"]
    service = ids["AWS::ECS::Service"].partition("|")[0]
    scaled = {
        "resource_id": "service/team/app",
        "scalable_dimension": "ecs:service:DesiredCount",
        "service_namespace": "ecs",
    }
    return state(
        resource("aws_ecr_repository.app", {"name": "team-app", "tags_all": {"Project": "team"}}),
        resource("aws_iam_role.task", {"name": "team-task"}),
        resource("aws_iam_role_policy.read", {"id": "team-task:read", "name": "read", "role": "team-task"}),
        resource("aws_cloudwatch_log_group.app", {"name": "/ecs/team", "tags_all": {"Project": "team"}}),
        resource("aws_lb.front", {"arn": balancer, "name": "team-alb", "load_balancer_type": "application"}),
        resource(
            "aws_lb_target_group.app",
            {"arn": group, "name": "team-tg", "port": 8501, "protocol": "HTTP", "target_type": "ip", "vpc_id": vpc},
        ),
        resource(
            "aws_lb_listener.http",
            {
                "arn": listener,
                "load_balancer_arn": balancer,
                "port": 80,
                "protocol": "HTTP",
                "default_action": [{"type": "forward", "target_group_arn": group}],
            },
        ),
        resource("aws_ecs_cluster.main", {"name": "team", "id": service.replace("service/team/app", "cluster/team")}),
        resource(
            "aws_ecs_task_definition.app",
            {
                "arn": ids["AWS::ECS::TaskDefinition"],
                "family": "team",
                "network_mode": "awsvpc",
                "task_role_arn": f"arn:aws:iam::{service.split(':')[4]}:role/team-task",
            },
        ),
        resource(
            SERVICE,
            {
                "id": service,
                "name": "app",
                "cluster": "team",
                "task_definition": ids["AWS::ECS::TaskDefinition"],
                "launch_type": "FARGATE",
                "load_balancer": [{"target_group_arn": group, "container_name": "app", "container_port": 8501}],
            },
        ),
        resource("aws_appautoscaling_target.app", scaled | {"min_capacity": 1, "max_capacity": 4}),
        resource(
            "aws_appautoscaling_policy.cpu",
            {
                **scaled,
                "arn": ids["AWS::ApplicationAutoScaling::ScalingPolicy"].partition("|")[0],
                "name": "cpu",
                "policy_type": "TargetTrackingScaling",
                "target_tracking_scaling_policy_configuration": [
                    {
                        "target_value": 70,
                        "predefined_metric_specification": [
                            {"predefined_metric_type": "ECSServiceAverageCPUUtilization"}
                        ],
                    }
                ],
            },
        ),
        *more,
    )
