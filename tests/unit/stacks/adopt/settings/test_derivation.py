"""The settings that describe what runs, and the environment file that says them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.adopt.running import Running, written_definition
from stacks.adopt.settings.derivation import Overrides
from stacks.adopt.settings.facts import Facts, Setting
from stacks.adopt.surveying import Look, Wanted
from stacks.errors import UserError
from stacks.settings import Settings, load
from stacks.settings.keys import catalogue
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_services import other_service

SERVICE, DEFINITION = "module.ecs.aws_ecs_service.this", "module.ecs.aws_ecs_task_definition.this"
CLUSTER, REPOSITORY = "module.ecs.aws_ecs_cluster.this", "module.ecr.aws_ecr_repository.this"
STICKY = {"stickiness": [{"enabled": True, "type": "lb_cookie", "cookie_duration": 600}]}
INSIGHTS = {"setting": [{"name": "containerInsights", "value": "enabled"}]}
DATABASE = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:database-AbCdEf"
GROUP, BALANCER = "module.network.aws_lb_target_group.this", "module.network.aws_lb.this"
ROLE = "module.iam.aws_iam_role.ecs_task"


def _look(changed: dict[str, dict[str, Any]] | None = None, **more: Any) -> Look:
    return takeovers.look(Preto2(changed=changed or {}).state(), **more)


def _running(*more: dict[str, Any], digest: str = "", tags: tuple[str, ...] = (), **changed: Any) -> Running:
    """Return what ECS says of the team's task definition, with these changes of its container, and more containers."""
    attributes = next(it for it in Preto2().resources() if it["type"] == "aws_ecs_task_definition")["instances"][0]
    names = attributes["attributes"]
    [container] = json.loads(names["container_definitions"])
    definition = {
        "family": names["family"],
        "cpu": names["cpu"],
        "memory": names["memory"],
        "networkMode": "awsvpc",
        "executionRoleArn": names["execution_role_arn"],
        "taskRoleArn": names["task_role_arn"],
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [container | changed, *more],
        "revision": 12,
        "status": "ACTIVE",
    }
    digests = {container["name"]: (digest,)} if digest else {}
    return Running(definition=written_definition(definition), digests=digests, tags=tags)


def test_the_team_s_file_is_short_and_says_what_runs() -> None:
    """Names that follow from project and application are left out, and so are all defaults."""
    text = _look().derived.text
    assert "\n[names]\n" in text
    assert 'application = "streamlit-app"' in text
    assert "task_family" not in text
    assert "repository_name" not in text
    assert 'launch_type = "FARGATE"' in text
    assert "log_retention_days = 14 # days" in text
    assert "memory = 1024 # MiB" in text
    assert "cpu_target" not in text
    assert len(text.splitlines()) < 90


def test_the_file_loads_and_says_the_same(tmp_path: Any) -> None:
    """It is an environment file like any other."""
    found = _look()
    (tmp_path / "prod.toml").write_text(found.derived.text)
    assert load("prod", directory=tmp_path) == found.derived.settings
    assert found.settings == found.derived.settings.model_copy(update={"image_tag": "latest"})
    assert "image_tag " not in found.derived.text


def test_every_derived_key_is_a_setting() -> None:
    """Of the team's project, and of a service behind a rule on a load balancer that others share."""
    other = Preto2().state(*other_service(Preto2()))
    looks = [_look(), takeovers.look(other, mapping=["aws_ecs_service.other=Ecs/Service"])]
    known = catalogue(Settings)
    for found in looks:
        assert {it.key for it in (*found.derived.entries, *found.derived.defaults)} <= {*known.keys, *known.tables}
        assert not [it for it in found.survey.notes if "no such key" in it]


def test_tables_are_in_the_order_of_the_reference() -> None:
    """As people know them from other files."""
    tables = [line for line in _look().derived.text.splitlines() if line.startswith("[")]
    order = ["[names]", "[security]", "[ecr]", "[network]", "[ecs]", "[ecs.deployment]", "[autoscaling]", "[aws]"]
    assert [it for it in tables if it in order] == order


