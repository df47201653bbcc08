"""Sign-in at the load balancer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.templates import of_type, properties, tree
from tests.unit.templates.test_network_https import CERTIFICATE

HTTPS = {"certificate_arn": CERTIFICATE}
CLIENT = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:sign-in-AbCdEf"
COGNITO = {
    "user_pool_arn": "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_AbCdEfGhI",
    "user_pool_client_id": "1example23456789",
    "user_pool_domain": "preto",
}
OIDC = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "user_info_endpoint": "https://login.example.com/userinfo",
    "client_id": "preto-2",
    "client_secret_arn": CLIENT,
}


def network(sign_in: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The network's template with this sign-in."""
    found: dict[str, Any] = tree(network={"https": HTTPS, "sign_in": sign_in, **more})["Network"]
    return found


@pytest.mark.parametrize(
    ("sign_in", "kind", "config"),
    [
        (COGNITO, "authenticate-cognito", "AuthenticateCognitoConfig"),
        (OIDC, "authenticate-oidc", "AuthenticateOidcConfig"),
    ],
)
def test_users_sign_in_before_they_reach_the_tasks(sign_in: dict[str, Any], kind: str, config: str) -> None:
    """The listener asks who it is, then forwards; nobody gets through unauthenticated."""
    first, second = properties(network(sign_in), "HttpsListener")["DefaultActions"]
    assert (first["Type"], first["Order"]) == (kind, 1)
    assert first[config]["OnUnauthenticatedRequest"] == "authenticate"
    assert first[config]["SessionTimeout"] == "28800"
    assert (second["Type"], second["Order"]) == ("forward", 2)


def test_cognito_is_the_given_pool() -> None:
    """Pool, client and domain are those of the settings."""
    config = properties(network(COGNITO), "HttpsListener")["DefaultActions"][0]["AuthenticateCognitoConfig"]
    assert [config[key] for key in ("UserPoolArn", "UserPoolClientId", "UserPoolDomain")] == list(COGNITO.values())


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        ({}, f"{{{{resolve:secretsmanager:{CLIENT}}}}}"),
        ({"client_secret_key": "secret"}, f"{{{{resolve:secretsmanager:{CLIENT}:SecretString:secret}}}}"),
    ],
)
def test_the_client_secret_is_read_from_secrets_manager(key: dict[str, str], reference: str) -> None:
    """By a dynamic reference, so that it is in no template, no parameter and no change set."""
    config = properties(network(OIDC | key), "HttpsListener")["DefaultActions"][0]["AuthenticateOidcConfig"]
    assert config["ClientSecret"] == reference


def test_the_health_path_answers_without_sign_in() -> None:
    """What watches the application from outside needs no account; the rule comes before all others."""
    template = network(OIDC)
    (rule,) = (it["Properties"] for it in of_type(template, "AWS::ElasticLoadBalancingV2::ListenerRule").values())
    assert rule["ListenerArn"] == {"Ref": "HttpsListener"}
    assert rule["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/_stcore/health"]}}]
    assert [action["Type"] for action in rule["Actions"]] == ["forward"]


def test_below_a_base_path_the_rules_are_on_its_paths() -> None:
    """Only the application's own requests are asked to sign in, and only its health path is excepted."""
    template = network(COGNITO, base_url_path="team/app")
    health, rule = properties(template, "HealthRule"), properties(template, "ProductionRule")
    assert health["Conditions"][0]["PathPatternConfig"]["Values"] == ["/team/app/_stcore/health"]
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/team/app", "/team/app/*"]
    assert [action["Type"] for action in rule["Actions"]] == ["authenticate-cognito", "forward"]
    assert rule["Actions"][0]["AuthenticateCognitoConfig"]["SessionTimeout"] == 28800
    assert health["Priority"] < rule["Priority"]
    assert "authenticate" not in json.dumps(properties(template, "HttpsListener")["DefaultActions"])


@pytest.mark.parametrize("path", ["/*", "/_stcore/healt?", "/health?full", "/" + "a" * 128])
def test_nothing_but_one_path_is_excepted(path: str) -> None:
    """In a rule `*` and `?` stand for other characters: such a health path would let everybody in."""
    with pytest.raises(ValidationError, match="sign-in excepts this path"):
        network(OIDC, health_check_path=path)
    assert tree(network={"health_check_path": path})


def test_the_load_balancer_reaches_the_provider() -> None:
    """It gets the tokens itself, by HTTPS; without sign-in it goes nowhere but to the tasks."""
    egress = properties(network(OIDC), "LoadBalancerSecurityGroup")["SecurityGroupEgress"]
    assert [(rule["FromPort"], rule.get("CidrIp")) for rule in egress] == [(8501, None), (443, "0.0.0.0/0")]
    assert all(rule["Description"] for rule in egress)


@pytest.mark.parametrize(
    ("network", "why"),
    [
        ({"sign_in": OIDC}, "over HTTPS only"),
        ({"https": HTTPS, "sign_in": {}}, "sign-in needs issuer, .*, or user_pool_arn"),
        ({"https": HTTPS, "sign_in": {"issuer": "https://a.example"}}, "sign-in needs issuer, authorization_endpoint"),
        ({"https": HTTPS, "sign_in": COGNITO | {"issuer": "https://a.example"}}, "there is one provider"),
        ({"https": HTTPS, "sign_in": COGNITO | {"client_secret_key": "a"}}, "reads the secret itself"),
        ({"https": HTTPS, "sign_in": OIDC | {"scope": "profile"}}, "openid must be one"),
        ({"https": HTTPS, "sign_in": OIDC | {"token_endpoint": "http://a.example"}}, "match pattern"),
    ],
)
def test_half_a_provider_is_refused(network: dict[str, Any], why: str) -> None:
    """And so is sign-in without HTTPS, which load balancers do not offer."""
    with pytest.raises(ValidationError, match=why):
        tree(network=network)
