"""ECS Exec: off unless wanted, and never without a log."""

from __future__ import annotations

import json
from typing import Any

from tests.support.templates import properties, statements, tree


def rights(templates: dict[str, Any]) -> dict[str, Any]:
    """The actions of the task role, with their resources."""
    policies = properties(templates["Iam"], "TaskRole").get("Policies", [])
    return {action: it["Resource"] for it in statements(policies) for action in it["Action"]}


def test_nobody_gets_a_shell_by_default() -> None:
    """It is said, not left out: an update that left it out would keep it on."""
    templates = tree()
    assert properties(templates["Ecs"], "Service")["EnableExecuteCommand"] is False
    assert "ExecLogGroup" not in templates["Ecs"]["Resources"]
    assert "Configuration" not in properties(templates["Ecs"], "Cluster")
    assert "ssmmessages" not in json.dumps(templates["Iam"])


def test_what_is_typed_is_kept() -> None:
    """In a log group of its own, which the service's containers do not write to, and the task role does."""
    templates = tree(ecs={"exec": True, "log_retention_days": 90})
    template = templates["Ecs"]
    assert properties(template, "Service")["EnableExecuteCommand"] is True
    assert properties(template, "Cluster")["Configuration"]["ExecuteCommandConfiguration"] == {
        "Logging": "OVERRIDE",
        "LogConfiguration": {"CloudWatchLogGroupName": {"Ref": "ExecLogGroup"}},
    }
    group = template["Resources"]["ExecLogGroup"]
    assert (group["Properties"]["LogGroupName"], group["Properties"]["RetentionInDays"]) == (
        "/ecs/preto-2-prod/exec",
        90,
    )
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"
    allowed = rights(templates)
    assert {action for action, on in allowed.items() if on == ["*"]} == {
        "logs:DescribeLogGroups",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    }
    assert allowed["logs:PutLogEvents"] == [
        {
            "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/ecs/preto-2-prod/exec:*"
        }
    ]  # fmt: skip


def test_a_key_of_ones_own_encrypts_sessions_and_log() -> None:
    """And the task may decrypt what the client encrypts."""
    templates = tree(ecs={"exec": True}, security={"kms_key": "own"})
    configuration = properties(templates["Ecs"], "Cluster")["Configuration"]["ExecuteCommandConfiguration"]
    assert configuration["KmsKeyId"] == {"Ref": "KmsKeyArn"}
    assert configuration["LogConfiguration"]["CloudWatchEncryptionEnabled"] is True
    assert properties(templates["Ecs"], "ExecLogGroup")["KmsKeyId"] == {"Ref": "KmsKeyArn"}
    assert rights(templates)["kms:Decrypt"] == [{"Ref": "KmsKeyArn"}]
