"""Secrets, parameters and images that settings name: each is looked up before anything is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.preflight.images import check_images
from stacks.preflight.policies import check_policies
from stacks.preflight.secrets import check_secrets
from tests.support.faults import refusal
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

HTTPS = {"domain_name": "app.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"}
OIDC = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/user",
    "client_id": "preto",
}
DENIED = (403, refusal("AccessDeniedException", "not authorized"))


def arn(world: World, service: str, rest: str, region: str = "") -> str:
    """The ARN of something in the account."""
    return f"arn:aws:{service}:{region or world.aws.region}:{world.aws.account_id}:{rest}"


def image(world: World, name: str, region: str = "") -> str:
    """An image in the account's registry."""
    return f"{world.aws.account_id}.dkr.ecr.{region or world.aws.region}.amazonaws.com/{name}"


def refused(world: World, **changed: Any) -> str:
    """What is said of these settings."""
    with pytest.raises(UserError) as found:
        looked(world, **changed)
    return f"{found.value.what}: {found.value.why}"


def looked(world: World, **changed: Any) -> tuple[str, ...]:
    """What is not known of these settings."""
    wanted = settings(**changed)
    return (*check_secrets(world.aws, wanted, service=True), *check_images(world.aws, wanted, "v1"))


def absent(world: World) -> dict[str, tuple[dict[str, Any], str]]:
    """Settings that name one thing which is not there, and how it is called."""
    secret, parameter = arn(world, "secretsmanager", "secret:db-AbCdEf"), arn(world, "ssm", "parameter/team/db")
    return {
        "[network.sign_in] client_secret_arn": (
            {"network": {"https": HTTPS, "sign_in": OIDC | {"client_secret_arn": secret}}},
            "there is no secret db-AbCdEf",
        ),
        "[ecs.secrets] PASSWORD": (
            {"ecs": {"secrets": {"PASSWORD": f"{secret}:password::"}}},
            "there is no secret db-AbCdEf",
        ),
        "[ecs.secrets] HOST": ({"ecs": {"secrets": {"HOST": parameter}}}, "there is no parameter team/db"),
        "[ecs] registry_credentials_arn": (
            {"ecs": {"image": "ghcr.io/team/app", "registry_credentials_arn": secret}},
            "there is no secret db-AbCdEf",
        ),
        "[ecs.sidecars.secrets] KEY of proxy": (
            {"ecs": {"sidecars": ({"name": "proxy", "image": "nginx:1", "secrets": {"KEY": secret}},)}},
            "there is no secret db-AbCdEf",
        ),
        "[[ecs.sidecars]] image of proxy": (
            {"ecs": {"sidecars": ({"name": "proxy", "image": image(world, "proxy:1.0")},)}},
            "there is no image 1.0 in repository proxy",
        ),
        "[ecs] image": ({"ecs": {"image": image(world, "team/app")}}, "there is no image v1 in repository team/app"),
    }


KEYS = (
    "[network.sign_in] client_secret_arn",
    "[ecs.secrets] PASSWORD",
    "[ecs.secrets] HOST",
    "[ecs] registry_credentials_arn",
    "[ecs.sidecars.secrets] KEY of proxy",
    "[[ecs.sidecars]] image of proxy",
    "[ecs] image",
)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_not_there_is_said_by_the_key_that_names_it(empty: World, key: str) -> None:
    """And who may not look is told so, and goes on."""
    changed, words = absent(empty)[key]
    said = refused(empty, **changed)
    assert said.startswith(f"{key}: {words} ")
    assert f"in account {empty.aws.account_id}, {empty.aws.region}" in said
    looks = ("DescribeSecret", "DescribeParameters", "DescribeImages")
    with empty.behind(lambda action: DENIED if action in looks else None, attempts=1) as behind:
        (note,) = looked(behind, **changed)
    assert note.startswith(f"{key}: whether ")
    assert note.endswith(" is not allowed")


