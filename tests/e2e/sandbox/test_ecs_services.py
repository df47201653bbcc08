"""A service is steady when its image is in the registry, and not otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.image import place_image
from stacks.errors import UserError
from tests.support.clouds import child, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_BREAKER = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."


def _service(tag: str, *, breaker: bool = True, rollback: bool = True, image: str | None = None) -> dict[str, Any]:
    """A cluster with one service, its numbers as strings, as a template's parameters give them."""
    uri = {"Fn::Sub": f"${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.amazonaws.com/app:{tag}"}
    definition = {
        "Family": "app",
        "Cpu": "256",
        "Memory": "512",
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"],
        "RuntimePlatform": {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"},
        "ContainerDefinitions": [
            {
                "Name": "web",
                "Image": image or uri,
                "PortMappings": [{"ContainerPort": "8501"}],
                "HealthCheck": {"Command": ["CMD", "true"], "Interval": "10"},
            }
        ],
    }
    service = {
        "ServiceName": "app",
        "Cluster": {"Ref": "Cluster"},
        "TaskDefinition": {"Ref": "TaskDefinition"},
        "DesiredCount": "2",
        "LaunchType": "FARGATE",
        "DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": breaker, "Rollback": rollback}},
    }
    return template(
        {
            "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "main"}},
            "TaskDefinition": {"Type": "AWS::ECS::TaskDefinition", "Properties": definition},
            "Service": {"Type": "AWS::ECS::Service", "Properties": service},
        }
    )


def _described(cloud: Cloud) -> dict[str, Any]:
    return dict(cloud.account.client("ecs").describe_services(cluster="main", services=["app"])["services"][0])


@pytest.fixture
def shop(cloud: Cloud) -> Cloud:
    """An account with a repository that has the image `app:v1`."""
    cloud.account.client("ecr").create_repository(repositoryName="app", imageTagMutability="IMMUTABLE")
    place_image(cloud.account.address, "app", "v1")
    return cloud


def test_a_service_with_its_image_runs_as_many_tasks_as_wanted(shop: Cloud) -> None:
    """Running and pending counts, the deployment and the tasks say so."""
    assert shop.create("root", _service("v1")) == "CREATE_COMPLETE"
    service = _described(shop)
    assert (service["runningCount"], service["desiredCount"], service["pendingCount"]) == (2, 2, 0)
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert len(shop.account.client("ecs").list_tasks(cluster="main", serviceName="app")["taskArns"]) == 2


