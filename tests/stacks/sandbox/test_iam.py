"""With IAM enforced the embedded AWS lets nobody do, and have CloudFormation do, what no policy allows."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from stacks import sandbox as embedded
from tests.sandbox import REGION, Account
from tests.stacks.sandbox.clouds import Cloud, template

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = itertools.count(200000000001)
REPOSITORY = {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "app"}}
LOGS = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app", "RetentionInDays": 7}}
ECR_READ = ["ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource"]
ECR_CREATE = ["ecr:CreateRepository", "ecr:TagResource", *ECR_READ]


@pytest.fixture(scope="module")
def enforcing() -> Iterator[embedded.Address]:
    """A sandbox that enforces IAM."""
    with embedded.running(state_dir=None, region=REGION, enforce_iam=True) as address:
        yield address


class People:
    """An account's roles, made by its root."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.root = Cloud(account)
        self.iam = account.client("iam")

    def role(self, name: str, *actions: str, service: str = "cloudformation.amazonaws.com") -> str:
        """A role that may do this to anything; give its ARN."""
        principal = {"Service": service, "AWS": f"arn:aws:iam::{self.account.account_id}:root"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        self.allow(name, *actions)
        return str(made["Role"]["Arn"])

    def allow(self, name: str, *actions: str) -> None:
        """Give the role these rights, and no others."""
        statement = {"Effect": "Allow", "Action": list(actions) or ["sts:GetCallerIdentity"], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document)

    def session(self, role_arn: str) -> Any:
        """CloudFormation, called by a session of the role."""
        import boto3

        given = self.account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        make: Any = boto3.client
        return make(
            "cloudformation",
            endpoint_url=self.account.address.endpoint_url,
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


@pytest.fixture
def people(enforcing: embedded.Address) -> People:
    """A fresh account of the sandbox that enforces IAM."""
    return People(Account(address=enforcing.as_account(str(next(_NUMBERS)))))


def _body(**resources: Any) -> dict[str, Any]:
    return template(resources)


def test_a_role_without_the_right_cannot_deploy_and_the_reason_says_which(people: People) -> None:
    """The resource fails in AWS's words, and the stack rolls back; with the rights it is made."""
    role = people.role("execution")
    assert people.root.create("app", _body(Repository=REPOSITORY), RoleARN=role) == "ROLLBACK_COMPLETE"
    where = f"arn:aws:ecr:{REGION}:{people.account.account_id}:repository/app"
    who = f"arn:aws:sts::{people.account.account_id}:assumed-role/execution/AWSCloudFormation"
    assert (
        f"User: {who} is not authorized to perform: ecr:CreateRepository on resource: {where} because no "
        "identity-based policy allows the ecr:CreateRepository action (Service: ecr, Status Code: 403)"
    ) in people.root.reason("app", "CREATE_FAILED", "Repository")
    people.allow("execution", *ECR_CREATE)
    assert people.root.create("second", _body(Repository=REPOSITORY), RoleARN=role) == "CREATE_COMPLETE"


def test_without_a_role_the_callers_own_policies_decide(people: People) -> None:
    """A session of an assumed role acts with its role's policies, and the event names the session."""
    deployer = people.role("deployer", "cloudformation:*")
    client = people.session(deployer)
    client.create_stack(StackName="app", TemplateBody=json.dumps(_body(Repository=REPOSITORY)))
    assert people.root.settled("app") == "ROLLBACK_COMPLETE"
    assert "assumed-role/deployer/test is not authorized to perform: ecr:CreateRepository" in people.root.reason(
        "app", "CREATE_FAILED", "Repository"
    )


def test_a_direct_call_needs_its_right(people: People) -> None:
    """DescribeStacks is refused to a role that may only list, and given to the account's root."""
    people.root.create("app", _body(Logs=LOGS))
    client = people.session(people.role("reader", "cloudformation:ListStacks"))
    assert client.list_stacks()["StackSummaries"]
    with pytest.raises(ClientError, match=r"not authorized to perform: cloudformation:DescribeStacks"):
        client.describe_stacks(StackName="app")


def test_handing_a_role_to_cloudformation_needs_pass_role(people: People) -> None:
    """Also for a change set; one that CloudFormation may not assume is refused to everybody."""
    execution, stranger = people.role("execution", *ECR_CREATE), people.role("tasks", service="ecs-tasks.amazonaws.com")
    deployer = people.role("deployer", "cloudformation:*")
    client, body = people.session(deployer), json.dumps(_body(Repository=REPOSITORY))
    with pytest.raises(ClientError, match=r"AccessDenied.*iam:PassRole on resource: .*role/execution"):
        client.create_change_set(
            StackName="app", ChangeSetName="plan", ChangeSetType="CREATE", TemplateBody=body, RoleARN=execution
        )
    people.allow("deployer", "cloudformation:*", "iam:PassRole")
    with pytest.raises(ClientError, match="cannot be assumed"):
        client.create_stack(StackName="app", TemplateBody=body, RoleARN=stranger)
    made = client.create_change_set(
        StackName="app", ChangeSetName="plan", ChangeSetType="CREATE", TemplateBody=body, RoleARN=execution
    )
    client.execute_change_set(ChangeSetName=made["Id"])
    assert people.root.settled("app") == "CREATE_COMPLETE"


def test_a_delete_needs_its_rights_and_the_stack_keeps_its_role(people: People) -> None:
    """Who may create may not delete by that; the role of the last operation is taken where none is given."""
    role = people.role("execution", *ECR_CREATE)
    assert people.root.create("app", _body(Repository=REPOSITORY), RoleARN=role) == "CREATE_COMPLETE"
    assert people.root.delete("app") == "DELETE_FAILED"
    assert "ecr:DeleteRepository" in people.root.reason("app", "DELETE_FAILED", "Repository")
    people.allow("execution", *ECR_READ, "ecr:DeleteRepository")
    assert people.root.delete("app") == "DELETE_COMPLETE"


def test_a_rollback_needs_rights_too(people: People) -> None:
    """What was made before the failure cannot be taken away: ROLLBACK_FAILED."""
    role = people.role("execution", *ECR_CREATE)
    late = {**LOGS, "DependsOn": "Repository"}
    status = people.root.create("app", _body(Repository=REPOSITORY, Logs=late), RoleARN=role)
    assert status == "ROLLBACK_FAILED"
    assert "logs:CreateLogGroup" in people.root.reason("app", "CREATE_FAILED", "Logs")
    assert "ecr:DeleteRepository" in people.root.reason("app", "DELETE_FAILED", "Repository")
