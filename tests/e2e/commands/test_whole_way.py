"""The whole way on the real command line: from nothing to a running service, and back to nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.support.commands import Project, project, project_with_a_mistake
from tests.support.networks import Net

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

STACK = "preto-2-prod"
WITHOUT_IMAGE = {
    "ecr_repository_url", "ecr_repository_name", "alb_dns_name", "alb_arn", "target_group_arn", "task_role_arn",
    "task_execution_role_arn", "autoscaling_enabled", "autoscaling_min_capacity", "autoscaling_max_capacity", "app_url",
}  # fmt: skip
ALL = WITHOUT_IMAGE | {"ecs_cluster_name", "ecs_service_name", "ecs_task_definition_arn", "log_group_name"}
FACTS = ("autoscaling_enabled", "autoscaling_min_capacity", "autoscaling_max_capacity")


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project with its artifact bucket, whose AWS is an account of the test's own."""
    made = project(tmp_path, account.env)
    made.succeed("bootstrap", "prod", "--yes")
    return made


@pytest.fixture
def running(here: Project, account: Account) -> Project:
    """Give the same with the service deployed, image `v1`."""
    here.succeed("deploy", "prod", "--yes")
    place_image(account.address, STACK, "v1")
    here.succeed("deploy", "prod", "--yes", "--image", "v1")
    return here


def service(account: Account) -> dict[str, Any]:
    """The ECS service as ECS describes it."""
    (it,) = account.client("ecs").describe_services(cluster=STACK, services=[STACK])["services"]
    return dict(it)


def outputs(project_: Project) -> dict[str, str]:
    """What `outputs --json` says."""
    found: dict[str, str] = json.loads(project_.succeed("outputs", "prod", "--json"))
    return found


def test_a_first_deployment_has_no_service_and_says_how_to_push(here: Project, account: Account) -> None:
    """ECR, IAM and network come first; the outputs of the service are not there yet."""
    text = here.succeed("deploy", "prod", "--yes")
    assert "python build.py push prod" in text
    assert "--image" in text
    assert set(outputs(here)) == WITHOUT_IMAGE
    assert account.client("ecs").list_clusters()["clusterArns"] == []
    assert "no service yet" in here.fail("outputs", "prod", "ecs_service_name")


