"""With IAM enforced the embedded AWS lets nobody do, and have CloudFormation do, what no policy allows."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox import Address, running
from tests.support.accounts import REGION, Account
from tests.support.clouds import Cloud, child, template

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = itertools.count(200000000001)
REPOSITORY: dict[str, Any] = {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "app"}}
LOGS: dict[str, Any] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app", "RetentionInDays": 7}}
ECR_READ = ["ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource"]
ECR_CREATE = ["ecr:CreateRepository", "ecr:TagResource", *ECR_READ]


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Address]:
    """A sandbox that enforces IAM."""
    with running(state_dir=None, region=REGION, enforce_iam=True) as address:
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

    def allow(self, name: str, *actions: str, on: str = "*") -> None:
        """Give the role these rights, and no others."""
        statement = {"Effect": "Allow", "Action": list(actions) or ["sts:GetCallerIdentity"], "Resource": on}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document)

    def allow_where(self, name: str, action: str, key: str, value: str) -> None:
        """Give the role this right beside its others, where the condition key has the value."""
        condition = {"StringEquals": {key: value}}
        statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=name, PolicyName="conditions", PolicyDocument=document)

    def session(self, role_arn: str, service: str = "cloudformation") -> Any:
        """A service, called by a session of the role."""
        given = self.account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.account.address.endpoint_url,
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


@pytest.fixture
def people(enforcing: Address) -> People:
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


def test_a_role_is_handed_on_to_each_nested_stack_and_has_to_be_allowed_to_be(people: People) -> None:
    """As `iam:PassRole` on itself, to CloudFormation; a stack without a role has nothing to hand on."""
    role = people.role("execution", "cloudformation:*", "s3:GetObject", "logs:*")
    nested = _body(Child=child(people.root.publish("child.json", _body(Logs=LOGS))))
    assert people.root.create("app", nested, RoleARN=role) == "ROLLBACK_COMPLETE"
    assert f"is not authorized to perform: iam:PassRole on resource: {role} because no " in people.root.reason(
        "app", "CREATE_FAILED", "Child"
    )
    people.allow_where("execution", "iam:PassRole", "iam:PassedToService", "cloudformation.amazonaws.com")
    assert people.root.create("second", nested, RoleARN=role) == "CREATE_COMPLETE"
    assert people.root.stack(people.root.physical("second", "Child"))["RoleARN"] == role


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


def test_prices_need_their_right(people: People) -> None:
    """As on AWS, where the price list knows no resources: it is the right on everything, or none."""
    pricing = people.session(people.role("counter"), "pricing")
    with pytest.raises(ClientError, match="AccessDenied"):
        pricing.get_products(ServiceCode="AmazonECS")
    people.allow("counter", "pricing:GetProducts")
    assert pricing.get_products(ServiceCode="AmazonECS")["PriceList"]


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
    """What was made before the failure cannot be removed: ROLLBACK_FAILED."""
    role = people.role("execution", *ECR_CREATE)
    late = {**LOGS, "DependsOn": "Repository"}
    status = people.root.create("app", _body(Repository=REPOSITORY, Logs=late), RoleARN=role)
    assert status == "ROLLBACK_FAILED"
    assert "logs:CreateLogGroup" in people.root.reason("app", "CREATE_FAILED", "Logs")
    assert "ecr:DeleteRepository" in people.root.reason("app", "DELETE_FAILED", "Repository")


def test_a_type_that_the_list_lacks_is_refused(people: People) -> None:
    """The sandbox says that it does not know what is called for it, and allows nothing by that; root may go on."""
    role, body = (
        people.role("execution", "*"),
        _body(Stream={"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}),
    )
    assert people.root.create("app", body, RoleARN=role) == "ROLLBACK_COMPLETE"
    why = people.root.reason("app", "CREATE_FAILED", "Stream")
    assert "does not know what CloudFormation calls for AWS::Kinesis::Stream" in why
    assert people.root.create("second", body) == "CREATE_COMPLETE"


def test_removing_something_needs_its_own_right(people: People) -> None:
    """A tag that an update takes off asks for UntagResource, and a retention that it ends for DeleteRetentionPolicy."""
    rights = ["logs:CreateLogGroup", "logs:Describe*", "logs:Get*", "logs:ListTagsForResource", "logs:Put*"]
    role = people.role("execution", *rights, "logs:TagResource", "logs:DeleteLogGroup")
    tagged = {**LOGS, "Properties": {**LOGS["Properties"], "Tags": [{"Key": "a", "Value": "1"}]}}
    endless = {"Type": LOGS["Type"], "Properties": {"LogGroupName": "/app"}}
    assert people.root.create("app", _body(Logs=tagged), RoleARN=role) == "CREATE_COMPLETE"
    assert people.root.update("app", _body(Logs=LOGS)) == "UPDATE_ROLLBACK_COMPLETE"
    assert "logs:UntagResource" in people.root.reason("app", "UPDATE_FAILED", "Logs")
    people.allow("execution", *rights, "logs:TagResource", "logs:UntagResource")
    assert people.root.update("app", _body(Logs=LOGS)) == "UPDATE_COMPLETE"
    assert people.root.update("app", _body(Logs=endless)) == "UPDATE_ROLLBACK_COMPLETE"
    reasons = [it.get("ResourceStatusReason", "") for it in people.root.events("app")]
    assert any("logs:DeleteRetentionPolicy" in reason for reason in reasons)


def test_the_first_use_of_a_service_makes_its_role(people: People) -> None:
    """Which needs the right to; afterwards the role is there, and nobody needs it any more."""
    rights = ["ecs:CreateCluster", "ecs:DescribeClusters", "ecs:DeleteCluster", "ecs:TagResource"]
    cluster = {"Type": "AWS::ECS::Cluster", "Properties": {}}
    role = people.role("execution", *rights)
    assert people.root.create("app", _body(Cluster=cluster), RoleARN=role) == "ROLLBACK_COMPLETE"
    assert "iam:CreateServiceLinkedRole on resource" in people.root.reason("app", "CREATE_FAILED", "Cluster")
    people.allow("execution", *rights, "iam:CreateServiceLinkedRole")
    assert people.root.create("second", _body(Cluster=cluster), RoleARN=role) == "CREATE_COMPLETE"
    assert "AWSServiceRoleForECS" in people.root.role_names()
    people.allow("execution", *rights)
    assert people.root.create("third", _body(Cluster=cluster), RoleARN=role) == "CREATE_COMPLETE"


def test_templates_are_read_with_the_rights_of_who_needs_them(people: People) -> None:
    """The root's as the caller, those of nested stacks as the role that the stack has."""
    stacks = ["cloudformation:*", "sts:GetCallerIdentity"]
    rights = ["logs:*", "iam:PassRole", *stacks]
    url = people.root.publish("child.json", _body(Logs=LOGS))
    execution, deployer = people.role("execution", *rights), people.role("deployer", *stacks, "iam:PassRole")
    assert people.root.create("app", _body(Child=child(url)), RoleARN=execution) == "ROLLBACK_COMPLETE"
    assert f"s3:GetObject on resource: arn:aws:s3:::{people.root.bucket}/child.json" in people.root.reason(
        "app", "CREATE_FAILED", "Child"
    )
    people.allow("execution", *rights, "s3:GetObject")
    assert people.root.create("second", _body(Child=child(url)), RoleARN=execution) == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match=r"AccessDenied.*s3:GetObject on resource: .*/child\.json"):
        people.session(deployer).create_stack(StackName="third", TemplateURL=url, RoleARN=execution)


