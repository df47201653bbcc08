"""Identity providers, roles and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import role, template

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


def test_a_policy_is_put_on_a_role_that_exists(cloud: Cloud) -> None:
    """And detached again; a role that does not exist fails the stack with IAM's words."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}

    def policy(role_name: str) -> dict[str, Any]:
        properties = {"RoleName": role_name, "PolicyName": "inline", "PolicyDocument": document}
        return template({"Policy": {"Type": "AWS::IAM::RolePolicy", "Properties": properties}})

    cloud.create_role("deployer")
    assert cloud.create("root", policy("deployer")) == "CREATE_COMPLETE"
    iam = cloud.account.client("iam")
    assert iam.get_role_policy(RoleName="deployer", PolicyName="inline")["PolicyDocument"] == document
    cloud.delete("root")
    assert iam.list_role_policies(RoleName="deployer")["PolicyNames"] == []
    assert cloud.create("other", policy("absent")) == "ROLLBACK_COMPLETE"
    assert "The role with name absent cannot be found." in cloud.reason("other", "CREATE_FAILED", "Policy")


def test_a_role_has_its_boundary_until_the_template_has_none(cloud: Cloud) -> None:
    """An update sets it, and takes it away."""

    def bounded(arn: str | None) -> dict[str, Any]:
        made = role("bounded")
        made["Properties"] |= {"PermissionsBoundary": arn} if arn else {}
        return template({"Role": made})

    iam, arn = cloud.account.client("iam"), "arn:aws:iam::123456789012:policy/boundary"
    assert cloud.create("root", bounded(None)) == "CREATE_COMPLETE"
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bounded")["Role"]
    assert cloud.update("root", bounded(arn)) == "UPDATE_COMPLETE"
    assert iam.get_role(RoleName="bounded")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert cloud.update("root", bounded(None)) == "UPDATE_COMPLETE"
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bounded")["Role"]


def test_a_role_reaches_no_other_account(cloud: Cloud) -> None:
    """What one access key id's account has, another's has not."""
    cloud.create("root", template({"Role": role("mine")}))
    other = type(cloud.account)(address=cloud.account.address.as_account("888888888888"))
    assert other.client("iam").list_roles()["Roles"] == []
    assert other.client("sts").get_caller_identity()["Account"] == "888888888888"
    with pytest.raises(ClientError, match="does not exist"):
        other.client("cloudformation").describe_stacks(StackName="root")