def test_with_an_image_the_service_runs(running: Project, account: Account) -> None:
    """Two tasks of the pushed image, scaled between one and four, and all outputs."""
    found = outputs(running)
    assert set(found) == ALL
    assert (found["ecs_cluster_name"], found["ecs_service_name"]) == (STACK, STACK)
    assert [found[name] for name in FACTS] == ["true", "1", "4"]
    assert running.succeed("outputs", "prod", "alb_dns_name").strip() == found["alb_dns_name"]

    it = service(account)
    assert (it["desiredCount"], it["runningCount"]) == (2, 2)
    assert it["taskDefinition"] == found["ecs_task_definition_arn"]
    assert it["loadBalancers"][0]["targetGroupArn"] == found["target_group_arn"]
    assert (found["ecr_repository_name"], found["log_group_name"]) == (STACK, f"/ecs/{STACK}")
    definition = account.client("ecs").describe_task_definition(taskDefinition=it["taskDefinition"])["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == f"{found['ecr_repository_url']}:v1"
    assert (definition["cpu"], definition["memory"]) == ("4096", "16384")


def test_what_was_deployed_can_be_read_back(running: Project, account: Account) -> None:
    """Load balancer, target group and autoscaling say through their own APIs what the settings asked for."""
    balancing, scaling = account.client("elbv2"), account.client("application-autoscaling")
    (group,) = balancing.describe_target_groups()["TargetGroups"]
    assert (group["Port"], group["HealthCheckPath"], group["TargetType"]) == (8501, "/_stcore/health", "ip")
    attributes = balancing.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert {"Key": "stickiness.enabled", "Value": "true"} in attributes
    assert service(account)["loadBalancers"][0]["targetGroupArn"] == group["TargetGroupArn"]
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert target["ResourceId"] == f"service/{STACK}/{STACK}"
    tags = scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"]
    assert tags.items() >= {"Project": "preto-2", "Environment": "prod", "ManagedBy": "CloudFormation"}.items()
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    tracking = [it["TargetTrackingScalingPolicyConfiguration"] for it in policies]
    assert {it["PredefinedMetricSpecification"]["PredefinedMetricType"]: it["TargetValue"] for it in tracking} == {
        "ECSServiceAverageCPUUtilization": 70.0,
        "ECSServiceAverageMemoryUtilization": 70.0,
    }
    assert {(it["ScaleOutCooldown"], it["ScaleInCooldown"]) for it in tracking} == {(60, 300)}


def test_deploying_again_changes_nothing(running: Project, account: Account) -> None:
    """No changes is success, said so, and leaves no change set behind; `plan` has exit code 0."""
    for words in (("deploy", "prod", "--yes"), ("deploy", "prod", "--yes", "--image", "v1"), ("plan", "prod")):
        assert "No changes" in running.succeed(*words)
    found = account.client("cloudformation").list_change_sets(StackName=STACK)["Summaries"]
    assert [it for it in found if it["ExecutionStatus"] == "AVAILABLE"] == []


def test_a_plan_shows_what_changes_in_which_child(running: Project) -> None:
    """One capacity changed: exit code 2, the scalable target is named, the deployed value stays."""
    words = ("plan", "prod", "--var", "autoscaling_max_capacity=6")
    done = running.run(*words, "--json")
    assert done.returncode == 2
    (scaling,) = [it["changes"] for it in json.loads(done.stdout)["changes"] if it["logical_id"] == "Autoscaling"]
    assert ("ScalableTarget", "change") in {(it["logical_id"], it["action"]) for it in scaling}
    assert outputs(running)["autoscaling_max_capacity"] == "4"


def test_an_update_keeps_what_autoscaling_has_scaled_to(running: Project, account: Account) -> None:
    """Another image or capacity does not set the count back to the configured one."""
    account.client("ecs").update_service(cluster=STACK, service=STACK, desiredCount=4)
    place_image(account.address, STACK, "v2")
    running.succeed("deploy", "prod", "--yes", "--image", "v2", "--var", "autoscaling_max_capacity=6")
    assert service(account)["desiredCount"] == 4
    assert outputs(running)["autoscaling_max_capacity"] == "6"


def test_autoscaling_can_be_switched_off(running: Project, account: Account) -> None:
    """The target and its policies go, the count is the configured one, and the three facts say so."""
    running.succeed("deploy", "prod", "--yes", "--var", "autoscaling_enabled=false", "--var", "ecs_desired_count=3")
    found = outputs(running)
    assert [found[name] for name in FACTS] == ["false", "3", "3"]
    scaling = account.client("application-autoscaling")
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
    assert service(account)["desiredCount"] == 3


def test_github_actions_gets_the_right_that_it_lacked(here: Project, account: Account) -> None:
    """The documented inline policy is on the existing role, and goes with the stack, which the role does not."""
    iam = account.client("iam")
    trust = {"Version": "2012-10-17", "Statement": []}
    iam.create_role(RoleName="GitHubActionsRole", AssumeRolePolicyDocument=json.dumps(trust))
    here.succeed("deploy", "prod", "--yes", "--var", "iam_github_actions_role_name=GitHubActionsRole")
    (name,) = iam.list_role_policies(RoleName="GitHubActionsRole")["PolicyNames"]
    document = iam.get_role_policy(RoleName="GitHubActionsRole", PolicyName=name)["PolicyDocument"]
    (statement,) = document["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["application-autoscaling:*Tag*"], ["*"])
    here.succeed("destroy", "prod", "--yes")
    assert iam.list_role_policies(RoleName="GitHubActionsRole")["PolicyNames"] == []


def test_destroy_keeps_the_images_and_the_next_deployment_has_them_again(running: Project, account: Account) -> None:
    """Repository and log group are listed as kept; a deployment after that adopts them and runs at once."""
    text = running.succeed("destroy", "prod", stdin=f"{STACK}\n")
    assert "Ecr/Repository" in text
    assert "Ecs/LogGroup" in text
    assert "is not there" in running.fail("outputs", "prod")
    assert len(account.client("ecr").list_images(repositoryName=STACK)["imageIds"]) == 1
    running.succeed("deploy", "prod", "--yes", "--image", "v1")
    assert set(outputs(running)) == ALL
    assert service(account)["runningCount"] == 2


def test_nothing_is_deployed_with_a_lint_error(here: Project, account: Account, tmp_path: Path) -> None:
    """What lint refuses does not reach AWS."""
    assert "lint" in project_with_a_mistake(tmp_path / "mistake", here.env).fail("deploy", "prod", "--yes")
    names = [it["StackName"] for it in account.client("cloudformation").list_stacks()["StackSummaries"]]
    assert names == ["preto-2-bootstrap"]


def test_a_given_network_is_used(here: Project, account: Account) -> None:
    """A VPC with two public subnets is all that a team has to name: the tasks get public addresses there."""
    net = Net(account.client("ec2"))
    ids = [net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2b")]
    net.route_main("igw")
    words = ["--var", f"network_vpc_id={net.vpc_id}", "--var", f"network_public_subnet_ids={json.dumps(ids)}"]
    here.succeed("deploy", "prod", "--yes", *words)
    place_image(account.address, STACK, "v1")
    here.succeed("deploy", "prod", "--yes", "--image", "v1", *words)
    placed = service(account)["networkConfiguration"]["awsvpcConfiguration"]
    assert (sorted(placed["subnets"]), placed["assignPublicIp"]) == (sorted(ids), "ENABLED")
    (balancer,) = account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert sorted(zone["SubnetId"] for zone in balancer["AvailabilityZones"]) == sorted(ids)