def test_the_task_definition_is_what_the_template_says(shop: Cloud) -> None:
    """Platform, ports as numbers, and health checks are in it."""
    shop.create("root", _service("v1"))
    arn = shop.physical("root", "TaskDefinition")
    found = shop.account.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    assert found["runtimePlatform"] == {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
    container = found["containerDefinitions"][0]
    assert container["portMappings"] == [{"containerPort": 8501}]
    assert container["healthCheck"] == {"command": ["CMD", "true"], "interval": 10}


def test_a_task_definition_has_64_kib(shop: Cloud) -> None:
    """A larger one fails with ECS's words."""
    definition = _service("v1")["Resources"]["TaskDefinition"]
    definition["Properties"]["ContainerDefinitions"][0]["Command"] = [{"Ref": "Long"}] * 17
    long = {"Long": {"Type": "String", "Default": "x" * 4096}}
    assert shop.create("root", template({"TaskDefinition": definition}, Parameters=long)) == "ROLLBACK_COMPLETE"
    assert "Max allowed length is '65536' bytes" in shop.reason("root", "CREATE_FAILED", "TaskDefinition")


def test_a_service_without_its_image_opens_the_circuit_breaker(shop: Cloud) -> None:
    """The stack fails with AWS's words, and rolls back."""
    assert shop.create("root", _service("absent")) == "ROLLBACK_COMPLETE"
    assert _BREAKER in shop.reason("root", "CREATE_FAILED", "Service")


def test_without_a_circuit_breaker_it_never_becomes_steady(shop: Cloud) -> None:
    """CloudFormation gives up after its own, here scaled, time."""
    assert shop.create("root", _service("absent", breaker=False)) == "ROLLBACK_COMPLETE"
    assert "NotStabilized" in shop.reason("root", "CREATE_FAILED", "Service")


def test_a_service_with_a_name_keeps_its_launch_type(shop: Cloud) -> None:
    """Another one, or a strategy instead, would replace it (cloudformation-coverage-roadmap 2214)."""
    assert shop.create("root", _service("v1")) == "CREATE_COMPLETE"
    changed = _service("v1")
    service = changed["Resources"]["Service"]["Properties"]
    del service["LaunchType"]
    service["CapacityProviderStrategy"] = [{"CapacityProvider": "FARGATE", "Weight": 1}]
    assert shop.update("root", changed) == "UPDATE_ROLLBACK_COMPLETE"
    assert "a custom-named resource requires replacing" in shop.reason("root", "UPDATE_FAILED", "Service")
    assert _described(shop)["launchType"] == "FARGATE"


def test_an_update_to_a_missing_image_goes_back_to_the_last_good_one(shop: Cloud) -> None:
    """The service runs the earlier task definition with all its tasks, and the failed deployment is to be seen."""
    shop.create("root", _service("v1"))
    good = _described(shop)["taskDefinition"]
    assert shop.update("root", _service("absent")) == "UPDATE_ROLLBACK_COMPLETE"
    assert _BREAKER in shop.reason("root", "UPDATE_FAILED", "Service")
    service = _described(shop)
    assert (service["taskDefinition"], service["runningCount"]) == (good, 2)
    assert "tasks failed to start" in {event["message"].rpartition(": ")[2].rstrip(".") for event in service["events"]}
    place_image(shop.account.address, "app", "v2")
    assert shop.update("root", _service("v2")) == "UPDATE_COMPLETE"
    assert [(it["status"], it["rolloutState"]) for it in _described(shop)["deployments"]] == [("PRIMARY", "COMPLETED")]


def test_an_update_to_another_image_replaces_the_task_definition(shop: Cloud) -> None:
    """The new revision runs, and the old one is removed afterwards."""
    shop.create("root", _service("v1"))
    old = shop.physical("root", "TaskDefinition")
    place_image(shop.account.address, "app", "v2")
    assert shop.update("root", _service("v2")) == "UPDATE_COMPLETE"
    new = shop.physical("root", "TaskDefinition")
    assert new != old
    assert _described(shop)["taskDefinition"] == new
    assert _described(shop)["runningCount"] == 2
    assert ("TaskDefinition", "DELETE_COMPLETE") in shop.statuses("root")


def test_a_failed_rollback_can_be_continued(shop: Cloud) -> None:
    """With the earlier image gone, and no rollback by ECS itself, it fails; skipping the service ends it."""
    shop.create("root", _service("v1", rollback=False))
    shop.account.client("ecr").batch_delete_image(repositoryName="app", imageIds=[{"imageTag": "v1"}])
    assert shop.update("root", _service("absent", rollback=False)) == "UPDATE_ROLLBACK_FAILED"
    shop.cf.continue_update_rollback(StackName="root", ResourcesToSkip=["Service"])
    assert shop.settled("root", leaving="ROLLBACK_FAILED") == "UPDATE_ROLLBACK_COMPLETE"


def test_a_failed_rollback_of_a_child_can_be_continued(shop: Cloud) -> None:
    """What is to be skipped in a child is named `StackName.Resource`, as on AWS; its logical id is refused."""
    good = shop.publish("good", _service("v1", rollback=False))
    shop.create("root", template({"Ecs": child(good)}))
    shop.account.client("ecr").batch_delete_image(repositoryName="app", imageIds=[{"imageTag": "v1"}])
    bad = shop.publish("bad", _service("absent", rollback=False))
    assert shop.update("root", template({"Ecs": child(bad)})) == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(ClientError, match="cannot be skipped"):
        shop.cf.continue_update_rollback(StackName="root", ResourcesToSkip=["Ecs.Service"])
    name = shop.physical("root", "Ecs").split("/")[1]
    shop.cf.continue_update_rollback(StackName="root", ResourcesToSkip=[f"{name}.Service"])
    assert shop.settled("root", leaving="ROLLBACK_FAILED") == "UPDATE_ROLLBACK_COMPLETE"
    assert shop.stack(shop.physical("root", "Ecs"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_an_image_of_another_registry_is_always_there(shop: Cloud) -> None:
    """Only images of ECR are looked up."""
    assert shop.create("root", _service("", image="public.ecr.aws/nginx/nginx:1")) == "CREATE_COMPLETE"


def test_a_running_task_says_the_digest_of_its_image(shop: Cloud) -> None:
    """That of the moment when it started: a tag can be moved since."""
    shop.create("root", _service("v1"))
    ecs, ecr = shop.account.client("ecs"), shop.account.client("ecr")
    tasks = ecs.describe_tasks(cluster="main", tasks=ecs.list_tasks(cluster="main")["taskArns"])["tasks"]
    [image] = ecr.describe_images(repositoryName="app", imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert {it["containers"][0]["imageDigest"] for it in tasks} == {image["imageDigest"]}


def test_an_image_is_placed_once(shop: Cloud) -> None:
    """An immutable tag cannot be placed again, and the error says so."""
    with pytest.raises(UserError, match="The image tag 'v1' already exists"):
        place_image(shop.account.address, "app", "v1")


def test_an_image_that_is_not_there_is_not_described(shop: Cloud) -> None:
    """DescribeImages answers ImageNotFoundException, as `aws ecr` users know it."""
    ecr = shop.account.client("ecr")
    assert ecr.describe_images(repositoryName="app", imageIds=[{"imageTag": "v1"}])["imageDetails"]
    with pytest.raises(ClientError, match="ImageNotFoundException"):
        ecr.describe_images(repositoryName="app", imageIds=[{"imageTag": "absent"}])


def test_a_repository_with_images_is_not_deleted(shop: Cloud) -> None:
    """Neither by the API without force, nor by a stack without EmptyOnDelete."""
    with pytest.raises(ClientError, match="RepositoryNotEmptyException"):
        shop.account.client("ecr").delete_repository(repositoryName="app")
    repository = {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "other"}}
    shop.create("root", template({"Repository": repository}))
    place_image(shop.account.address, "other", "v1")
    assert shop.delete("root") == "DELETE_FAILED"
    assert "is not empty" in shop.reason("root", "DELETE_FAILED", "Repository")
    emptied = {**repository, "Properties": {"RepositoryName": "other", "EmptyOnDelete": True}}
    shop.account.client("ecr").delete_repository(repositoryName="other", force=True)
    shop.create("second", template({"Repository": emptied}))
    place_image(shop.account.address, "other", "v1")
    assert shop.delete("second") == "DELETE_COMPLETE"


def test_a_failing_image_stops_its_tasks_with_exit_code_and_log(shop: Cloud) -> None:
    """As many as the circuit breaker allows, each with ECS's words, and with a log that can be read afterwards."""
    body = _service("crash")
    log_group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app"}, "DeletionPolicy": "Retain"}
    options = {"awslogs-group": {"Ref": "Log"}, "awslogs-region": "ap-northeast-2", "awslogs-stream-prefix": "web"}
    container = body["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    container["LogConfiguration"] = {"LogDriver": "awslogs", "Options": options}
    body["Resources"]["Log"] = log_group
    place_image(shop.account.address, "app", "crash", exit_code=3, log=["Traceback", "no module named app"])
    assert shop.create("root", body, DisableRollback=True) == "CREATE_FAILED"
    assert _BREAKER in shop.reason("root", "CREATE_FAILED", "Service")
    ecs, logs = shop.account.client("ecs"), shop.account.client("logs")
    stopped = ecs.list_tasks(cluster="main", serviceName="app", desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"]
    assert [(it["stopCode"], it["containers"][0]["exitCode"]) for it in tasks] == [("EssentialContainerExited", 3)] * 3
    stream = f"web/web/{stopped[0].rpartition('/')[2]}"
    events = logs.get_log_events(logGroupName="/app", logStreamName=stream)["events"]
    assert [event["message"] for event in events] == ["Traceback", "no module named app"]
    assert _described(shop)["deployments"][0]["failedTasks"] == 3


def test_volumes_have_the_names_of_the_api(shop: Cloud) -> None:
    """Those of the template are partly others."""
    body = _service("v1")
    body["Resources"]["TaskDefinition"]["Properties"]["Volumes"] = [
        {"Name": "empty"},
        {
            "Name": "efs",
            "EFSVolumeConfiguration": {
                "FilesystemId": "fs-0123456789abcdef0",
                "TransitEncryption": "ENABLED",
                "AuthorizationConfig": {"AccessPointId": "fsap-0123456789abcdef0", "IAM": "ENABLED"},
            },
        },
    ]
    assert shop.create("root", body) == "CREATE_COMPLETE"
    arn = shop.physical("root", "TaskDefinition")
    found = shop.account.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    empty, efs = found["volumes"]
    assert empty == {"name": "empty"}
    assert efs["efsVolumeConfiguration"] == {
        "fileSystemId": "fs-0123456789abcdef0",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
    }


def test_a_service_is_updated_as_ecs_does_it(shop: Cloud) -> None:
    """Another capacity has to be forced, another network starts new tasks, Exec and rebalancing start none."""
    assert shop.create("root", _service("v1")) == "CREATE_COMPLETE"
    ecs = shop.account.client("ecs")

    def tasks() -> set[str]:
        return set(ecs.list_tasks(cluster="main", serviceName="app")["taskArns"])

    def update(**changed: Any) -> None:
        ecs.update_service(cluster="main", service="app", **changed)

    assert _described(shop)["availabilityZoneRebalancing"] == "ENABLED"
    first, spot = tasks(), [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    with pytest.raises(ClientError, match="you must force a new deployment"):
        update(capacityProviderStrategy=spot)
    update(enableExecuteCommand=True, availabilityZoneRebalancing="DISABLED", healthCheckGracePeriodSeconds=9)
    assert tasks() == first
    update(networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-0a"]}})
    second = tasks()
    assert not second & first
    update(capacityProviderStrategy=spot, forceNewDeployment=True)
    assert not tasks() & second
    update(capacityProviderStrategy=[{**spot[0], "base": 0}])
    full = {"maximumPercent": 100, "minimumHealthyPercent": 50}
    with pytest.raises(ClientError, match="rebalancing does not support"):
        update(availabilityZoneRebalancing="ENABLED", deploymentConfiguration=full)
    with pytest.raises(ClientError, match="needs an advanced configuration"):
        update(
            deploymentConfiguration={"strategy": "BLUE_GREEN"},
            loadBalancers=[{"targetGroupArn": "arn", "containerName": "web", "containerPort": 8501}],
        )
