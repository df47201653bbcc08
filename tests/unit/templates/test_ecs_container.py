"""What the settings give Streamlit's container: variables, secrets, storage, user, health check, another registry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates.profiles import STREAMLIT, health_check
from tests.support.templates import properties, tree
from tests.unit.templates.test_settings_models import refusal

DATABASE = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-AbCdEf"
PARAMETER = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/team/api"
CREDENTIALS = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:ghcr-AbCdEf"


def definition(**ecs: Any) -> Any:
    """The task definition with these settings of `[ecs]`."""
    return properties(tree(ecs=ecs)["Ecs"], "TaskDefinition")


def container(**ecs: Any) -> Any:
    """Streamlit's container with these settings of `[ecs]`: the first one."""
    return definition(**ecs)["ContainerDefinitions"][0]


def test_variables_are_added_to_streamlits() -> None:
    """An option of Streamlit that the templates leave alone can be set as well."""
    names = {it["Name"]: it["Value"] for it in container(environment={"TEAM": "data"})["Environment"]}
    assert names["TEAM"] == "data"
    assert names["STREAMLIT_SERVER_HEADLESS"] == "true"


def test_a_reference_is_the_containers_own() -> None:
    """CloudFormation fills nothing in: what the container's shell would read arrives as it is written."""
    names = {it["Name"]: it["Value"] for it in container(environment={"PATHS": "${HOME}:${Cpu}"})["Environment"]}
    assert names["PATHS"] == {"Fn::Join": ["${", ["", "HOME}:", "Cpu}"]]}


@pytest.mark.parametrize("table", ["environment", "secrets"])
@pytest.mark.parametrize("name", ["STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_COOKIE_SECRET"])
def test_a_variable_that_the_templates_set_is_refused(table: str, name: str) -> None:
    """Two values for one name: which one wins would be chance. The message says what sets it."""
    value = DATABASE if table == "secrets" else "x"
    assert f"{name} is set by the templates" in refusal(ecs={table: {name: value}})


