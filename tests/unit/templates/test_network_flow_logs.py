"""Flow logs of the new VPC."""

from __future__ import annotations

from typing import Any

from tests.support.templates import of_type, properties, statements, tree


def network(**more: Any) -> dict[str, Any]:
    """The Network template with flow logs."""
    template: dict[str, Any] = tree(network={"flow_logs": {"retention_days": 90, "traffic": "ALL"}}, **more)["Network"]
    return template


def test_the_vpc_is_logged_to_a_group_of_its_own() -> None:
    """With the wanted traffic, for the wanted time; the entries outlive the stack."""
    template = network()
    log = properties(template, "FlowLog")
    assert (log["ResourceType"], log["ResourceId"], log["TrafficType"]) == ("VPC", {"Ref": "Vpc"}, "ALL")
    assert log["LogGroupName"] == {"Ref": "FlowLogGroup"}
    group = template["Resources"]["FlowLogGroup"]
    assert group["Properties"]["RetentionInDays"] == 90
    assert group["Properties"]["LogGroupName"] == "/vpc/preto-2-prod"
    assert group["UpdateReplacePolicy"] == "Retain"


def test_only_flow_logs_of_this_account_have_the_role() -> None:
    """Nobody else can use it through the service."""
    (trust,) = statements(properties(network(), "FlowLogRole")["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "vpc-flow-log/*" in str(trust["Condition"]["ArnLike"]["aws:SourceArn"])


def test_the_role_writes_to_that_group_only() -> None:
    """Listing groups is all that it may do beyond: IAM decides that without a resource."""
    for statement in statements(properties(network(), "FlowLogRole")["Policies"]):
        if statement["Action"] != ["logs:DescribeLogGroups"]:
            assert all("log-group:/vpc/preto-2-prod:*" in str(it) for it in statement["Resource"])
        else:
            assert statement["Resource"] == ["*"]


def test_the_group_is_encrypted_with_the_key_that_there_is() -> None:
    """And with CloudWatch's own where there is none; the key's policy lets CloudWatch use it for this group."""
    assert "KmsKeyId" not in properties(network(), "FlowLogGroup")
    assert properties(network(security={"kms_key": "own"}), "FlowLogGroup")["KmsKeyId"] == {"Ref": "KmsKeyArn"}


def test_without_the_table_nothing_is_logged() -> None:
    """No flow log, no role, no key."""
    template = tree(security={"kms_key": "own"})["Network"]
    assert not of_type(template, "AWS::EC2::FlowLog")
    assert not of_type(template, "AWS::IAM::Role")
    assert "KmsKeyArn" not in template.get("Parameters", {})