def test_with_the_written_settings_nothing_is_replaced_and_nothing_is_lost() -> None:
    """What differs is announced, and nothing of it blocks."""
    survey = _look().survey
    assert not survey.is_blocked
    assert not [it for it in survey.differences if it.effect.name in {"REPLACEMENT", "DELETES_LATER", "UNREADABLE"}]


@pytest.mark.parametrize(
    ("address", "changed", "key", "value"),
    [
        (SERVICE, {"health_check_grace_period_seconds": 45}, "ecs.health_check_grace_period", 45),
        (SERVICE, {"enable_execute_command": True}, "ecs.exec", True),
        (SERVICE, {"platform_version": "1.4.0"}, "ecs.platform_version", "1.4.0"),
        (SERVICE, {"propagate_tags": "TASK_DEFINITION"}, "ecs.propagate_tags", "TASK_DEFINITION"),
        (SERVICE, {"deployment_minimum_healthy_percent": 50}, "ecs.deployment.minimum_healthy_percent", 50),
        (
            SERVICE,
            {"deployment_circuit_breaker": [{"enable": True, "rollback": False}]},
            "ecs.deployment.circuit_breaker_rollback",
            False,
        ),
        (GROUP, {"deregistration_delay": "30"}, "network.deregistration_delay", 30),
        (GROUP, STICKY, "network.stickiness_duration", 600),
        (GROUP, {"health_check": [{"path": "/", "port": "8080"}]}, "network.health_check_port", 8080),
        (GROUP, {"health_check": [{"path": "/", "port": "traffic-port"}]}, "network.health_check_port", None),
        (BALANCER, {"idle_timeout": 120}, "network.idle_timeout", 120),
        (BALANCER, {"enable_deletion_protection": True}, "network.deletion_protection", True),
        (BALANCER, {"internal": True}, "network.internal", True),
        (DEFINITION, {"ephemeral_storage": [{"size_in_gib": 50}]}, "ecs.ephemeral_storage", 50),
        ("module.ecs.aws_cloudwatch_log_group.this", {"retention_in_days": 0}, "ecs.log_retention_days", 0),
        (CLUSTER, INSIGHTS, "ecs.container_insights", "enabled"),
        (REPOSITORY, {"image_tag_mutability": "IMMUTABLE"}, "ecr.image_tag_mutability", "IMMUTABLE"),
        ("module.autoscaling[0].aws_appautoscaling_target.this", {"max_capacity": 9}, "autoscaling.max_capacity", 9),
    ],
)  # fmt: skip
def test_what_runs_is_said(address: str, changed: dict[str, Any], key: str, value: object) -> None:
    """Property by property, in the setting that decides it."""
    found: Any = _look({address: changed}).settings
    for step in key.split("."):
        found = getattr(found, step)
    assert found == value


def test_a_strategy_with_spot_is_kept() -> None:
    """Base and weights of both providers."""
    strategy = [
        {"capacity_provider": "FARGATE", "base": 2, "weight": 1},
        {"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 3},
    ]
    cluster = {"capacity_providers": ["FARGATE", "FARGATE_SPOT"]}
    changed = {SERVICE: {"launch_type": None, "capacity_provider_strategy": strategy}}
    found = _look(changed | {"module.ecs.aws_ecs_cluster.this": cluster}).settings.ecs
    assert found.launch_type is None
    assert found.spot is not None
    assert (found.spot.on_demand_base, found.spot.on_demand_weight, found.spot.weight) == (2, 1, 3)


def test_sidecars_secrets_command_and_user_are_carried_over() -> None:
    """Secrets are where ECS reads them, and no value."""
    agent = {
        "name": "agent",
        "image": "public.ecr.aws/example/agent:1.0",
        "essential": False,
        "secrets": [{"name": "KEY", "valueFrom": DATABASE}],
        "portMappings": [{"containerPort": 4317}],
    }
    running = _running(
        agent,
        command=["streamlit", "run", "app.py"],
        user="1000",
        secrets=[{"name": "DATABASE_URL", "valueFrom": DATABASE}],
    )
    found = _look(running=running).settings.ecs
    assert (found.command, found.user, dict(found.secrets)) == (
        ("streamlit", "run", "app.py"),
        "1000",
        {"DATABASE_URL": DATABASE},
    )
    [sidecar] = found.sidecars
    assert (sidecar.name, sidecar.ports, dict(sidecar.secrets)) == ("agent", (4317,), {"KEY": DATABASE})


def _policies(text: str | None) -> dict[str, Any]:
    """Return the change of the repository's lifecycle policy; None takes it away."""
    return {"module.ecr.aws_ecr_lifecycle_policy.this": {"policy": text}}


def test_images_expire_as_before() -> None:
    """A number of all images is a setting, any other policy is said as it is, and none is none."""
    team = _look()
    assert team.settings.ecr.keep_images == 2
    days = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}
    policy = {"rules": [{"rulePriority": 1, "selection": days, "action": {"type": "expire"}}]}
    other = _look(_policies(json.dumps(policy)))
    assert json.loads(other.settings.ecr.lifecycle_policy or "") == policy
    none = _look({**_policies(None), REPOSITORY: {"image_tag_mutability": "IMMUTABLE"}})
    assert none.settings.ecr.lifecycle_policy == ""
    for found in (team, other, none):
        changed = [it for it in found.survey.differences if it.property.startswith("LifecyclePolicy")]
        assert {it.why for it in changed} <= {"only descriptions of rules change"}


