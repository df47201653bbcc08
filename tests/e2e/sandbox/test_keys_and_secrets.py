"""Keys, aliases and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_KEY = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 7}}


def _secret(**properties: Any) -> dict[str, Any]:
    generated = {"PasswordLength": 64, "ExcludePunctuation": True}
    return {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": generated, **properties}}


def test_a_secret_is_known_by_its_arn_and_has_the_characters_that_are_wanted(cloud: Cloud) -> None:
    """`Ref` is what IAM policies and ECS take."""
    outputs = {"Outputs": {"Arn": {"Value": {"Ref": "Secret"}}}}
    assert cloud.create("root", template({"Secret": _secret()}, **outputs)) == "CREATE_COMPLETE"
    arn = cloud.outputs("root")["Arn"]
    assert arn.startswith(f"arn:aws:secretsmanager:ap-northeast-2:{cloud.account.account_id}:secret:")
    value = cloud.account.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    assert len(value) == 64
    assert value.isalnum()


def test_another_key_leaves_the_value_of_a_secret_and_another_length_makes_a_new_one(cloud: Cloud) -> None:
    """Turning encryption with a key of one's own on and off logs nobody out."""
    cloud.create("root", template({"Secret": _secret()}))
    secrets, arn = cloud.account.client("secretsmanager"), cloud.physical("root", "Secret")
    first = secrets.get_secret_value(SecretId=arn)["SecretString"]
    assert cloud.update("root", template({"Secret": _secret(KmsKeyId="alias/ours")})) == "UPDATE_COMPLETE"
    assert secrets.describe_secret(SecretId=arn)["KmsKeyId"] == "alias/ours"
    assert cloud.update("root", template({"Secret": _secret(Description="plain")})) == "UPDATE_COMPLETE"
    assert not secrets.describe_secret(SecretId=arn).get("KmsKeyId")
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == first
    longer = _secret(GenerateSecretString={"PasswordLength": 80})
    assert cloud.update("root", template({"Secret": longer})) == "UPDATE_COMPLETE"
    assert len(secrets.get_secret_value(SecretId=arn)["SecretString"]) == 80
    assert cloud.physical("root", "Secret") == arn
    cloud.delete("root")
    assert secrets.list_secrets()["SecretList"] == []


def test_a_deleted_key_can_be_restored_for_a_while(cloud: Cloud) -> None:
    """It waits for as long as its template says; its alias is gone at once, and free for another."""
    alias = {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/app", "TargetKeyId": {"Ref": "Key"}}}
    assert cloud.create("root", template({"Key": _KEY, "Alias": alias})) == "CREATE_COMPLETE"
    kms, key = cloud.account.client("kms"), cloud.physical("root", "Key")
    assert kms.describe_key(KeyId="alias/app")["KeyMetadata"]["KeyId"] == key
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    cloud.delete("root")
    found = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (found["KeyState"], found["Enabled"]) == ("PendingDeletion", False)
    assert cloud.create("again", template({"Key": _KEY, "Alias": alias})) == "CREATE_COMPLETE"
