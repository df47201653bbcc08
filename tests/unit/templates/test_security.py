"""Keys and secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from templates import security
from tests.support.templates import of_type, properties, statements, tree
from tests.unit.templates.test_settings_models import refusal

GIVEN_KEY = "arn:aws:kms:ap-northeast-2:000000000000:key/01234567-89ab-cdef-0123-456789abcdef"


def with_key(key: str) -> dict[str, Any]:
    """The tree with this key."""
    return tree(security={"kms_key": key})


def test_all_tasks_sign_cookies_with_one_generated_secret() -> None:
    """A session cookie is valid whichever task answers, and nobody has to invent, store or type the secret."""
    templates = tree()
    assert properties(templates["Security"], "CookieSecret")["GenerateSecretString"]["PasswordLength"] >= 32
    passed = {"Fn::GetAtt": ["Security", "Outputs.CookieSecretArn"]}
    assert properties(templates["Root"], "Ecs")["Parameters"]["CookieSecretArn"] == passed
    container = properties(templates["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]
    assert {"Name": "STREAMLIT_SERVER_COOKIE_SECRET", "ValueFrom": {"Ref": "CookieSecretArn"}} in container["Secrets"]
    assert "COOKIE" not in json.dumps(container["Environment"])


def test_without_a_cookie_secret_nothing_of_it_is_left() -> None:
    """No stack, no variable, no right to read it: a service that Terraform has made stays as it is."""
    templates = tree(security={"cookie_secret": False})
    assert "Security" not in templates
    assert "Cookie" not in json.dumps(templates)
    assert "COOKIE" not in json.dumps(templates)
    assert "Secrets" not in properties(templates["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]
    sids = {it["Sid"] for it in statements(properties(templates["Iam"], "TaskExecutionRole")["Policies"])}
    assert sids == {"LogIn", "PullImage", "WriteLogs"}


def test_a_key_is_there_without_a_cookie_secret() -> None:
    """Repository and logs are encrypted with it; the execution role has no secret to decrypt."""
    own = tree(security={"cookie_secret": False, "kms_key": "own"})
    assert {it["Type"] for it in own["Security"]["Resources"].values()} == {"AWS::KMS::Key", "AWS::KMS::Alias"}
    given = tree(security={"cookie_secret": False, "kms_key": GIVEN_KEY})
    assert "Security" not in given
    assert properties(given["Root"], "Ecr")["Parameters"]["KmsKeyArn"] == GIVEN_KEY
    for templates in (own, given):
        assert properties(templates["Ecr"], "Repository")["EncryptionConfiguration"]["KmsKey"] == {"Ref": "KmsKeyArn"}
        assert "kms:" not in json.dumps(templates["Iam"])


def test_a_cookie_secret_of_ones_own() -> None:
    """Without ours, the variable is free; its secret is read like any other."""
    secrets = {"STREAMLIT_SERVER_COOKIE_SECRET": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:own-AbCdEf"}
    templates = tree(security={"cookie_secret": False}, ecs={"secrets": secrets})
    (secret,) = properties(templates["Ecs"], "TaskDefinition")["ContainerDefinitions"][0]["Secrets"]
    assert secret["Name"] == "STREAMLIT_SERVER_COOKIE_SECRET"
    assert "it is generated" in refusal(ecs={"secrets": secrets})


def test_without_a_key_of_our_own_nothing_mentions_one() -> None:
    """The services' own keys cost nothing and need no parameter."""
    assert "Kms" not in json.dumps(tree())


@pytest.mark.parametrize("key", ["own", GIVEN_KEY])
def test_one_key_encrypts_repository_logs_and_secrets(key: str) -> None:
    """Whoever asks for a key gets it everywhere, and the task's start may decrypt the secrets with it."""
    templates = with_key(key)
    assert properties(templates["Ecr"], "Repository")["EncryptionConfiguration"] == {
        "EncryptionType": "KMS",
        "KmsKey": {"Ref": "KmsKeyArn"},
    }
    assert all(it["Properties"]["KmsKeyId"] for it in of_type(templates["Ecs"], "AWS::Logs::LogGroup").values())
    assert properties(templates["Security"], "CookieSecret")["KmsKeyId"]
    role = properties(templates["Iam"], "TaskExecutionRole")
    decrypt = next(it for it in statements(role["Policies"]) if it["Action"] == ["kms:Decrypt"])
    assert decrypt["Resource"] == [{"Ref": "KmsKeyArn"}]
    assert decrypt["Condition"] == {
        "StringEquals": {"kms:ViaService": {"Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"}}
    }


def test_our_own_key_rotates_and_outlives_the_stack() -> None:
    """Images and logs are retained, and could not be read without the key."""
    template = with_key("own")["Security"]
    key = template["Resources"]["Key"]
    assert key["Properties"]["EnableKeyRotation"] is True
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert not of_type(with_key(GIVEN_KEY)["Security"], "AWS::KMS::Key")


def test_cloudwatch_uses_our_own_key_for_this_deployment_only() -> None:
    """Another log group of the account, or another account's alarm, cannot use it."""
    policy = properties(with_key("own")["Security"], "Key")["KeyPolicy"]
    services = [it for it in statements(policy) if "Service" in it["Principal"]]
    assert {it["Sid"] for it in services} == {"LogsOfThisDeployment", "AlarmsToTopic"}
    assert all(it["Condition"] for it in services)
    assert "preto-2-prod" in json.dumps(services[0]["Condition"])


@pytest.mark.parametrize("wrong", ["", "alias/mine", "arn:aws:kms:x", "OWN"])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    """An alias is not enough: a policy names keys by ARN."""
    with pytest.raises(ValidationError):
        security.Settings.model_validate({"kms_key": wrong})
