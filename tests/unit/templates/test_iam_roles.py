"""Roles and policies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates.iam.github_actions import tag_scalable_targets
from tests.support.templates import of_type, properties, statements, tree

DOCUMENT = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "application-autoscaling:*Tag*",
      "Resource": "*"
    }
  ]
}
"""
"""The inline policy, copied from the Terraform project's documentation."""


def unwrapped(document: dict[str, Any]) -> dict[str, Any]:
    """A policy whose one-element lists are written as their element, which IAM reads alike."""
    return {
        **document,
        "Statement": [
            {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in it.items()}
            for it in document["Statement"]
        ],
    }


def test_the_inline_policy_for_github_actions_is_the_documented_one() -> None:
    """Both sides equal, element by element: nothing more is allowed, nothing less."""
    assert unwrapped(tag_scalable_targets()) == unwrapped(json.loads(DOCUMENT))


def test_the_inline_policy_goes_to_the_existing_role_that_the_settings_name() -> None:
    """The role is not made, only added to; without a name nothing of it is there."""
    template = tree(iam={"github_actions_role_name": "GitHubActionsRole"})["Iam"]
    policy = properties(template, "GitHubActionsPolicy")
    assert policy["RoleName"] == "GitHubActionsRole"
    # A role is the same in all regions; its policy of this name would be the other region's, too.
    assert policy["PolicyName"] == {"Fn::Sub": "preto-2-prod-autoscaling-tags-${AWS::Region}"}
    assert unwrapped(policy["PolicyDocument"]) == unwrapped(json.loads(DOCUMENT))
    assert set(of_type(template, "AWS::IAM::Role")) == {"TaskExecutionRole", "TaskRole"}
    assert "GitHubActionsPolicy" not in tree()["Iam"]["Resources"]


@pytest.mark.parametrize("role", ["TaskExecutionRole", "TaskRole"])
def test_only_ecs_tasks_of_this_account_and_region_may_assume_a_role(role: str) -> None:
    """Another account's task cannot borrow it through ECS (the confused deputy)."""
    (trust,) = statements(properties(tree()["Iam"], role)["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert trust["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:*"}
        },
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }  # fmt: skip


def test_the_execution_role_pulls_one_repository_writes_one_log_group_and_reads_one_secret() -> None:
    """Every action on a resource that has a name; the login token alone has none."""
    policies = properties(tree()["Iam"], "TaskExecutionRole")["Policies"]
    rights = {action: it["Resource"] for it in statements(policies) for action in it["Action"]}
    prefix = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s"
    repository = [{"Fn::Sub": prefix % ("ecr", "repository/preto-2-prod")}]
    log_group = [{"Fn::Sub": prefix % ("logs", "log-group:/ecs/preto-2-prod:*")}]
    assert rights == {
        "ecr:GetAuthorizationToken": ["*"],
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:BatchGetImage": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "logs:CreateLogStream": log_group,
        "logs:PutLogEvents": log_group,
        "secretsmanager:GetSecretValue": [{"Ref": "CookieSecretArn"}],
    }


def test_the_names_that_iam_builds_are_those_of_the_other_modules() -> None:
    """IAM depends on no other stack, and still means the same repository and log group."""
    templates = tree()
    text = json.dumps(templates["Iam"])
    assert f':repository/{properties(templates["Ecr"], "Repository")["RepositoryName"]}"' in text
    assert f":log-group:{properties(templates['Ecs'], 'LogGroup')['LogGroupName']}:*" in text


def test_the_application_has_no_rights_of_its_own() -> None:
    """The task role is there to be given rights, and has none."""
    assert not {"Policies", "ManagedPolicyArns"} & set(properties(tree()["Iam"], "TaskRole"))
