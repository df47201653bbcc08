"""What depends on the framework of an application."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from troposphere import Ref

from templates import root
from templates.ecs import environment
from templates.profiles import PROFILES, STREAMLIT, WEB, health_check
from templates.values import Number
from tests.support.templates import GIVEN_NETWORK, PRETO, of_type, properties, tree

SIGN_IN = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/user",
    "client_id": "example",
    "client_secret_arn": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:client-AbCdEf",
}
HTTPS = {"domain_name": "app.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"}
LISTENER = (
    "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/team/0123456789abcdef/0123456789abcdef"
)
EVERYTHING: dict[str, Any] = {
    "image_tag": "v1",
    "security": {"kms_key": "own", "cookie_secret": True},
    "network": {
        "https": HTTPS,
        "sign_in": SIGN_IN,
        "waf": {},
        "logs": {},
        "flow_logs": {},
        "base_url_path": "team/app",
        "tls_port": 8443,
        "ipv6": True,
    },
    "ecs": {
        "exec": True,
        "read_only": True,
        "container_health_check": True,
        "environment": {"MODE": "production"},
        "sidecars": ({"name": "proxy", "image": "proxy:1", "ports": (8443,), "essential": True},),
        "deployment": {"rollback_alarms": True},
    },
    "autoscaling": {"request_count_target": 1000},
    "monitoring": {"alarms": True, "dashboard": True, "log_insights": True, "emails": ("team@example.com",)},
}


def web(**settings: Any) -> dict[str, Any]:
    """The templates of a web app with these settings on top."""
    return tree(app={"framework": "web"}, **settings)


def settings_of_web(**settings: Any) -> root.Settings:
    """Its settings."""
    return root.Settings.model_validate(PRETO | {"app": {"framework": "web"}} | settings)


def container(templates: dict[str, Any]) -> dict[str, Any]:
    """The application's container."""
    found: dict[str, Any] = properties(templates["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {},
        EVERYTHING,
        {"ecs": {"deployment": {"strategy": "canary"}}, "monitoring": EVERYTHING["monitoring"]},
        {"network": {**GIVEN_NETWORK, "base_url_path": "app", "listener": {"arn": LISTENER, "priority": 100}}},
        {"network": {"use_default_vpc": True}, "ecs": {"spot": {}}, "autoscaling": {"enabled": False}},
    ],
)
def test_templates_of_a_web_app_have_no_word_of_streamlit(settings: dict[str, Any]) -> None:
    """Neither names, descriptions, outputs, variables, queries nor alarms."""
    assert "streamlit" not in json.dumps(web(**settings)).lower()


def test_without_a_framework_it_is_streamlit() -> None:
    """Whoever has no `[app]` gets what they had."""
    assert tree() == tree(app={"framework": "streamlit"})
    assert "a Streamlit app" in tree()["Root"]["Description"]


def test_a_web_app_has_its_own_defaults() -> None:
    """Port 8080, told to it as PORT; the root is asked for its health, and no program is expected in the image."""
    made = web()
    group = properties(made["Network"], "TargetGroup")
    assert (group["Port"], group["HealthCheckPath"], group["Matcher"]) == (8080, "/", {"HttpCode": "200-399"})
    assert {"Key": "stickiness.enabled", "Value": "false"} in group["TargetGroupAttributes"]
    assert container(made)["Environment"] == [{"Name": "PORT", "Value": {"Ref": "ContainerPort"}}]
    assert "HealthCheck" not in container(made)
    assert "Secrets" not in container(made)
    assert "Security" not in made


def test_settings_win_over_the_defaults_of_the_framework() -> None:
    """Each of them can be set."""
    made = web(
        network={
            "container_port": 3000,
            "health_check_path": "/healthz",
            "health_check_matcher": "204",
            "sticky_sessions": True,
            "stickiness_duration": 600,
        },
        ecs={"port_variable": "", "container_health_check": True},
        security={"cookie_secret": True},
    )
    group = properties(made["Network"], "TargetGroup")
    assert (group["Port"], group["HealthCheckPath"], group["Matcher"]) == (3000, "/healthz", {"HttpCode": "204"})
    assert {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "600"} in group["TargetGroupAttributes"]
    assert "Environment" not in container(made)
    assert container(made)["Secrets"] == [{"Name": "COOKIE_SECRET", "ValueFrom": {"Ref": "CookieSecretArn"}}]
    assert container(made)["HealthCheck"]["Command"] == health_check("/healthz", port=3000, healthy=((204, 204),))


def test_sections_count_like_tables() -> None:
    """Settings may be given as models: only what they set is set."""
    given = settings_of_web().network.model_copy(update={"idle_timeout": 60})
    again = settings_of_web(network=type(given)(idle_timeout=60))
    assert again.network == given


