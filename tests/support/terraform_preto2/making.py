"""The project's resources in an account, made by direct calls, for where no Terraform is at hand."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from sandbox.image import place_image
from tests.support.networks import Net
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_preto2.iam import EXECUTION_POLICY, TRUST
from tests.support.terraform_preto2.names import Names

if TYPE_CHECKING:
    from tests.support.accounts import Account

SCALING = "module.autoscaling[0].aws_appautoscaling_policy"
METRICS = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}


def make_preto2(account: Account) -> Preto2:
    """Make all of it, with one running task, and return the project whose state describes it."""
    net = Net(account.client("ec2"))
    net.route_main("igw")
    subnets = (net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2c"))
    group = net.ec2.create_security_group(GroupName="shared", Description="Shared", VpcId=net.vpc_id)["GroupId"]
    anywhere = [{"CidrIp": "0.0.0.0/0"}]
    allowed = [{"IpProtocol": "tcp", "FromPort": it, "ToPort": it, "IpRanges": anywhere} for it in (80, 8501)]
    net.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=allowed)
    names = Names(account=account.account_id, vpc=net.vpc_id, subnets=subnets, security_group=group, revision=1)
    _repository_and_roles(account, names)
    names = dataclasses.replace(names, **_balancing(account, names))
    _service(account, names)
    changed = {f"{SCALING}.{kind}": {"arn": arn} for kind, arn in _scaling(account, names).items()}
    return Preto2(**vars(names), changed=changed)


def _tags(names: Names, name: str, key: str = "Key", value: str = "Value") -> Any:
    return [{key: it, value: text} for it, text in (names.tags | {"Name": name}).items()]


def _repository_and_roles(account: Account, names: Names) -> None:
    ecr, iam = account.client("ecr"), account.client("iam")
    ecr.create_repository(
        repositoryName=names.stem, imageScanningConfiguration={"scanOnPush": True}, tags=_tags(names, names.stem)
    )
    rule = {
        "rulePriority": 1,
        "description": "Keep the last 2 images",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName=names.stem, lifecyclePolicyText=json.dumps({"rules": [rule]}))
    place_image(account.address, names.stem, "latest", architecture="arm64")
    for kind in ("exec", "task"):
        name = f"{names.stem}-{kind}-role"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=_tags(names, name))
    iam.attach_role_policy(RoleName=f"{names.stem}-exec-role", PolicyArn=EXECUTION_POLICY)


def _balancing(account: Account, names: Names) -> dict[str, Any]:
    """Make the load balancer, and return the last parts of its ARNs."""
    elb = account.client("elbv2")
    (balancer,) = elb.create_load_balancer(
        Name=f"{names.stem}-alb",
        Subnets=list(names.subnets),
        SecurityGroups=[names.security_group],
        Tags=_tags(names, f"{names.stem}-alb"),
    )["LoadBalancers"]
    (group,) = elb.create_target_group(
        Name=f"{names.stem}-tg",
        Protocol="HTTP",
        Port=8501,
        VpcId=names.vpc,
        TargetType="ip",
        HealthCheckPath="/",
        HealthCheckIntervalSeconds=60,
        HealthCheckTimeoutSeconds=30,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher={"HttpCode": "200-399"},
        Tags=_tags(names, f"{names.stem}-tg"),
    )["TargetGroups"]
    (listener,) = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Port=80,
        Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
        Tags=[it for it in _tags(names, "") if it["Key"] != "Name"],
    )["Listeners"]
    arns = {
        "load_balancer": balancer["LoadBalancerArn"],
        "target_group": group["TargetGroupArn"],
        "listener": listener["ListenerArn"],
    }
    return {name: arn.rpartition("/")[2] for name, arn in arns.items()}


def _service(account: Account, names: Names) -> None:
    ecs, logs = account.client("ecs"), account.client("logs")
    log_group = f"/ecs/{names.stem}"
    logs.create_log_group(logGroupName=log_group, tags=names.tags | {"Name": f"{names.stem}-logs"})
    logs.put_retention_policy(logGroupName=log_group, retentionInDays=14)
    cluster = f"{names.stem}-cluster"
    ecs.create_cluster(
        clusterName=cluster,
        settings=[{"name": "containerInsights", "value": "disabled"}],
        tags=_tags(names, cluster, "key", "value"),
    )
    options = {"awslogs-group": log_group, "awslogs-region": names.region, "awslogs-stream-prefix": "ecs"}
    container = {
        "name": f"{names.stem}-container",
        "image": f"{names.account}.dkr.ecr.{names.region}.amazonaws.com/{names.stem}:latest",
        "essential": True,
        "portMappings": [{"containerPort": 8501, "hostPort": 8501, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in names.container_environment.items()],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    ecs.register_task_definition(
        family=names.stem,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        executionRoleArn=names.role_arn("exec"),
        taskRoleArn=names.role_arn("task"),
        runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        containerDefinitions=[container],
        tags=_tags(names, names.stem, "key", "value"),
    )
    network = {
        "subnets": list(reversed(names.subnets)),  # AWS returns them in any order
        "securityGroups": [names.security_group],
        "assignPublicIp": "ENABLED",
    }
    target = {"targetGroupArn": names.target_group_arn, "containerName": container["name"], "containerPort": 8501}
    ecs.create_service(
        cluster=cluster,
        serviceName=f"{names.stem}-service",
        taskDefinition=names.stem,
        desiredCount=1,
        launchType="FARGATE",
        healthCheckGracePeriodSeconds=300,
        networkConfiguration={"awsvpcConfiguration": network},
        loadBalancers=[target],
        tags=_tags(names, f"{names.stem}-service", "key", "value"),
    )


def _scaling(account: Account, names: Names) -> dict[str, str]:
    """Make the scaling, and return the ARNs of its policies."""
    scaling = account.client("application-autoscaling")
    target: dict[str, Any] = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names.stem}-cluster/{names.stem}-service",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=4)
    return {
        kind: scaling.put_scaling_policy(
            **target,
            PolicyName=f"{names.stem}-service-{kind}-autoscaling",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
                "TargetValue": 70,
                "ScaleInCooldown": 300,
                "ScaleOutCooldown": 60,
            },
        )["PolicyARN"]
        for kind, metric in METRICS.items()
    }