def test_what_is_there_is_not_spoken_of(empty: World) -> None:
    """By whichever of its names: a part of a secret, a parameter with or without its first slash, a digest, a cache."""
    account = empty.account
    manager, store = account.client("secretsmanager"), account.client("ssm")
    secret = manager.create_secret(Name="db", SecretString="x")["ARN"]
    store.put_parameter(Name="/team/db", Value="x", Type="String")
    store.put_parameter(Name="single", Value="x", Type="String")
    empty.aws.ecr.create_repository(repositoryName="proxy")
    place_image(account.address, "proxy", "1.0")
    digest = empty.aws.ecr.describe_images(repositoryName="proxy")["imageDetails"][0]["imageDigest"]
    named = {
        "PASSWORD": f"{secret}:password::",
        "HOST": arn(empty, "ssm", "parameter/team/db"),
        "PORT": arn(empty, "ssm", "parameter/single"),
    }
    names = ("proxy:1.0", f"proxy@{digest}", "quay/team/tool:2")
    sidecars = tuple({"name": f"s{number}", "image": image(empty, name)} for number, name in enumerate(names))
    wanted = settings(
        ecs={"secrets": named, "sidecars": (*sidecars, {"name": "public", "image": "nginx"})},
        ecr={"pull_through_cache": {"prefix": "quay", "upstream": "quay"}},
    )
    assert check_secrets(empty.aws, wanted, service=True) == ()
    assert check_images(empty.aws, wanted, "v1") == ()
    short = manager.create_secret(Name="db-master", SecretString="x")["ARN"].rpartition("-")[0]
    with pytest.raises(UserError, match=rf"the whole ARN of secret db-master is {short}-"):
        check_secrets(empty.aws, settings(ecs={"secrets": {"PASSWORD": short}}), service=True)
    manager.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    with pytest.raises(UserError, match=r"secret db-.* is going to be deleted"):
        check_secrets(empty.aws, wanted, service=True)


def test_what_is_elsewhere_is_said_to_be_not_known(empty: World) -> None:
    """ECS reads secrets of other regions, too, and other accounts'."""
    other = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:db-AbCdEf"
    sidecars = ({"name": "proxy", "image": image(empty, "proxy:1.0", "eu-west-1")},)
    wanted = settings(ecs={"secrets": {"PASSWORD": other}, "sidecars": sidecars})
    (note,) = check_secrets(empty.aws, wanted, service=True)
    assert note == "[ecs.secrets] PASSWORD: whether secret db-AbCdEf is there is not known, because it is elsewhere"
    (note,) = check_images(empty.aws, wanted, "v1")
    assert note.endswith("because it is in eu-west-1")


def test_before_a_service_its_secrets_need_not_be_there(empty: World) -> None:
    """A first deployment without an image makes no task; a listener's secret counts all the same."""
    changed, _ = absent(empty)["[ecs.secrets] PASSWORD"]
    assert check_secrets(empty.aws, settings(**changed), service=False) == ()
    changed, _ = absent(empty)["[network.sign_in] client_secret_arn"]
    with pytest.raises(UserError, match="there is no secret"):
        check_secrets(empty.aws, settings(**changed), service=False)


def test_a_policy_that_is_not_there(empty: World) -> None:
    """Neither as a boundary nor for the tasks; AWS's own are there, and another account's nobody can look up."""
    own, of_aws, other = f"arn:aws:iam::{empty.aws.account_id}:policy/team", "arn:aws:iam::aws:policy/", "111122223333"
    for iam in ({"permissions_boundary_arn": own}, {"task_managed_policy_arns": (f"{of_aws}NoSuch",)}):
        with pytest.raises(UserError, match="there is no policy") as error:
            check_policies(empty.aws, settings(iam=iam))
        assert error.value.then
    nothing = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    empty.account.client("iam").create_policy(PolicyName="team", PolicyDocument=nothing)
    there = {"permissions_boundary_arn": own, "task_managed_policy_arns": (f"{of_aws}AmazonS3ReadOnlyAccess",)}
    assert check_policies(empty.aws, settings(iam=there)) == ()
    elsewhere = {"permissions_boundary_arn": own.replace(empty.aws.account_id, other)}
    (note,) = check_policies(empty.aws, settings(iam=elsewhere))
    assert "of another account" in note
