"""A running service as another tool makes it: by calls of the services' own APIs, without CloudFormation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.clouds import TRUST

if TYPE_CHECKING:
    from tests.support.accounts import Account

LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Keep two",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
                "action": {"type": "expire"},
            }
        ]
    }
)
PULL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["ecr:BatchGetImage"],
        }
    ],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}],
}
EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True, kw_only=True)
class Made:
    """The identifiers of what was made, as Cloud Control takes them, by resource type; and the network around it."""

    identifiers: dict[str, str]
    subnets: list[str]
    security_group: str


def make_service(account: Account) -> Made:
    """Make a service behind a load balancer, with a repository, a role, logs and scaling."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = enumerate(("ap-northeast-2a", "ap-northeast-2c"))
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in zones
    ]
    group = ec2.create_security_group(GroupName="shared", Description="Shared", VpcId=vpc)["GroupId"]
    found = {**_names(account), **_balancing(account, vpc, subnets, group)}
    target_group = found["AWS::ElasticLoadBalancingV2::TargetGroup"]
    return Made(
        identifiers={**found, **_service(account, subnets, group, target_group)}, subnets=subnets, security_group=group
    )


def _names(account: Account) -> dict[str, str]:
    ecr, iam, logs = account.client("ecr"), account.client("iam"), account.client("logs")
    ecr.create_repository(repositoryName="team-app", tags=[{"Key": "Project", "Value": "team"}])
    ecr.put_lifecycle_policy(repositoryName="team-app", lifecyclePolicyText=LIFECYCLE)
    ecr.set_repository_policy(repositoryName="team-app", policyText=json.dumps(PULL))
    iam.create_role(RoleName="team-task", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="team-task", PolicyArn=EXECUTION)
    iam.put_role_policy(RoleName="team-task", PolicyName="read", PolicyDocument=json.dumps(READ))
    logs.create_log_group(logGroupName="/ecs/team", tags={"Project": "team"})
    logs.put_retention_policy(logGroupName="/ecs/team", retentionInDays=14)
    return {
        "AWS::ECR::Repository": "team-app",
        "AWS::IAM::Role": "team-task",
        "AWS::Logs::LogGroup": "/ecs/team",
    }


def _balancing(account: Account, vpc: str, subnets: list[str], group: str) -> dict[str, str]:
    elb = account.client("elbv2")
    balancer = elb.create_load_balancer(Name="team-alb", Subnets=subnets, SecurityGroups=[group])
    balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    targets = elb.create_target_group(
        Name="team-tg",
        Protocol="HTTP",
        Port=8501,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/",
        HealthCheckIntervalSeconds=60,
        Matcher={"HttpCode": "200-399"},
    )
    targets_arn = targets["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": targets_arn}]
    listener = elb.create_listener(LoadBalancerArn=balancer_arn, Port=80, Protocol="HTTP", DefaultActions=forward)
    listener_arn = listener["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener_arn,
        Priority=5,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/old"]}}],
        Actions=[{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Path": "/new"}}],
    )
    kind = "AWS::ElasticLoadBalancingV2::"
    return {
        f"{kind}LoadBalancer": balancer_arn,
        f"{kind}TargetGroup": targets_arn,
        f"{kind}Listener": listener_arn,
        f"{kind}ListenerRule": rule["Rules"][0]["RuleArn"],
    }


def _service(account: Account, subnets: list[str], group: str, target_group: str) -> dict[str, str]:
    ecs = account.client("ecs")
    ecs.create_cluster(clusterName="team")
    definition = ecs.register_task_definition(
        family="team",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        containerDefinitions=[
            {
                "name": "app",
                "image": "public.ecr.aws/docker/library/nginx:1",
                "portMappings": [{"containerPort": 8501}],
                "environment": [{"name": "ENVIRONMENT", "value": "prod"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/team"}},
            }
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    place = {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "ENABLED"}
    service = ecs.create_service(
        cluster="team",
        serviceName="app",
        taskDefinition="team",
        desiredCount=1,
        launchType="FARGATE",
        healthCheckGracePeriodSeconds=300,
        networkConfiguration={"awsvpcConfiguration": place},
        loadBalancers=[{"targetGroupArn": target_group, "containerName": "app", "containerPort": 8501}],
    )["service"]["serviceArn"]
    return {
        "AWS::ECS::Cluster": "team",
        "AWS::ECS::TaskDefinition": definition,
        "AWS::ECS::Service": f"{service}|team",
        **_scaling(account),
    }


def _scaling(account: Account) -> dict[str, str]:
    scaling = account.client("application-autoscaling")
    name: dict[str, Any] = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/team/app",
        "ScalableDimension": DIMENSION,
    }
    scaling.register_scalable_target(**name, MinCapacity=1, MaxCapacity=4)
    policy = scaling.put_scaling_policy(
        **name,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "ScaleInCooldown": 300,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        },
    )["PolicyARN"]
    return {
        "AWS::ApplicationAutoScaling::ScalableTarget": f"service/team/app|{DIMENSION}|ecs",
        "AWS::ApplicationAutoScaling::ScalingPolicy": f"{policy}|{DIMENSION}",
    }
