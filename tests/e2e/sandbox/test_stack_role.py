"""The role that a stack is changed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import LOG_GROUP, role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


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