def test_every_variable_of_the_container_is_guarded() -> None:
    """Whatever the templates set cannot be set by the settings too."""
    it = properties(tree()["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]
    for variable in [*it["Environment"], *it["Secrets"]]:
        assert "is set by the templates" in refusal(ecs={"environment": {variable["Name"]: "x"}})


def test_a_name_is_a_variable_or_a_secret() -> None:
    """Not both: ECS would take one of the two."""
    assert "PASSWORD is in secrets as well" in refusal(
        ecs={"environment": {"PASSWORD": "x"}, "secrets": {"PASSWORD": DATABASE}}
    )


def test_a_secret_in_a_variable_is_refused() -> None:
    """A dynamic reference would be written into the task definition in the open."""
    assert "in plain text" in refusal(ecs={"environment": {"PASSWORD": "{{resolve:secretsmanager:db}}"}})


def test_ecs_reads_secrets_and_parameters_when_a_task_starts() -> None:
    """The cookie secret stays, and a key of a JSON secret is named behind its ARN."""
    secrets = container(secrets={"PASSWORD": f"{DATABASE}:password::", "API": PARAMETER})["Secrets"]
    assert secrets == [
        {"Name": STREAMLIT.cookie_variable, "ValueFrom": {"Ref": "CookieSecretArn"}},
        {"Name": "API", "ValueFrom": PARAMETER},
        {"Name": "PASSWORD", "ValueFrom": f"{DATABASE}:password::"},
    ]


@pytest.mark.parametrize("reference", [f"{PARAMETER}:key::", f"{DATABASE}:key", "db-AbCdEf", "arn:aws:s3:::bucket"])
def test_what_ecs_could_not_read_is_refused(reference: str) -> None:
    """A parameter has no JSON keys, a secret has three parts behind it or none, and both are named by ARN."""
    assert refusal(ecs={"secrets": {"PASSWORD": reference}})


def test_the_container_is_asked_by_python_alone() -> None:
    """Streamlit's own probe, no sooner than the load balancer's checks count; switched off, there is none."""
    check = container(health_check_grace_period=600)["HealthCheck"]
    assert check["Command"] == health_check(
        "/_stcore/health", check["Timeout"], port=8501, variable="STREAMLIT_SERVER_PORT"
    )
    assert check["StartPeriod"] == 300, "the most that ECS takes"
    assert container(health_check_grace_period=90)["HealthCheck"]["StartPeriod"] == 90
    assert "HealthCheck" not in container(container_health_check=False)


def test_an_init_process_reaps_and_passes_signals() -> None:
    """It is there unless it is switched off."""
    assert container()["LinuxParameters"] == {"InitProcessEnabled": True}
    assert "LinuxParameters" not in container(init=False)


def test_another_user() -> None:
    """By number: a name would have to be in the image."""
    assert container(user="1000:1000")["User"] == "1000:1000"
    assert "User" not in container()
    assert refusal(ecs={"user": "app"})


def test_the_base_path_reaches_streamlit() -> None:
    """It serves below it, and its own probe asks below it; without one there is no such variable."""
    task = properties(tree(network={"base_url_path": "team/app"})["Ecs"], "TaskDefinition")
    names = {it["Name"]: it["Value"] for it in task["ContainerDefinitions"][0]["Environment"]}
    assert names["STREAMLIT_SERVER_BASE_URL_PATH"] == "team/app"
    assert "STREAMLIT_SERVER_BASE_URL_PATH" not in {it["Name"] for it in container()["Environment"]}


def test_processor_and_platform() -> None:
    """The platform is always said: left out, an update would keep the old one."""
    assert definition(architecture="ARM64")["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    assert definition()["RuntimePlatform"]["CpuArchitecture"] == "X86_64"
    assert properties(tree()["Ecs"], "Service")["PlatformVersion"] == "LATEST"
    assert properties(tree(ecs={"platform_version": "1.4.0"})["Ecs"], "Service")["PlatformVersion"] == "1.4.0"


@pytest.mark.parametrize("size", [21, 200])
def test_more_disk(size: int) -> None:
    """What Fargate gives anyway is not asked for: it takes 21 to 200 GiB only."""
    assert definition(ephemeral_storage=size)["EphemeralStorage"] == {"SizeInGiB": size}
    assert "EphemeralStorage" not in definition(ephemeral_storage=20)


@pytest.mark.parametrize("size", [19, 201])
def test_a_disk_that_fargate_does_not_have(size: int) -> None:
    """It is refused with the range."""
    assert refusal(ecs={"ephemeral_storage": size})


def test_an_image_of_another_registry_leaves_no_repository_behind() -> None:
    """No repository is made, and the outputs name the other one; the tag stays a parameter."""
    templates = tree(ecs={"image": "ghcr.io/team/app"})
    assert "Ecr" not in templates
    root = templates["Root"]
    assert root["Outputs"]["EcrRepositoryUrl"]["Value"] == "ghcr.io/team/app"
    image = properties(root, "Ecs")["Parameters"]["ContainerImage"]
    assert image == {"Fn::Join": [":", ["ghcr.io/team/app", {"Ref": "ImageTag"}]]}
    assert "ecr:" not in json.dumps(templates["Iam"])


@pytest.mark.parametrize("image", ["ghcr.io/team/app:v1", "GHCR.io/team/app", "https://ghcr.io/team/app", "a b"])
def test_what_is_no_repository(image: str) -> None:
    """A tag is `image_tag`, and the rest is what Docker takes."""
    assert refusal(ecs={"image": image})


def test_credentials_are_for_the_registry_of_the_image() -> None:
    """A sidecar from there gets them too, one from elsewhere does not."""
    sidecars = ({"name": "same", "image": "ghcr.io/team/x:1"}, {"name": "other", "image": "quay.io/team/x:1"})
    containers = definition(image="ghcr.io/team/app", registry_credentials_arn=CREDENTIALS, sidecars=sidecars)
    web, same, other = containers["ContainerDefinitions"]
    assert web["RepositoryCredentials"] == same["RepositoryCredentials"] == {"CredentialsParameter": CREDENTIALS}
    assert "RepositoryCredentials" not in other


@pytest.mark.parametrize("image", ["", "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app"])
def test_ecr_takes_no_credentials(image: str) -> None:
    """There the execution role counts."""
    assert "is ECR" in refusal(ecs={"image": image, "registry_credentials_arn": CREDENTIALS})


def test_another_command() -> None:
    """Entry point and command replace the image's, each by itself; without them the image's own runs."""
    made = container(entry_point=("sh", "-c"), command=("./start.sh ${PORT}",))
    assert (made["EntryPoint"], made["Command"]) == (["sh", "-c"], ["./start.sh ${PORT}"])
    assert not {"EntryPoint", "Command"} & container().keys()


def test_an_image_that_has_its_options_itself() -> None:
    """Not one variable of Streamlit's is set, all can be, and the container's check asks the port of the settings."""
    settings = {"streamlit_options": False, "environment": {"STREAMLIT_SERVER_PORT": "9000"}}
    templates = tree(ecs=settings, network={"container_port": 9000}, security={"cookie_secret": False})
    made = properties(templates["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]
    assert made["Environment"] == [{"Name": "STREAMLIT_SERVER_PORT", "Value": "9000"}]
    assert made["HealthCheck"]["Command"] == health_check(
        "/_stcore/health", port=9000, variable="STREAMLIT_SERVER_PORT"
    )
    assert "Environment" not in container(streamlit_options=False)


def test_a_port_may_have_a_name() -> None:
    """As a running service's may; it has none unless one is set."""
    (named,) = container(port_name="http")["PortMappings"]
    assert named == {"ContainerPort": {"Ref": "ContainerPort"}, "Protocol": "tcp", "Name": "http"}
    assert "Name" not in container()["PortMappings"][0]
    assert refusal(ecs={"port_name": "-http"})


def test_the_time_to_stop_can_be_ecs_own() -> None:
    """Fargate takes 2 to 120 seconds."""
    assert container()["StopTimeout"] == 120
    assert "StopTimeout" not in container(stop_timeout=0)
    assert "from 2 to 120" in refusal(ecs={"stop_timeout": 1})


def test_log_streams_are_found_by_their_prefix() -> None:
    """The container's name, unless another one is set; those of sidecars keep theirs."""
    prefixes = [
        it["LogConfiguration"]["Options"]["awslogs-stream-prefix"]
        for it in definition(log_stream_prefix="ecs", sidecars=({"name": "otel", "image": "otel:1"},))[
            "ContainerDefinitions"
        ]
    ]
    assert prefixes == ["ecs", "otel"]
    assert refusal(ecs={"log_stream_prefix": "a:b"})


def test_tags_of_tasks() -> None:
    """From the service and from ECS, unless that is switched off: CloudFormation knows no word for "not at all"."""
    service = properties(tree()["Ecs"], "Service")
    assert (service["PropagateTags"], service["EnableECSManagedTags"]) == ("SERVICE", True)
    service = properties(tree(ecs={"propagate_tags": "NONE", "managed_tags": False})["Ecs"], "Service")
    assert "PropagateTags" not in service
    assert service["EnableECSManagedTags"] is False


def test_logs_that_are_never_deleted_and_metrics_as_the_account_has_them() -> None:
    """As a log group and a cluster without settings of their own."""
    templates = tree(ecs={"log_retention_days": 0, "container_insights": "account"})["Ecs"]
    assert "RetentionInDays" not in properties(templates, "LogGroup")
    assert "ClusterSettings" not in properties(templates, "Cluster")