def test_each_metric_keeps_its_cooldowns() -> None:
    """What most have is said once."""
    policy = "target_tracking_scaling_policy_configuration"
    memory = next(it for it in Preto2().resources() if it["name"] == "memory")["instances"][0]["attributes"][policy][0]
    changed = {policy: [memory | {"scale_in_cooldown": 900}]}
    found = _look({"module.autoscaling[0].aws_appautoscaling_policy.memory": changed}).settings.autoscaling
    assert {found.scale_in_cooldown, found.memory_scale_in_cooldown, found.cpu_scale_in_cooldown} == {300, 900, None}


def test_the_application_keeps_its_rights() -> None:
    """Managed policies, and statements of inline policies, under the policy's name."""
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::models/*"]}
    tagged = {**read, "Sid": "Tagged", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [read, tagged]})
    managed = ["arn:aws:iam::aws:policy/AmazonBedrockReadOnly"]
    found = _look({ROLE: {"managed_policy_arns": managed, "inline_policy": [{"name": "models", "policy": policy}]}})
    assert found.settings.iam.task_managed_policy_arns == tuple(managed)
    assert found.settings.names.task_policy == "models"
    assert [it.sid for it in found.settings.iam.task_statements] == ["S3Getobject", "Tagged"]
    assert not found.survey.refusals


def test_a_right_that_no_setting_can_say_is_refused() -> None:
    """A Deny that the first deployment would drop."""
    policy = json.dumps({"Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]})
    [refusal] = _look({ROLE: {"inline_policy": [{"name": "limits", "policy": policy}]}}).survey.refusals
    assert refusal.startswith(f"{ROLE}: its inline policy limits has a statement")


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        (("latest", "0123abc"), "0123abc"),
        (("latest", "v1.2.3"), "v1.2.3"),
        (("latest", "prod"), "prod"),
        (("latest",), "latest"),
        ((), "latest"),
    ],
)
def test_the_tag_is_one_that_stays_with_its_image(tags: tuple[str, ...], tag: str) -> None:
    """That of the digest that runs: a commit's or a version's rather than one that moves. No file pins it."""
    assert _look(running=_running(digest="sha256:" + "0" * 64, tags=tags)).settings.image_tag == tag


def test_an_image_that_is_named_by_its_digest_alone_needs_a_tag_first() -> None:
    """A deployment names tags; without one there would be no service."""
    image = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-streamlit-app@sha256:" + "b" * 64
    blocked = _look(running=_running(digest="sha256:" + "b" * 64, image=image)).survey
    assert "no tag of the image that runs is known" in blocked.refusals[0]
    assert any("aws ecr put-image" in it for it in blocked.notes)
    assert not _look(running=_running(digest="sha256:" + "b" * 64, tags=("v1",), image=image)).survey.refusals


def test_images_and_logs_keep_a_key_that_both_have() -> None:
    """Our settings have one for both; a key of the images alone cannot be kept, and the look says what to do."""
    arn = "arn:aws:kms:ap-northeast-2:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
    images = {REPOSITORY: {"encryption_configuration": [{"encryption_type": "KMS", "kms_key": arn}]}}
    logs = {"module.ecs.aws_cloudwatch_log_group.this": {"kms_key_id": arn}}
    both = _look(images | logs)
    assert both.settings.security.kms_key == arn
    assert not both.survey.is_blocked
    assert not [it for it in both.survey.differences if "Kms" in it.property]
    [refusal] = _look(images).survey.refusals
    assert "aws logs associate-kms-key" in refusal
    [lost] = [it for it in _look(logs).survey.differences if it.property == "KmsKeyId"]
    assert lost.why == "entries from then on are encrypted with AWS's own key"


def test_a_parameter_by_its_name_is_one_by_its_arn() -> None:
    """Task definitions may have either, our settings have ARNs."""
    running = _running(secrets=[{"name": "A", "valueFrom": "/app/db"}, {"name": "B", "valueFrom": "token"}])
    arn = "arn:aws:ssm:ap-northeast-2:123456789012:parameter"
    assert dict(_look(running=running).settings.ecs.secrets) == {"A": f"{arn}/app/db", "B": f"{arn}/token"}


def test_of_a_table_or_a_list_only_what_a_model_refuses_is_left_out() -> None:
    """The other secrets and the other rights stay."""
    lost = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partial"
    running = _running(secrets=[{"name": "A", "valueFrom": DATABASE}, {"name": "LOST", "valueFrom": lost}])
    statements = [{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"} for sid, action in (
        ("Everything", "s3:*"), ("Read", "s3:GetObject"))]  # fmt: skip
    inline = {"inline_policy": [{"name": "own", "policy": json.dumps({"Statement": statements})}]}
    found = _look({ROLE: inline}, running=running)
    assert dict(found.settings.ecs.secrets) == {"A": DATABASE}
    assert [it.sid for it in found.settings.iam.task_statements] == ["Read"]
    notes = [it for it in found.survey.notes if "the first deploy goes without it" in it]
    assert [it.partition(" ")[0] for it in notes] == ["iam.task_statements[0]", "ecs.secrets.LOST"]


def test_the_file_names_the_variables_that_it_does_not_have() -> None:
    """In a comment: whoever deploys with it sees what new tasks would lack."""
    running = _running(
        environment=[{"name": "API_TOKEN", "value": "hunter2"}, {"name": "ENVIRONMENT", "value": "prod"}]
    )
    text = _look(running=running).derived.text
    assert "#   API_TOKEN\n" in text
    assert "New tasks lack these" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("tags", "words"), [((), "latest is another image by now"), (("latest",), "No tag of its own")]
)
def test_an_image_without_a_tag_of_its_own_says_what_to_push(tags: tuple[str, ...], words: str) -> None:
    """A deployment would run whatever has the tag then; the command gives the running one a tag."""
    [note] = [it for it in _look(running=_running(digest="sha256:" + "a" * 64, tags=tags)).survey.notes if words in it]
    assert "aws ecr put-image --repository-name preto-2-streamlit-app --image-tag TAG" in note
    assert f"imageDigest=sha256:{'a' * 64}" in note


def test_what_a_model_refuses_is_left_out_and_said() -> None:
    """The default holds instead, and the difference is shown: no file is written that does not load."""
    found = _look({GROUP: {"health_check": [{"path": "/ok?a b", "matcher": "200", "protocol": "HTTP"}]}})
    assert found.settings.network.health_check_path is None
    assert any(it.startswith('network.health_check_path = "/ok?a b" is what runs') for it in found.survey.notes)


def test_a_difference_from_an_environment_file_comes_with_the_line_to_paste() -> None:
    """With the header of its table."""
    own = _look().settings
    other = own.model_copy(update={"ecs": own.ecs.model_copy(update={"health_check_grace_period": 7})})
    found = {it.property: it.setting for it in _look(wanted=Wanted(settings=other)).survey.differences}
    assert found["HealthCheckGracePeriodSeconds"] == "[ecs]\nhealth_check_grace_period = 300 # seconds"


def test_what_nothing_says_is_asked_for() -> None:
    """Resources without tags and with names that have nothing in common."""
    document = Preto2().state()
    for it in document["resources"]:
        for instance in it["instances"]:
            instance["attributes"] |= {"tags": {}, "tags_all": {}}
            if "name" in instance["attributes"] and it["type"] in {"aws_ecs_service", "aws_lb", "aws_lb_target_group"}:
                instance["attributes"]["name"] = f"{it['type']}_X"
    document["resources"] = [it for it in document["resources"] if it["type"] != "aws_ecr_repository"]
    assert takeovers.found(document).origin.project == ""
    with pytest.raises(UserError, match="project"):
        takeovers.look(document)
    named = Wanted(overrides=Overrides(variables=["project=shop"]))
    found = takeovers.look(document, wanted=named)
    assert found.settings.project == "shop"
    assert 'project = "shop"' in found.derived.text


def test_no_value_is_part_of_a_repr() -> None:
    """Facts, settings and what runs can be in a traceback."""
    running = _running(environment=[{"name": "URL", "value": "https://hidden.example.com"}])
    found = _look(running=running, wanted=Wanted(written_variables=frozenset({"URL"})))
    assert "hidden" in found.derived.text
    assert "hidden" not in repr(found)
    assert "repr=False" not in repr(Setting)
    assert "hidden" not in repr(Setting(key=("ecs", "environment"), value={"A": "hidden"}))
    assert "hidden" not in repr(Running(definition={"ContainerDefinitions": ["hidden"]}))
    assert "known" not in repr(Facts.__dataclass_fields__["known"].repr)


BALANCED = {
    "load_balancer": [
        {
            "container_name": "preto-2-streamlit-app-container",
            "container_port": 8000,
            "elb_name": "",
            "target_group_arn": Preto2().target_group_arn,
        }
    ]
}
API: dict[str, Any] = {
    "image": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/api:latest",
    "environment": [{"name": "PORT", "value": "8000"}],
    "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
    "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost:8000/healthz"]},
}


def test_what_is_not_streamlit_becomes_a_web_app() -> None:
    """By port, health path, variables, command and image; its port, its variables and its health check stay."""
    check = {"health_check": [{"path": "/healthz", "matcher": "200", "protocol": "HTTP"}], "port": 8000}
    found = _look({GROUP: check, SERVICE: BALANCED}, running=_running(**API))
    settings = found.settings
    assert settings.app.framework == "web"
    assert (settings.network.container_port, settings.network.health_check_path) == (8000, "/healthz")
    assert dict(settings.ecs.environment) == {"PORT": "8000"}
    assert settings.ecs.health_check_command == ("CMD-SHELL", "curl -f http://localhost:8000/healthz")
    lines = found.derived.text.splitlines()
    assert 'framework = "web" # neither port, health path, variables nor command are Streamlit\'s' in lines
    assert 'port_variable = ""' in lines
    assert "streamlit_options = false" not in lines
    assert 'health_check_matcher = "200"' in lines


@pytest.mark.parametrize(
    "sign",
    [
        {"command": ["streamlit", "run", "app.py"]},
        {"environment": [{"name": "STREAMLIT_SERVER_PORT", "value": "8000"}]},
        {"image": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/streamlit-app:v1"},
    ],
)
def test_one_sign_of_streamlit_is_enough(sign: dict[str, Any]) -> None:
    """Also on another port: its defaults are kept, and no framework is written."""
    found = _look({GROUP: {"port": 8000}, SERVICE: BALANCED}, running=_running(**(API | sign)))
    assert found.settings.app.framework == "streamlit"
    assert "[app]" not in found.derived.text


def test_a_health_check_that_may_hold_a_secret_is_not_written() -> None:
    """Its command may have one in a URL."""
    running = _running(healthCheck={"command": ["CMD-SHELL", "curl -f http://localhost/?token=hunter2"]})
    found = _look(running=running)
    assert "hunter2" not in found.derived.text
    assert not found.settings.ecs.container_health_check
