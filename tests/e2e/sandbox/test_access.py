"""Identity providers on the embedded AWS, and the role that a stack is changed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import LOG_GROUP, role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

ISSUER = "token.actions.example.com"


def provider(url: str = f"https://{ISSUER}", **more: Any) -> dict[str, Any]:
    """A template with a provider for this address."""
    properties = {"Url": url, "ClientIdList": ["sts.amazonaws.com"], **more}
    resources = {"Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": properties}}
    return template(resources, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Provider", "Arn"]}}})


def test_a_provider_is_made_changed_and_deleted(cloud: Cloud) -> None:
    """Ref and Arn are its ARN; audiences and tags change in place; another address is another provider."""
    iam = cloud.account.client("iam")
    assert cloud.create("root", provider()) == "CREATE_COMPLETE"
    arn = cloud.outputs("root")["Arn"]
    assert arn == cloud.physical("root", "Provider")
    assert arn == f"arn:aws:iam::{cloud.account.account_id}:oidc-provider/{ISSUER}"
    tags = [{"Key": "Project", "Value": "preto-2"}]
    assert cloud.update("root", provider(ClientIdList=["a", "b"], Tags=tags)) == "UPDATE_COMPLETE"
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (found["Url"], found["ClientIDList"], found["Tags"]) == (ISSUER, ["a", "b"], tags)
    assert cloud.update("root", provider("https://other.example.com")) == "UPDATE_COMPLETE"
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert [it["Arn"] for it in listed] == [cloud.outputs("root")["Arn"]] != [arn]
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_an_address_has_one_provider(cloud: Cloud) -> None:
    """A second one fails with AWS's words, and the rollback leaves the first alone."""
    assert cloud.create("first", provider()) == "CREATE_COMPLETE"
    assert cloud.create("second", provider()) == "ROLLBACK_COMPLETE"
    reason = cloud.reason("second", "CREATE_FAILED", "Provider")
    assert f"Provider with url https://{ISSUER} already exists." in reason
    assert "HandlerErrorCode: AlreadyExists" in reason
    assert len(cloud.account.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1


def test_a_stack_keeps_the_role_that_it_is_changed_with(cloud: Cloud) -> None:
    """By a change set or directly; it has to be there, and to trust CloudFormation."""
    iam = cloud.account.client("iam")
    trusting = role("cloudformation")
    trusting["Properties"]["AssumeRolePolicyDocument"] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    assert cloud.create("roles", template({"Other": role("other"), "Role": trusting})) == "CREATE_COMPLETE"
    assert "RoleARN" not in cloud.stack("roles")
    arn = iam.get_role(RoleName="cloudformation")["Role"]["Arn"]
    for wrong in (iam.get_role(RoleName="other")["Role"]["Arn"], f"{arn}-not-there"):
        with pytest.raises(ClientError, match=f"Role {wrong} is invalid or cannot be assumed"):
            cloud.plan("root", template({"Group": LOG_GROUP}), "CREATE", RoleARN=wrong)
    assert cloud.execute(cloud.plan("root", template({"Group": LOG_GROUP}), "CREATE", RoleARN=arn)) == "CREATE_COMPLETE"
    assert cloud.stack("root")["RoleARN"] == arn
    assert cloud.execute(cloud.plan("root", template({"Other": LOG_GROUP}), "UPDATE")) == "UPDATE_COMPLETE"
    assert cloud.stack("root")["RoleARN"] == arn