def test_health_is_asked_below_the_base_path() -> None:
    """With the slash at its end, at which a page below a path is found."""
    assert properties(web(network={"base_url_path": "team/app"})["Network"], "TargetGroup")["HealthCheckPath"] == (
        "/team/app/"
    )


def test_a_page_is_not_opened_for_health_checks() -> None:
    """Streamlit's health path answers without sign-in; the root of a web app is a page that needs it."""
    signed_in = {"network": {"https": HTTPS, "sign_in": SIGN_IN}}
    assert "HealthRule" in tree(**signed_in)["Network"]["Resources"]
    assert "HealthRule" not in web(**signed_in)["Network"]["Resources"]


def test_the_web_acl_lets_uploads_pass() -> None:
    """Their size and what is in them; what else bodies may hold is blocked where bodies are also forms."""
    rules = properties(web(network={"waf": {}})["Network"], "WebAcl")["Rules"]
    (common,) = [it["Statement"] for it in rules if it["Name"] == "AWSManagedRulesCommonRuleSet"]
    counted = common["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert [it["Name"] for it in counted] == ["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"]


@pytest.mark.parametrize(
    "command", [("CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"), ("CMD", "/app", "health")]
)
def test_the_container_can_have_a_health_check_of_its_own(command: tuple[str, ...]) -> None:
    """With web it is switched on by the command; with Streamlit it replaces Python's."""
    for made in (web(ecs={"health_check_command": command}), tree(ecs={"health_check_command": command})):
        assert container(made)["HealthCheck"]["Command"] == list(command)


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        ("ecs", {"health_check_command": ("curl", "-f", "http://localhost")}, "must be"),
        ("ecs", {"health_check_command": ("CMD-SHELL", "curl", "-f")}, "must be"),
        ("ecs", {"health_check_command": ("CMD",)}, "must be"),
        (
            "ecs",
            {"health_check_command": ("CMD", "x"), "container_health_check": False},
            "container_health_check is off",
        ),
        ("ecs", {"streamlit_options": True}, 'app.framework is "web"'),
        ("ecs", {"environment": {"PORT": "80"}}, "PORT is set by the templates: it is network.container_port"),
        ("ecs", {"sidecars": ({"name": "a", "image": "a:1", "ports": (8080,)},)}, "port 8080 is the app's"),
        ("security", {"cookie_secret": "yes"}, "bool"),
    ],
)
def test_what_a_web_app_cannot_have(table: str, settings: dict[str, Any], message: str) -> None:
    """It is refused in words that name no Streamlit."""
    with pytest.raises(ValidationError, match=message):
        settings_of_web(**{table: settings})


def test_streamlits_own_port_variable_is_set_once() -> None:
    """A command may want the port under another name, too."""
    with pytest.raises(ValidationError, match="STREAMLIT_SERVER_PORT is set by streamlit_options"):
        tree(ecs={"port_variable": "STREAMLIT_SERVER_PORT"})
    names = [it["Name"] for it in container(tree(ecs={"port_variable": "PORT"}))["Environment"]]
    assert names[-2:] == ["STREAMLIT_SERVER_PORT", "PORT"]


def test_a_base_path_is_an_option_only_where_there_is_one() -> None:
    """The simple case has no variable more; XSRF protection and CORS are never turned off."""
    port = Number(Ref("ContainerPort"))
    simple = {it.to_dict()["Name"] for it in environment.options(STREAMLIT, port, "")}
    below = {it.to_dict()["Name"] for it in environment.options(STREAMLIT, port, "team/app")}
    assert below - simple == {"STREAMLIT_SERVER_BASE_URL_PATH"}
    assert not {name for name in below if "XSRF" in name or "CORS" in name}


def test_the_container_health_check_needs_no_shell_and_no_curl() -> None:
    """It is one Python process."""
    kind, program, *_ = health_check("/healthz", port=8080)
    assert (kind, program) == ("CMD", "python")


def test_a_web_app_has_queries_of_its_access_log() -> None:
    """Beside those of errors, which Streamlit has, too."""
    queries = {
        profile.framework: of_type(made["Monitoring"], "AWS::Logs::QueryDefinition")
        for profile, made in (
            (STREAMLIT, tree(monitoring={"log_insights": True})),
            (WEB, web(monitoring={"log_insights": True})),
        )
    }
    assert queries["web"].keys() - queries["streamlit"].keys() == {"AnswersByStatusQuery", "FailedPathsQuery"}


def test_each_framework_of_the_settings_has_a_profile() -> None:
    """And no other."""
    assert {*PROFILES} == {"streamlit", "web"}
