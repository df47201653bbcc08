"""What the settings of container and roles allow, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates import ecs, iam
from templates.identity import Identity
from templates.values import SecretArn
from tests.support.templates import of_type, properties, statements, tree
from tests.unit.templates.test_ecs_container import CREDENTIALS, DATABASE, PARAMETER
from tests.unit.templates.test_settings_models import refusal

KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/11111111-2222-3333-4444-555555555555"
STATEMENT = {"sid": "ReadBucket", "actions": ("s3:GetObject",), "resources": ("arn:aws:s3:::bucket/*",)}
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


def execution(**ecs: Any) -> dict[str, dict[str, Any]]:
    """The statements of the execution role by their names."""
    policies = properties(tree(ecs=ecs)["Iam"], "TaskExecutionRole")["Policies"]
    return {it["Sid"]: it for it in statements(policies)}


def test_ecs_reads_exactly_what_the_containers_are_started_with() -> None:
    """A part of a secret is the secret's; sidecars' secrets and the registry's password are read too."""
    found = execution(
        image="ghcr.io/team/app",
        registry_credentials_arn=CREDENTIALS,
        secrets={"PASSWORD": f"{DATABASE}:password::", "USER": f"{DATABASE}:user::"},
        sidecars=({"name": "otel", "image": "otel:1", "secrets": {"API": PARAMETER}},),
    )
    assert found["ReadSecrets"]["Resource"] == [{"Ref": "CookieSecretArn"}, DATABASE, CREDENTIALS]
    assert found["ReadParameters"]["Action"] == ["ssm:GetParameters"]
    assert found["ReadParameters"]["Resource"] == [PARAMETER]
    assert "PullImage" not in found


