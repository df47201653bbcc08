"""Resources as the AWS provider 5 records them, one of each type that can become ours: of the project of a bookshop."""

from __future__ import annotations

import json
from typing import Any

from stacks.adopt.types import allowed_attributes
from stacks.terraform.state import Resource

AWS = "registry.terraform.io/hashicorp/aws"
ACCOUNT = "123456789012"
ELB = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}"
ECS = f"arn:aws:ecs:eu-west-1:{ACCOUNT}"
BALANCER = f"{ELB}:loadbalancer/app/books-alb/50dc6c495c0c9188"
GROUP = f"{ELB}:targetgroup/books-tg/73e2d6bc24d8a067"
LISTENER = f"{ELB}:listener/app/books-alb/50dc6c495c0c9188/f2f7dc8efc522ab2"
RULE = f"{ELB}:listener-rule/app/books-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
SERVICE = f"{ECS}:service/books-cluster/books-service"
DEFINITION = f"{ECS}:task-definition/books:7"
POLICY = (
    f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:scalingPolicy:6d8972f3-efc8-437c-92d1-6270f29a66e7:"
    "resource/ecs/service/books-cluster/books-service:policyName/books-cpu"
)
TARGET = {
    "resource_id": "service/books-cluster/books-service",
    "scalable_dimension": "ecs:service:DesiredCount",
    "service_namespace": "ecs",
}
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
            "action": {"type": "expire"},
        }
    ]
}
CONTAINERS = [
    {
        "name": "books-web",
        "image": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/books:latest",
        "essential": True,
        "cpu": 0,
        "command": ["streamlit", "run", "app.py"],
        "portMappings": [{"containerPort": 8501, "hostPort": "8501", "protocol": "tcp"}],
        "environment": [{"name": "SHOP", "value": "SECRET-of-environment"}],
        "secrets": [{"name": "TOKEN", "valueFrom": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/books/token"}],
        "dockerLabels": {"note": "SECRET-of-label"},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/books",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "ecs",
                "splunk-token": "SECRET-of-log",
            },
            "secretOptions": [],
        },
        "mountPoints": [],
        "volumesFrom": [],
    }
]
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "aws_ecr_repository": {
        "id": "books",
        "name": "books",
        "image_tag_mutability": "MUTABLE",
        "image_scanning_configuration": [{"scan_on_push": True}],
        "encryption_configuration": [{"encryption_type": "KMS", "kms_key": "alias/books"}],
        "repository_url": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/books",
        "tags": {"Name": "books"},
        "tags_all": {"Name": "books", "Project": "books"},
    },
    "aws_ecr_pull_through_cache_rule": {"ecr_repository_prefix": "quay", "upstream_registry_url": "quay.io"},
    "aws_ecr_lifecycle_policy": {"id": "books", "repository": "books", "policy": json.dumps(LIFECYCLE)},
    "aws_ecr_repository_policy": {"id": "books", "repository": "books", "policy": json.dumps(READ)},
    "aws_iam_role": {
        "id": "books-exec",
        "name": "books-exec",
        "path": "/",
        "assume_role_policy": json.dumps(TRUST),
        "max_session_duration": 3600,
        "managed_policy_arns": [],
        "inline_policy": [{"name": "", "policy": ""}],
        "tags_all": {"Project": "books"},
    },
    "aws_iam_role_policy": {"id": "books-exec:read", "role": "books-exec", "name": "read", "policy": json.dumps(READ)},
    "aws_iam_role_policy_attachment": {"role": "books-exec", "policy_arn": MANAGED},
    "aws_iam_policy_attachment": {"name": "all", "roles": ["books-exec"], "policy_arn": f"{MANAGED}2"},
    "aws_iam_role_policy_attachments_exclusive": {"role_name": "books-exec", "policy_arns": [MANAGED]},
    "aws_iam_role_policies_exclusive": {"role_name": "books-exec", "policy_names": ["read"]},
    "aws_lb": {
        "id": BALANCER,
        "arn": BALANCER,
        "name": "books-alb",
        "load_balancer_type": "application",
        "internal": False,
        "ip_address_type": "ipv4",
        "security_groups": ["sg-0123456789abcdef0"],
        "subnets": ["subnet-0fedcba9876543210", "subnet-0123456789abcdef0"],
        "subnet_mapping": [{"subnet_id": "subnet-0123456789abcdef0", "allocation_id": ""}],
        "idle_timeout": 60,
        "enable_deletion_protection": False,
        "access_logs": [{"bucket": "", "enabled": False, "prefix": ""}],
    },
    "aws_lb_target_group": {
        "id": GROUP,
        "arn": GROUP,
        "name": "books-tg",
        "port": 8501,
        "protocol": "HTTP",
        "protocol_version": "HTTP1",
        "target_type": "ip",
        "vpc_id": "vpc-0123456789abcdef0",
        "deregistration_delay": "300",
        "health_check": [
            {
                "enabled": True,
                "healthy_threshold": 2,
                "interval": 60,
                "matcher": "200-399",
                "path": "/",
                "port": "traffic-port",
                "protocol": "HTTP",
                "timeout": 30,
                "unhealthy_threshold": 3,
            }
        ],
        "stickiness": [{"cookie_duration": 86400, "cookie_name": "", "enabled": False, "type": "lb_cookie"}],
    },
    "aws_lb_listener": {
        "id": LISTENER,
        "arn": LISTENER,
        "load_balancer_arn": BALANCER,
        "port": 80,
        "protocol": "HTTP",
        "ssl_policy": "",
        "default_action": [
            {"type": "forward", "order": 1, "target_group_arn": GROUP, "forward": [], "redirect": []},
        ],
        "routing_http_response_server_enabled": True,
    },
    "aws_lb_listener_rule": {
        "id": RULE,
        "arn": RULE,
        "listener_arn": LISTENER,
        "priority": 100,
        "condition": [{"path_pattern": [{"values": ["/books/*"]}], "host_header": [], "http_header": []}],
        "action": [
            {
                "type": "authenticate-oidc",
                "order": 1,
                "authenticate_oidc": [{"client_id": "books", "client_secret": "SECRET-of-oidc", "issuer": "https://i"}],
            },
            {"type": "forward", "order": 2, "target_group_arn": GROUP},
        ],
    },
    "aws_ecs_cluster": {
        "id": f"{ECS}:cluster/books-cluster",
        "arn": f"{ECS}:cluster/books-cluster",
        "name": "books-cluster",
        "setting": [{"name": "containerInsights", "value": "disabled"}],
        "configuration": [],
    },
    "aws_ecs_cluster_capacity_providers": {
        "id": "books-cluster",
        "cluster_name": "books-cluster",
        "capacity_providers": ["FARGATE"],
        "default_capacity_provider_strategy": [{"base": 1, "capacity_provider": "FARGATE", "weight": 100}],
    },
    "aws_ecs_service": {
        "id": SERVICE,
        "name": "books-service",
        "cluster": f"{ECS}:cluster/books-cluster",
        "task_definition": DEFINITION,
        "launch_type": "FARGATE",
        "platform_version": "LATEST",
        "scheduling_strategy": "REPLICA",
        "desired_count": 1,
        "deployment_maximum_percent": 200,
        "deployment_minimum_healthy_percent": 100,
        "deployment_circuit_breaker": [{"enable": False, "rollback": False}],
        "deployment_controller": [{"type": "ECS"}],
        "deployment_configuration": [{"strategy": "ROLLING", "bake_time_in_minutes": "0"}],
        "health_check_grace_period_seconds": 300,
        "iam_role": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "propagate_tags": "NONE",
        "network_configuration": [
            {
                "assign_public_ip": True,
                "security_groups": ["sg-0123456789abcdef0"],
                "subnets": ["subnet-0123456789abcdef0"],
            }
        ],
        "load_balancer": [{"container_name": "books-web", "container_port": 8501, "target_group_arn": GROUP}],
        "service_connect_configuration": [],
        "triggers": {"note": "SECRET-of-trigger"},
    },
    "aws_ecs_task_definition": {
        "id": "books",
        "arn": DEFINITION,
        "family": "books",
        "revision": 7,
        "cpu": "512",
        "memory": 1024,
        "network_mode": "awsvpc",
        "requires_compatibilities": ["FARGATE"],
        "runtime_platform": [{"cpu_architecture": "ARM64", "operating_system_family": "LINUX"}],
        "execution_role_arn": f"arn:aws:iam::{ACCOUNT}:role/books-exec",
        "task_role_arn": "",
        "container_definitions": json.dumps(CONTAINERS),
    },
    "aws_cloudwatch_log_group": {"id": "/ecs/books", "name": "/ecs/books", "retention_in_days": 14, "kms_key_id": ""},
    "aws_cloudwatch_query_definition": {
        "query_definition_id": "269951d7-6f75-496d-9d7b-6b7a5486bdbd",
        "name": "books/errors",
        "query_string": "fields @message",
        "log_group_names": ["/ecs/books"],
    },
    "aws_appautoscaling_target": {"id": TARGET["resource_id"], **TARGET, "min_capacity": 1, "max_capacity": 4},
    "aws_appautoscaling_policy": {
        "id": "books-cpu",
        "arn": POLICY,
        "name": "books-cpu",
        "policy_type": "TargetTrackingScaling",
        **TARGET,
        "target_tracking_scaling_policy_configuration": [
            {
                "target_value": 70.0,
                "scale_in_cooldown": 300,
                "scale_out_cooldown": 60,
                "disable_scale_in": False,
                "predefined_metric_specification": [
                    {"predefined_metric_type": "ECSServiceAverageCPUUtilization", "resource_label": ""}
                ],
                "customized_metric_specification": [],
            }
        ],
    },
    "aws_appautoscaling_scheduled_action": {
        **TARGET,
        "name": "night",
        "schedule": "cron(0 20 * * ? *)",
        "timezone": "UTC",
        "scalable_target_action": [{"min_capacity": "0", "max_capacity": "1"}],
    },
    "aws_cloudwatch_metric_alarm": {
        "id": "books-cpu-high",
        "alarm_name": "books-cpu-high",
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 2,
        "threshold": 80,
        "namespace": "AWS/ECS",
        "metric_name": "CPUUtilization",
        "dimensions": {"ClusterName": "books-cluster"},
        "statistic": "Average",
        "period": "60",
        "metric_query": [],
        "datapoints_to_alarm": 0,
    },
    "aws_cloudwatch_dashboard": {"dashboard_name": "books", "dashboard_body": '{"widgets": []}'},
    "aws_sns_topic": {"arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:books", "name": "books", "fifo_topic": False},
    "aws_sns_topic_subscription": {
        "arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:books:8a21d249-4329-4871-acc6-7be709c6ea7f",
        "topic_arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:books",
        "protocol": "https",
        "endpoint": "https://user:SECRET-of-endpoint@example.com",
    },
    "aws_wafv2_web_acl": {
        "id": "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        "name": "books",
        "scope": "REGIONAL",
        "default_action": [{"allow": [{"custom_request_handling": []}], "block": []}],
        "visibility_config": [
            {"cloudwatch_metrics_enabled": True, "metric_name": "books", "sampled_requests_enabled": True}
        ],
        "rule": [{"name": "header", "statement": [{"byte_match_statement": [{"search_string": "SECRET-of-rule"}]}]}],
    },
    "aws_wafv2_web_acl_association": {"resource_arn": BALANCER, "web_acl_arn": "arn:aws:wafv2:eu-west-1:1:webacl/b"},
    "aws_wafv2_web_acl_logging_configuration": {
        "resource_arn": "arn:aws:wafv2:eu-west-1:1:webacl/b",
        "log_destination_configs": ["arn:aws:logs:eu-west-1:1:log-group:aws-waf-logs-b"],
    },
    "aws_kms_key": {
        "key_id": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "description": "books",
        "is_enabled": True,
        "enable_key_rotation": True,
        "policy": json.dumps(READ),
        "key_usage": "ENCRYPT_DECRYPT",
    },
    "aws_kms_alias": {"name": "alias/books", "target_key_id": "1234abcd-12ab-34cd-56ef-1234567890ab"},
    "aws_secretsmanager_secret": {
        "arn": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:books-a1b2c3",
        "name": "books",
        "description": "",
    },
    "aws_s3_bucket": {
        "id": "books-logs",
        "bucket": "books-logs",
        "versioning": [{"enabled": False, "mfa_delete": False}],
        "server_side_encryption_configuration": [],
    },
    "aws_s3_bucket_policy": {"bucket": "books-logs", "policy": json.dumps(READ)},
    "aws_s3_bucket_versioning": {"bucket": "books-logs", "versioning_configuration": [{"status": "Enabled"}]},
    "aws_s3_bucket_server_side_encryption_configuration": {
        "bucket": "books-logs",
        "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256", "kms_master_key_id": ""}]}],
    },
    "aws_s3_bucket_public_access_block": {"bucket": "books-logs", "block_public_acls": True},
    "aws_s3_bucket_ownership_controls": {
        "bucket": "books-logs",
        "rule": [{"object_ownership": "BucketOwnerEnforced"}],
    },
}
IDENTIFIERS: dict[str, dict[str, str]] = {
    "aws_ecr_repository": {"RepositoryName": "books"},
    "aws_iam_role": {"RoleName": "books-exec"},
    "aws_lb": {"LoadBalancerArn": BALANCER},
    "aws_lb_target_group": {"TargetGroupArn": GROUP},
    "aws_lb_listener": {"ListenerArn": LISTENER},
    "aws_lb_listener_rule": {"RuleArn": RULE},
    "aws_ecs_cluster": {"ClusterName": "books-cluster"},
    "aws_ecs_service": {"ServiceArn": SERVICE, "Cluster": "books-cluster"},
    "aws_ecs_task_definition": {"TaskDefinitionArn": DEFINITION},
    "aws_cloudwatch_log_group": {"LogGroupName": "/ecs/books"},
    "aws_appautoscaling_target": {
        "ResourceId": TARGET["resource_id"],
        "ScalableDimension": TARGET["scalable_dimension"],
        "ServiceNamespace": "ecs",
    },
    "aws_appautoscaling_policy": {"Arn": POLICY, "ScalableDimension": TARGET["scalable_dimension"]},
    "aws_cloudwatch_metric_alarm": {"AlarmName": "books-cpu-high"},
    "aws_cloudwatch_dashboard": {"DashboardName": "books"},
    "aws_sns_topic": {"TopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:books"},
    "aws_sns_topic_subscription": {
        "Arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:books:8a21d249-4329-4871-acc6-7be709c6ea7f"
    },
    "aws_wafv2_web_acl": {"Name": "books", "Id": "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111", "Scope": "REGIONAL"},
    "aws_wafv2_web_acl_association": {
        "ResourceArn": BALANCER,
        "WebACLArn": "arn:aws:wafv2:eu-west-1:1:webacl/b",
    },
    "aws_kms_key": {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"},
    "aws_kms_alias": {"AliasName": "alias/books"},
    "aws_secretsmanager_secret": {"Id": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:books-a1b2c3"},
    "aws_s3_bucket": {"BucketName": "books-logs"},
    "aws_s3_bucket_policy": {"Bucket": "books-logs"},
    "aws_ecr_pull_through_cache_rule": {"EcrRepositoryPrefix": "quay"},
    "aws_cloudwatch_query_definition": {"QueryDefinitionId": "269951d7-6f75-496d-9d7b-6b7a5486bdbd"},
    "aws_wafv2_web_acl_logging_configuration": {"ResourceArn": "arn:aws:wafv2:eu-west-1:1:webacl/b"},
}


def held(terraform_type: str, attributes: dict[str, Any] | None = None, *, name: str = "this") -> Resource:
    """Return a resource as it is read from a state: with what may be held of these attributes, or the example's."""
    reducers = allowed_attributes(terraform_type)
    found = ATTRIBUTES[terraform_type] if attributes is None else attributes
    return Resource(
        address=f"{terraform_type}.{name}",
        type=terraform_type,
        name=name,
        module="",
        provider=AWS,
        attributes={key: reducers[key](value) for key, value in found.items() if key in reducers},
    )
