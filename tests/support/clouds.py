"""What the tests of the sandbox share: publish a template, deploy, wait, read events."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.accounts import Account

ROOT = Path(__file__).resolve().parents[2]
LOG_GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
_DEADLINE_SECONDS = 30.0
_POLL_SECONDS = 0.02


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a Python process that finds the project from any directory."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def template(resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a template with these resources; `more` are its other sections."""
    return {"Resources": resources, **more}


def child(url: str, **parameters: Any) -> dict[str, Any]:
    """Return a nested stack from this address."""
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}


def output(logical_id: str, name: str) -> dict[str, Any]:
    """Return an output of a nested stack."""
    return {"Fn::GetAtt": [logical_id, f"Outputs.{name}"]}


def role(name: str) -> dict[str, Any]:
    """Return a role with this name."""
    return {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name, "AssumeRolePolicyDocument": TRUST}}


class Cloud:
    """One account, with what tests often do in it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.cf = account.client("cloudformation")
        self.bucket = f"artifacts-{account.account_id}"
        where = {"LocationConstraint": account.address.region}
        account.client("s3").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=where)

    def create_role(self, name: str) -> None:
        """Create a role outside any stack, so that creating another one with this name fails."""
        self.account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))

    def role_names(self) -> set[str]:
        """Return the names of the account's roles."""
        return {found["RoleName"] for found in self.account.client("iam").list_roles()["Roles"]}

    def publish(self, key: str, body: dict[str, Any]) -> str:
        """Put a template into the bucket, and return its URL in path style."""
        self.account.client("s3").put_object(Bucket=self.bucket, Key=key, Body=json.dumps(body).encode())
        return f"https://s3.{self.account.address.region}.amazonaws.com/{self.bucket}/{key}"

    def create(self, name: str, body: dict[str, Any], **more: Any) -> str:
        """Create a stack, and return its final status."""
        self.cf.create_stack(StackName=name, TemplateBody=json.dumps(body), **_capable(more))
        return self.settled(name)

    def start(self, name: str, body: dict[str, Any]) -> None:
        """Start to create a stack."""
        self.cf.create_stack(StackName=name, TemplateBody=json.dumps(body), **_capable({}))

    def update(self, name: str, body: dict[str, Any], **more: Any) -> str:
        """Update a stack, and return its final status."""
        self.cf.update_stack(StackName=name, TemplateBody=json.dumps(body), **_capable(more))
        return self.settled(name)

    def delete(self, name: str) -> str:
        """Delete a stack, and return its final status."""
        stack_id = self.stack(name)["StackId"]
        self.cf.delete_stack(StackName=name)
        return self.settled(stack_id, leaving="_COMPLETE", unless="DELETE")

    def plan(self, name: str, body: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
        """Create a change set of the whole tree, and return its description."""
        created = self.cf.create_change_set(
            StackName=name,
            ChangeSetName=f"plan-{time.time_ns()}",
            ChangeSetType=kind,
            TemplateBody=json.dumps(body),
            **_capable({"IncludeNestedStacks": True, **more}),
        )
        return self.change_set(created["Id"])

    def plan_import(self, name: str, body: dict[str, Any], wanted: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """Create a change set that imports these resources, and return its description."""
        return self.plan(name, body, "IMPORT", **{"ResourcesToImport": wanted, "IncludeNestedStacks": False, **more})

    def execute(self, change_set: dict[str, Any]) -> str:
        """Execute a change set, and return the final status of its stack."""
        self.cf.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
        return self.settled(change_set["StackId"])

    def change_set(self, change_set_id: str) -> dict[str, Any]:
        """Return the description of a change set."""
        return dict(self.cf.describe_change_set(ChangeSetName=change_set_id))

    def stack(self, name: str) -> dict[str, Any]:
        """Return the description of a stack."""
        return dict(self.cf.describe_stacks(StackName=name)["Stacks"][0])

    def settled(self, name: str, leaving: str = "IN_PROGRESS", unless: str = "") -> str:
        """Wait until the stack's status does not end in `leaving`, or contains `unless`, and return it."""

        def done() -> str:
            status = str(self.stack(name)["StackStatus"])
            moving = status.endswith("IN_PROGRESS") or (status.endswith(leaving) and not (unless and unless in status))
            return "" if moving else status

        return str(until(done))

    def outputs(self, name: str) -> dict[str, str]:
        """Return the stack's outputs."""
        return {entry["OutputKey"]: entry["OutputValue"] for entry in self.stack(name).get("Outputs", [])}

    def physical(self, name: str, logical_id: str) -> str:
        """Return the physical id of one of the stack's resources."""
        found = self.cf.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return all events of a stack, oldest first."""
        pages = self.cf.get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def statuses(self, name: str) -> list[tuple[str, str]]:
        """Return the events as pairs of logical id and status."""
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in self.events(name)]

    def reason(self, name: str, status: str, logical_id: str | None = None) -> str:
        """Return the reason of the first event with this status."""
        return next(
            str(event["ResourceStatusReason"])
            for event in self.events(name)
            if event["ResourceStatus"] == status and logical_id in {None, event["LogicalResourceId"]}
        )

    def all_stacks(self) -> dict[str, str]:
        """Return the status of every stack of the account, deleted ones included, by name."""
        return {found["StackName"]: found["StackStatus"] for found in self.cf.list_stacks()["StackSummaries"]}


def until(poll: Any) -> Any:
    """Poll until the result is true, and return it. Raises AssertionError after 30 seconds."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := poll():
            return found
        time.sleep(_POLL_SECONDS)
    raise AssertionError("nothing came in 30 s")


def _capable(more: dict[str, Any]) -> dict[str, Any]:
    return {"Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"], **more}


def changes(change_set: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the change set's changes by logical id."""
    found = [entry["ResourceChange"] for entry in change_set["Changes"]]
    return {change["LogicalResourceId"]: change for change in found}