def test_a_secret_that_a_template_names_is_read_as_the_stacks_role(people: People) -> None:
    """The reason of the resource that has it in a property says which right is missing."""
    secret = people.account.client("secretsmanager").create_secret(Name="word", SecretString="open")["ARN"]
    role = people.role("execution", "logs:*")
    named = {**LOGS, "Properties": {"LogGroupName": f"/{{{{resolve:secretsmanager:{secret}}}}}"}}
    assert people.root.create("app", _body(Logs=named), RoleARN=role) == "ROLLBACK_COMPLETE"
    assert "secretsmanager:GetSecretValue on resource" in people.root.reason("app", "CREATE_FAILED", "Logs")
    people.allow("execution", "logs:*", "secretsmanager:GetSecretValue")
    assert people.root.create("second", _body(Logs=named), RoleARN=role) == "CREATE_COMPLETE"


def test_calls_on_several_resources_are_decided_on_each(people: People) -> None:
    """Who may look at one repository may not look at two by naming both; the same holds for services."""
    account = people.account
    for name in ("app", "other"):
        account.client("ecr").create_repository(repositoryName=name)
    role = people.role("reader")
    ecr, ecs = people.session(role, "ecr"), people.session(role, "ecs")
    where = f"{REGION}:{account.account_id}"
    people.allow("reader", "ecr:DescribeRepositories", on=f"arn:aws:ecr:{where}:repository/app")
    assert ecr.describe_repositories(repositoryNames=["app"])["repositories"]
    for names in (["other"], ["app", "other"]):
        with pytest.raises(ClientError, match="AccessDenied"):
            ecr.describe_repositories(repositoryNames=names)
    account.client("ecs").create_cluster(clusterName="app")
    people.allow("reader", "ecs:DescribeServices", on=f"arn:aws:ecs:{where}:service/app/web")
    assert ecs.describe_services(cluster="app", services=["web"])["failures"]
    with pytest.raises(ClientError, match="AccessDenied"):
        ecs.describe_services(cluster="app", services=["worker"])


