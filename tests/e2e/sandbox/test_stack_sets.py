"""StackSets of the sandbox: stacks in other accounts and regions, by operations that AWS's documentation describes."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.accounts import Account, fresh
from tests.support.fleets import ADMINISTRATION, EXECUTION, administer, join

if TYPE_CHECKING:
    from sandbox import Address

HERE, THERE = "ap-northeast-2", "us-east-1"
TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "one"}}}}
NESTED = {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://a/b"}}}}


@pytest.fixture
def members(sandbox: Address, account: Account) -> list[Account]:
    """Give three accounts with the execution role, which an administrator account can act in."""
    administer(account)
    found = [fresh(sandbox) for _ in range(3)]
    for it in found:
        join(it, account.account_id)
    return found


class Sets:
    """One stack set, and its operations followed to their ends."""

    def __init__(self, account: Account, **more: Any) -> None:
        self.client = account.client("cloudformation")
        self.client.create_stack_set(StackSetName="topics", TemplateBody=json.dumps(TEMPLATE), **more)

    def end(self, begun: Any) -> tuple[str, dict[tuple[str, str], str]]:
        """Wait for an operation; return its status, and its results by account and region."""
        which = {"StackSetName": "topics", "OperationId": begun["OperationId"]}
        for _ in range(500):
            status = self.client.describe_stack_set_operation(**which)["StackSetOperation"]["Status"]
            if status not in {"RUNNING", "STOPPING", "QUEUED"}:
                break
            time.sleep(0.01)
        results = self.client.list_stack_set_operation_results(**which)["Summaries"]
        return status, {(it["Account"], it["Region"]): it["Status"] for it in results}

    def create(self, accounts: list[str], regions: tuple[str, ...] = (HERE,), **preferences: Any) -> Any:
        """Begin to create instances."""
        return self.client.create_stack_instances(
            StackSetName="topics", Accounts=accounts, Regions=list(regions), OperationPreferences=preferences
        )

    def instances(self) -> dict[tuple[str, str], Any]:
        """Return all instances by account and region."""
        found = self.client.list_stack_instances(StackSetName="topics")["Summaries"]
        return {(it["Account"], it["Region"]): it for it in found}


def ids(accounts: list[Account]) -> list[str]:
    """The ids of accounts."""
    return [it.account_id for it in accounts]


def stacks(account: Account, region: str = HERE) -> dict[str, str]:
    """The stacks of an account, and their statuses."""
    there = replace(account, address=replace(account.address, region=region))
    return {it["StackName"]: it["StackStatus"] for it in there.client("cloudformation").describe_stacks()["Stacks"]}


def refused(call: Any, **words: Any) -> str:
    """Return the code with which a request is refused."""
    with pytest.raises(ClientError) as error:
        call(**words)
    return str(error.value.response["Error"]["Code"])


def test_stacks_come_into_being_in_other_accounts(account: Account, members: list[Account]) -> None:
    """In each account and region one, named StackSet-NAME-UUID; updated and deleted with the stack set."""
    sets = Sets(account)
    status, results = sets.end(sets.create(ids(members), (HERE, THERE), RegionOrder=[THERE, HERE]))
    assert (status, set(results.values()), len(results)) == ("SUCCEEDED", {"SUCCEEDED"}, 6)
    (name,) = stacks(members[0], THERE)
    assert name.startswith("StackSet-topics-")
    found = sets.instances()[members[0].account_id, THERE]
    assert (found["Status"], found["StackInstanceStatus"]["DetailedStatus"]) == ("CURRENT", "SUCCEEDED")
    assert found["StackId"].split(":")[3:5] == [THERE, members[0].account_id]
    assert refused(sets.client.delete_stack_set, StackSetName="topics") == "StackSetNotEmptyException"
    changed = json.loads(json.dumps(TEMPLATE).replace("one", "two"))
    sets.end(sets.client.update_stack_set(StackSetName="topics", TemplateBody=json.dumps(changed)))
    assert set(stacks(members[1]).values()) == {"UPDATE_COMPLETE"}
    gone = sets.client.delete_stack_instances(
        StackSetName="topics", Accounts=ids(members[:1]), Regions=[HERE, THERE], RetainStacks=False
    )
    assert sets.end(gone)[0] == "SUCCEEDED"
    assert (stacks(members[0]), stacks(members[0], THERE), len(sets.instances())) == ({}, {}, 4)
    kept = sets.client.delete_stack_instances(
        StackSetName="topics", Accounts=ids(members[1:]), Regions=[HERE, THERE], RetainStacks=True
    )
    sets.end(kept)
    assert len(stacks(members[1])) == 1
    sets.client.delete_stack_set(StackSetName="topics")
    assert refused(sets.client.describe_stack_set, StackSetName="topics") == "StackSetNotFoundException"


def test_roles_are_needed_in_both_accounts(sandbox: Address, account: Account) -> None:
    """Without the administration role nothing happens, without an execution role nothing in that account."""
    sets, member = Sets(account), fresh(sandbox)
    status, _ = sets.end(sets.create([member.account_id]))
    (found,) = sets.instances().values()
    assert (status, found["Status"]) == ("FAILED", "OUTDATED")
    words = f"should have '{ADMINISTRATION}' role with trust relationship to CloudFormation service."
    assert found["StatusReason"] == f"Account {account.account_id} {words}"
    administer(account)
    sets.end(sets.create([member.account_id]))
    (found,) = sets.instances().values()
    words = f"should have '{EXECUTION}' role with trust relationship to Role '{ADMINISTRATION}'."
    assert found["StatusReason"] == f"Account {member.account_id} {words}"
    join(member, account.account_id)
    assert sets.end(sets.create([member.account_id]))[0] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("preferences", "status", "ended"),
    [
        ({}, "FAILED", ["FAILED", "CANCELLED", "CANCELLED"]),
        ({"FailureToleranceCount": 1}, "SUCCEEDED", ["FAILED", "SUCCEEDED", "SUCCEEDED"]),
        ({"FailureTolerancePercentage": 33}, "FAILED", ["FAILED", "CANCELLED", "CANCELLED"]),
        ({"FailureTolerancePercentage": 34}, "SUCCEEDED", ["FAILED", "SUCCEEDED", "SUCCEEDED"]),
        (
            {"ConcurrencyMode": "SOFT_FAILURE_TOLERANCE", "MaxConcurrentCount": 3},
            "FAILED",
            ["FAILED", "SUCCEEDED", "SUCCEEDED"],
        ),
    ],
)
def test_failures_stop_an_operation_beyond_their_tolerance(
    sandbox: Address, account: Account, preferences: dict[str, Any], status: str, ended: list[str]
) -> None:
    """The first account has no role: what has begun ends, what has not is cancelled, in later regions as well."""
    administer(account)
    members = [fresh(sandbox) for _ in range(3)]
    for it in members[1:]:
        join(it, account.account_id)
    sets = Sets(account)
    found, results = sets.end(sets.create(ids(members), (HERE, THERE), **preferences, RegionOrder=[HERE, THERE]))
    assert (found, [results[it, HERE] for it in ids(members)]) == (status, ended)
    if status == "FAILED":
        assert {results[it, THERE] for it in ids(members)} == {"CANCELLED"}
        assert sets.instances()[members[1].account_id, THERE]["StatusReason"] == (
            "Cancelled since failure tolerance has exceeded"
        )


def test_requests_that_aws_refuses_are_refused(account: Account, members: list[Account]) -> None:
    """Names, preferences and targets that do not go together; and one operation at a time."""
    sets = Sets(account)
    client, body = sets.client, json.dumps(TEMPLATE)
    assert refused(client.create_stack_set, StackSetName="topics", TemplateBody=body) == "NameAlreadyExistsException"
    role = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}
    wrong: list[dict[str, Any]] = [
        {"StackSetName": "1", "TemplateBody": body},
        {"StackSetName": "a", "TemplateBody": json.dumps(role)},
        {"StackSetName": "a", "TemplateBody": body, "PermissionModel": "SERVICE_MANAGED"},
    ]
    codes = [refused(client.create_stack_set, **it) for it in wrong]
    assert codes == ["ValidationError", "InsufficientCapabilitiesException", "ValidationError"]
    for preferences in (
        {"FailureToleranceCount": 0, "FailureTolerancePercentage": 1},
        {"MaxConcurrentCount": 2},
    ):
        assert refused(sets.create, accounts=ids(members), **preferences) == "ValidationError"
    begun = sets.create(ids(members))
    assert refused(sets.create, accounts=ids(members)) == "OperationInProgressException"
    client.stop_stack_set_operation(StackSetName="topics", OperationId=begun["OperationId"])
    assert sets.end(begun)[0] == "STOPPED"
    assert "CANCELLED" in sets.end(begun)[1].values()
    stop = {"StackSetName": "topics", "OperationId": begun["OperationId"]}
    assert refused(client.stop_stack_set_operation, **stop) == "InvalidOperationException"


def test_a_failed_stack_has_its_reason_and_is_created_again(account: Account, members: list[Account]) -> None:
    """The reason names the resource; the next operation on the instance replaces what was never created."""
    sets, member = Sets(account), members[0]
    member.inject_faults({"step": "create", "resource": "Topic", "reason": "Rate exceeded"})
    sets.end(sets.create(ids([member])))
    (found,) = sets.instances().values()
    words = "ResourceLogicalId:Topic, ResourceType:AWS::SNS::Topic, ResourceStatusReason:Rate exceeded."
    assert (found["Status"], found["StatusReason"]) == ("OUTDATED", words)
    assert list(stacks(member).values()) == ["ROLLBACK_COMPLETE"]
    member.inject_faults()
    again = sets.client.update_stack_instances(StackSetName="topics", Accounts=ids([member]), Regions=[HERE])
    assert (sets.end(again)[0], list(stacks(member).values())) == ("SUCCEEDED", ["CREATE_COMPLETE"])


def test_organizational_units_are_targets(account: Account, sandbox: Address) -> None:
    """With trusted access: all accounts below, or some of them, but never the management account."""
    organizations = account.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="apps")["OrganizationalUnit"]["Id"]
    made = [
        organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"]["AccountId"]
        for name in ("one", "two")
    ]
    organizations.move_account(AccountId=made[0], SourceParentId=root, DestinationParentId=unit)
    client = account.client("cloudformation")
    assert client.describe_organizations_access()["Status"] == "DISABLED"
    client.activate_organizations_access()
    managed: dict[str, Any] = {"PermissionModel": "SERVICE_MANAGED", "AutoDeployment": {"Enabled": False}}
    nested = {"StackSetName": "nested", "TemplateBody": json.dumps(NESTED), **managed}
    assert refused(client.create_stack_set, **nested) == "ValidationError"
    sets = Sets(account, **managed)
    assert refused(sets.create, accounts=made) == "ValidationError"
    for chosen in ({}, {"AccountFilterType": "UNION"}):
        targets = {"OrganizationalUnitIds": [unit], "Accounts": made, **chosen}
        words = {"StackSetName": "topics", "DeploymentTargets": targets, "Regions": [HERE]}
        assert refused(client.create_stack_instances, **words) == "ValidationError"

    def create(units: list[str], **more: Any) -> dict[tuple[str, str], str]:
        begun = client.create_stack_instances(
            StackSetName="topics", DeploymentTargets={"OrganizationalUnitIds": units, **more}, Regions=[HERE]
        )
        return sets.end(begun)[1]

    assert create([unit]) == {(made[0], HERE): "SUCCEEDED"}
    assert len(stacks(Account(address=sandbox.as_account(made[0])))) == 1
    assert sets.instances()[made[0], HERE]["OrganizationalUnitId"] == unit
    assert create([root], Accounts=[made[0]], AccountFilterType="DIFFERENCE") == {(made[1], HERE): "SUCCEEDED"}