def test_keys_only_through_the_services_that_read() -> None:
    """The key decrypts nothing else for the role."""
    found = execution(secrets={"API": PARAMETER}, secret_key_arns=(KEY,))["DecryptSecrets"]
    assert found["Resource"] == [KEY]
    assert found["Condition"]["StringEquals"]["kms:ViaService"] == [
        {"Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"},
        {"Fn::Sub": "ssm.${AWS::Region}.${AWS::URLSuffix}"},
    ]
    assert "DecryptSecrets" not in execution(secrets={"API": PARAMETER})


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("dkr.ecr.ap-northeast-2.amazonaws.com", "ap-northeast-2"),
        ("dkr-ecr.ap-northeast-2.on.aws", "ap-northeast-2"),
        ("dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1"),
        ("dkr-ecr-fips.us-east-1.on.aws", "us-east-1"),
        ("dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("dkr-ecr.us-gov-west-1.on.aws", "us-gov-west-1"),
        ("dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn", "cn-northwest-1"),
        ("dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu", "eusc-de-east-1"),
        ("dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ("dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        ("dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
        ("dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
    ],
)
def test_all_hosts_of_ecr_are_known(host: str, region: str) -> None:
    """In every partition, with IPv6, with FIPS: the application's image and a sidecar's may be pulled."""
    sidecars = ({"name": "a", "image": f"123456789012.{host}/otel:1@sha256:{'0' * 64}"},)
    assert execution(image=f"123456789012.{host}/team/app", sidecars=sidecars)["PullImage"]["Resource"] == [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:ecr:{region}:123456789012:repository/{name}"}
        for name in ("otel", "team/app")
    ]


@pytest.mark.parametrize(
    "host",
    [
        "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com.cn",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com",
        "111122223333.dkr-ecr.ap-northeast-2.amazonaws.com",
        "111122223333.dkr.ecr.ap-northeast-2.on.aws",
        "11112222333.dkr.ecr.ap-northeast-2.amazonaws.com",
        "111122223333.dkr.ecr.amazonaws.com",
    ],
)
def test_a_mistaken_host_of_ecr_is_refused(host: str) -> None:
    """It would be taken for another registry, whose images need no rights."""
    for container in ({"image": f"{host}/app"}, {"sidecars": ({"name": "a", "image": f"{host}/otel:1"},)}):
        assert "is no registry of ECR" in refusal(ecs=container)


def test_images_elsewhere_in_ecr_may_be_pulled() -> None:
    """Each repository by its name, once, beside the tree's own."""
    host = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
    sidecars = ({"name": "a", "image": f"{host}/team/otel:1"}, {"name": "b", "image": f"{host}/team/otel:2"})
    other = {"Fn::Sub": "arn:${AWS::Partition}:ecr:ap-northeast-2:123456789012:repository/team/otel"}
    resources = execution(sidecars=sidecars)["PullImage"]["Resource"]
    assert len(resources) == 2
    assert other in resources
    assert execution(image=f"{host}/team/otel")["PullImage"]["Resource"] == [other]


def test_the_application_gets_the_statements_of_the_settings() -> None:
    """Word for word, conditions included, and the policies by ARN."""
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    statement = STATEMENT | {"conditions": {"StringEquals": {"aws:ResourceAccount": ("123456789012",)}}}
    role = properties(
        tree(iam={"task_statements": (statement,), "task_managed_policy_arns": (policy,)})["Iam"], "TaskRole"
    )
    assert role["ManagedPolicyArns"] == [policy]
    assert list(statements(role["Policies"])) == [
        {
            "Sid": "ReadBucket",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::bucket/*"],
            "Condition": {"StringEquals": {"aws:ResourceAccount": ["123456789012"]}},
        }
    ]


@pytest.mark.parametrize("action", ["*", "*:*", "s3:*", "s3:**"])
@pytest.mark.parametrize("resource", ["*", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*", "arn:aws:s3:::*"])
def test_everything_on_everything_is_refused(action: str, resource: str) -> None:
    """Of a service too; and of all services whatever the resource, because an action names its service."""
    assert refusal(iam={"task_statements": ({**STATEMENT, "actions": (action,), "resources": (resource,)},)})


def test_everything_on_one_thing_and_one_thing_on_everything_are_not() -> None:
    """Some actions have no resource, and a bucket of one's own may be all one's own."""
    for action, resource in (("s3:*", "arn:aws:s3:::bucket/*"), ("s3:ListAllMyBuckets", "*")):
        statement = {**STATEMENT, "actions": (action,), "resources": (resource,)}
        role = properties(tree(iam={"task_statements": (statement,)})["Iam"], "TaskRole")
        (made,) = statements(role["Policies"])
        assert (made["Action"], made["Resource"]) == ([action], [resource])


def resources(*names: str) -> Any:
    """What a statement on these resources is on."""
    statement = STATEMENT | {"resources": names}
    role = properties(tree(iam={"task_statements": (statement,)})["Iam"], "TaskRole")
    return next(iter(statements(role["Policies"])))["Resource"]


def test_cloudformation_fills_in_account_and_region_and_iam_its_own_variables() -> None:
    """One file serves several accounts, and a tag of the caller may be part of a path."""
    assert resources("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs-${aws:PrincipalTag/team}") == [
        {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs-${!aws:PrincipalTag/team}"}
    ]
    assert resources("arn:aws:s3:::data/${aws:PrincipalTag/team}/*") == ["arn:aws:s3:::data/${aws:PrincipalTag/team}/*"]


@pytest.mark.parametrize(
    "resource", ["arn:aws:s3", "arn:aws:s3:::${Bucket}", "arn:aws:s3:::${AWS::StackName}", "bucket"]
)
def test_what_is_no_resource(resource: str) -> None:
    """Neither an ARN nor what CloudFormation could make one of."""
    assert refusal(iam={"task_statements": ({**STATEMENT, "resources": (resource,)},)})


@pytest.mark.parametrize("conditions", [{"Equals": {"aws:x": ("y",)}}, {"StringEquals": {"aws:x": ()}}])
def test_what_is_no_condition(conditions: dict[str, Any]) -> None:
    """An operator that IAM does not have, or no value that could fit."""
    assert refusal(iam={"task_statements": ({**STATEMENT, "conditions": conditions},)})


@pytest.mark.parametrize("name", ["AdministratorAccess", "PowerUserAccess"])
def test_administrators_are_refused(name: str) -> None:
    """Their policies are everything on everything."""
    assert "an administrator" in refusal(iam={"task_managed_policy_arns": (f"arn:aws:iam::aws:policy/{name}",)})


def test_one_name_one_statement() -> None:
    """IAM refuses two; and a policy is attached once."""
    assert "two statements are called ReadBucket" in refusal(iam={"task_statements": (STATEMENT, STATEMENT)})
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    assert "is there twice" in refusal(iam={"task_managed_policy_arns": (policy, policy)})


def test_no_role_goes_beyond_the_boundary() -> None:
    """Every role of every stack, whichever module makes it; without one there is none."""
    for boundary in (BOUNDARY, None):
        templates = tree(iam={"permissions_boundary_arn": boundary})
        roles = [
            it["Properties"] for template in templates.values() for it in of_type(template, "AWS::IAM::Role").values()
        ]
        assert len(roles) >= 2
        assert {role.get("PermissionsBoundary") for role in roles} == {boundary}


def test_ecs_may_move_requests_only_where_it_does() -> None:
    """With AWS's own policy, and a role that ECS alone can take on."""

    def resources(strategy: str) -> Any:
        settings = ecs.Settings.model_validate({"deployment": {"strategy": strategy}})
        inputs = iam.Inputs(cookie_secret_arn=SecretArn("arn"), kms_key_arn=None)
        made = iam.build(
            Identity("preto-2", "prod"),
            iam.Settings(),
            inputs,
            repository_name="preto-2-prod",
            access=ecs.needed_access(settings),
        )
        assert (made.outputs.load_balancer_role_arn is None) == (strategy == "rolling")
        return json.loads(made.body)["Resources"]

    assert "LoadBalancerRole" not in resources("rolling")
    for strategy in ("blue_green", "linear", "canary"):
        role = resources(strategy)["LoadBalancerRole"]["Properties"]
        name = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
        assert role["ManagedPolicyArns"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"}]
        (trust,) = statements(role["AssumeRolePolicyDocument"])
        assert trust["Principal"] == {"Service": "ecs.amazonaws.com"}