def test_clusters_and_quotas_are_decided_on_each_by_itself(people: People) -> None:
    """Who may look at one of them may not look at another, as AWS decides it."""
    where = f"{REGION}:{people.account.account_id}"
    role = people.role("reader")
    ecs, quotas = people.session(role, "ecs"), people.session(role, "service-quotas")
    people.allow("reader", "ecs:DescribeClusters", on=f"arn:aws:ecs:{where}:cluster/app")
    assert ecs.describe_clusters(clusters=["app"])["failures"]
    with pytest.raises(ClientError, match="AccessDenied"):
        ecs.describe_clusters(clusters=["other"])
    people.allow("reader", "servicequotas:GetServiceQuota", on=f"arn:aws:servicequotas:{where}:fargate/*")
    assert quotas.get_service_quota(ServiceCode="fargate", QuotaCode="L-3032A538")["Quota"]
    with pytest.raises(ClientError, match="AccessDenied"):
        quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")


def test_a_key_is_made_with_the_tags_that_are_asked_for(people: People) -> None:
    """A condition on a tag of the request decides, as in the default rights of the execution role of `bootstrap`."""
    role = people.role("execution")
    reads = ("DescribeKey", "Get*", "List*", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource")
    people.allow("execution", *(f"kms:{it}" for it in reads))
    people.allow_where("execution", "kms:CreateKey", "aws:RequestTag/Project", "preto-2")
    for project, state in (("preto-2", "CREATE_COMPLETE"), ("other", "ROLLBACK_COMPLETE")):
        properties = {"KeyPolicy": {}, "Tags": [{"Key": "Project", "Value": project}]}
        key = {"Type": "AWS::KMS::Key", "Properties": properties}
        assert people.root.create(f"keys-{project}", _body(Key=key), RoleARN=role) == state


@pytest.mark.parametrize(("namespace", "why"), [("ecs", "ECS service doesn't exist"), ("dynamodb", "not authorized")])
def test_what_is_scaled_is_an_ecs_service(people: People, namespace: str, why: str) -> None:
    """So a condition on the namespace lets it through, and only for want of a service it fails here."""
    reads = ("application-autoscaling:Describe*", "application-autoscaling:*Tag*")
    role = people.role("execution", "ecs:*", "iam:*", *reads)
    action = "application-autoscaling:RegisterScalableTarget"
    people.allow_where("execution", action, "application-autoscaling:service-namespace", namespace)
    target = {
        "MinCapacity": 1,
        "MaxCapacity": 2,
        "ResourceId": "service/app/web",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ServiceNamespace": "ecs",
    }
    body = _body(Target={"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": target})
    assert people.root.create("app", body, RoleARN=role) == "ROLLBACK_COMPLETE"
    assert why in people.root.reason("app", "CREATE_FAILED", "Target")


def test_the_simulator_decides_on_each_resource_by_the_keys_that_it_is_given(people: People) -> None:
    """It names the keys that it lacks, and refuses in one call what creates beside what reads, as AWS does."""
    arn = people.role("role", "ecr:CreateRepository", "ecr:DescribeImages")
    people.allow_where("role", "iam:PassRole", "iam:PassedToService", "ecs.amazonaws.com")
    people.allow("role", "logs:*", on="arn:aws:logs:*:*:log-group:a")

    def simulate(*actions: str, on: tuple[str, ...] = ("*",), **keys: str) -> list[tuple[str, list[str]]]:
        entries = [
            {"ContextKeyName": key.replace("__", ":"), "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in keys.items()
        ]
        found = people.iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=list(actions), ResourceArns=list(on), ContextEntries=entries
        )
        return [(it["EvalDecision"], it["MissingContextValues"]) for it in found["EvaluationResults"]]

    groups = ("arn:aws:logs:us-east-1:1:log-group:b", "arn:aws:logs:us-east-1:1:log-group:a")
    assert simulate("logs:CreateLogGroup", on=groups) == [("implicitDeny", []), ("allowed", [])]
    assert simulate("iam:PassRole") == [("implicitDeny", ["iam:PassedToService"])]
    assert simulate("iam:PassRole", iam__PassedToService="ecs.amazonaws.com") == [("allowed", [])]
    with pytest.raises(ClientError, match=r"Actions: \[ecr:CreateRepository\] and \[ecr:DescribeImages\] require diff"):
        simulate("ecr:CreateRepository", "ecr:DescribeImages")


def test_drift_is_looked_for_with_the_rights_of_whoever_asks(people: People) -> None:
    """To look at resources at all, and to read each one; what may not be read is told, the rest is compared."""
    search = ("cloudformation:DetectStackDrift", "cloudformation:Describe*")
    people.root.create("app", _body(Repository=REPOSITORY, Logs=LOGS), RoleARN=people.role("execution", "*"))
    client = people.session(people.role("reader", *search))
    with pytest.raises(ClientError, match=r"not authorized to perform: cloudformation:DetectStackResourceDrift"):
        client.detect_stack_drift(StackName="app")
    people.allow("reader", *search, "cloudformation:DetectStackResourceDrift")
    with pytest.raises(ClientError, match=r"not authorized to perform: cloudformation:BatchDescribeTypeConf"):
        client.detect_stack_drift(StackName="app")
    people.allow("reader", *search, "cloudformation:DetectStackResourceDrift", "cloudformation:Batch*", *ECR_READ)
    search_id = client.detect_stack_drift(StackName="app")["StackDriftDetectionId"]
    status = client.describe_stack_drift_detection_status(StackDriftDetectionId=search_id)
    assert (status["DetectionStatus"], status["DetectionStatusReason"]) == (
        "DETECTION_FAILED",
        "Failed to detect drift on resources [Logs]",
    )
    drifts = client.describe_stack_resource_drifts(StackName="app")["StackResourceDrifts"]
    assert {it["LogicalResourceId"]: it["StackResourceDriftStatus"] for it in drifts}["Repository"] == "IN_SYNC"


def test_reading_what_exists_needs_the_rights_of_its_read_handler(people: People) -> None:
    """Cloud Control reads as the caller, and so does an import, which then tags what it has read with its stack."""
    people.account.client("ecr").create_repository(repositoryName="app")
    role = people.role("reader", "cloudformation:*", "iam:PassRole", "ecr:DescribeRepositories")
    control = people.session(role, "cloudcontrol")
    wanted = {"TypeName": "AWS::ECR::Repository", "Identifier": "app"}
    with pytest.raises(ClientError, match=r"ecr:GetLifecyclePolicy.*HandlerErrorCode: AccessDenied") as refused:
        control.get_resource(**wanted)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    people.allow("reader", *ECR_READ)
    with pytest.raises(ClientError, match="cloudformation:GetResource"):
        people.session(role, "cloudcontrol").get_resource(**wanted)
    entry = {"ResourceType": "AWS::ECR::Repository", "LogicalResourceId": "Repository"}
    request = {
        "ChangeSetType": "IMPORT",
        "TemplateBody": json.dumps(_body(Repository={**REPOSITORY, "DeletionPolicy": "Retain"})),
        "ResourcesToImport": [{**entry, "ResourceIdentifier": {"RepositoryName": "app"}}],
    }
    caller = people.session(role)
    people.allow("reader", "cloudformation:*", "ecr:DescribeRepositories")
    made = caller.create_change_set(StackName="app", ChangeSetName="one", **request)
    assert "ecr:GetLifecyclePolicy" in people.root.change_set(made["Id"])["StatusReason"]
    people.allow("reader", "cloudformation:*", *ECR_READ)
    assert people.session(role, "cloudcontrol").get_resource(**wanted)["TypeName"] == "AWS::ECR::Repository"
    made = caller.create_change_set(StackName="app", ChangeSetName="two", **request)
    caller.execute_change_set(ChangeSetName=made["Id"])
    assert people.root.settled("app") == "ROLLBACK_COMPLETE"
    assert "ecr:TagResource" in people.root.reason("app", "IMPORT_FAILED")
    people.root.cf.delete_stack(StackName="app")
    people.allow("reader", "cloudformation:*", "ecr:TagResource", *ECR_READ)
    made = caller.create_change_set(StackName="app", ChangeSetName="three", **request)
    caller.execute_change_set(ChangeSetName=made["Id"])
    assert people.root.settled("app") == "IMPORT_COMPLETE"
