"""Roles as another tool has made them: policies of AWS, none of ours, and a trust policy without a condition."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from templates import root
from tests.support.templates import PRETO, properties, tree

OF_AWS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
OWN = "arn:aws:iam::123456789012:policy/reads-secrets"
SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:client-AbCdEf"  # noqa: S105 - an ARN
BARE: dict[str, Any] = {"security": {"cookie_secret": False}}


def roles(**iam: Any) -> tuple[Any, Any]:
    """The task execution role and the task role, of a service without secrets."""
    template = tree(iam=iam, **BARE)["Iam"]
    return properties(template, "TaskExecutionRole"), properties(template, "TaskRole")


def refusal(**settings: Any) -> str:
    """Why these settings are refused."""
    with pytest.raises(ValidationError) as refused:
        root.Settings.model_validate(PRETO | settings)
    return str(refused.value)


def test_the_execution_role_can_have_the_policies_that_it_has() -> None:
    """Beside ours, or without them."""
    execution, task = roles(execution_managed_policy_arns=(OF_AWS,))
    assert execution["ManagedPolicyArns"] == [OF_AWS]
    assert {it["PolicyName"] for it in execution["Policies"]} == {"pull-image", "write-logs"}
    assert "ManagedPolicyArns" not in task
    execution, _ = roles(execution_managed_policy_arns=(OF_AWS,), execution_policies=False)
    assert execution["ManagedPolicyArns"] == [OF_AWS]
    assert "Policies" not in execution


def test_the_trust_policy_can_be_without_a_condition() -> None:
    """As `aws_iam_policy_document` makes it from a principal alone: on both roles."""
    for role in roles(trust_condition=False):
        assert role["AssumeRolePolicyDocument"] == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": ["sts:AssumeRole"],
                }
            ],
        }
    for role in roles():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert "Condition" in statement


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"iam": {"execution_policies": False}}, "would have no rights, and no task could start"),
        (
            {"iam": {"execution_policies": False, "execution_managed_policy_arns": (OF_AWS,)}},
            "ECS reads secrets with the task execution role",
        ),
        (
            BARE
            | {
                "iam": {"execution_policies": False, "execution_managed_policy_arns": (OF_AWS,)},
                "ecs": {"secrets": {"TOKEN": SECRET}},
            },
            "ECS reads secrets with the task execution role",
        ),
        ({"iam": {"execution_managed_policy_arns": (OWN, OWN)}}, "this policy is there twice"),
        (
            {"iam": {"execution_managed_policy_arns": ("arn:aws:iam::aws:policy/AdministratorAccess",)}},
            "AdministratorAccess makes an administrator",
        ),
    ],
)
def test_roles_with_which_no_task_could_start(settings: dict[str, Any], message: str) -> None:
    """And those with which it could do anything."""
    assert message in refusal(**settings)


def test_a_policy_of_ones_own_may_allow_the_secrets() -> None:
    """What it allows is not known here."""
    managed = (OF_AWS, OWN)
    templates = tree(iam={"execution_policies": False, "execution_managed_policy_arns": managed})
    assert "Policies" not in properties(templates["Iam"], "TaskExecutionRole")
