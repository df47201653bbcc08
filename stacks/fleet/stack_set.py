"""A stack set as CloudFormation describes it, its instances, and the operation that is under way.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code
from stacks.cloudformation.bootstrapped import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.settings import Settings

UNDER_WAY = frozenset({"RUNNING", "STOPPING", "QUEUED"})
"""States of an operation that has not ended."""
CURRENT, OUTDATED, INOPERABLE = "CURRENT", "OUTDATED", "INOPERABLE"
"""Whether an instance is what its stack set says; an inoperable one is in no update any more."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A stack in one account and region; `unit` is the organizational unit for which it was made, or "".

    `stack_id` is "" where none was created, `detail` the state of the last operation on it, such as `FAILED`.
    """

    account: str
    region: str
    unit: str
    stack_id: str
    status: str
    detail: str
    reason: str
    drift: str
    drift_checked_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Account and region."""
        return self.account, self.region

    @property
    def is_current(self) -> bool:
        """Whether its stack is what the stack set says."""
        return self.status == CURRENT and bool(self.stack_id)


@dataclass(frozen=True, kw_only=True)
class StackSet:
    """A stack set. `template` is its template as a document."""

    name: str
    arn: str
    template: Mapping[str, Any]
    tags: Mapping[str, str]
    is_service_managed: bool
    administration_role_arn: str
    execution_role_name: str
    auto_deployment: bool
    retain_on_removal: bool
    managed_execution: bool
    drift: str
    drift_checked_at: datetime | None = None

    @property
    def version(self) -> int:
        """The version of the bootstrap stack in its template; 0 where it says none."""
        text = str(self.template.get("Outputs", {}).get(VERSION, {}).get("Value", ""))
        return int(text) if text.isdecimal() else 0


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation on a stack set; `reason` is "" where CloudFormation gives none."""

    id: str
    action: str
    status: str
    reason: str = ""


def call_as(settings: Settings) -> dict[str, Any]:
    """Return the parameter of each call by a delegated administrator."""
    return {"CallAs": "DELEGATED_ADMIN"} if settings.fleet.call_as == "delegated_admin" else {}


def find_stack_set(aws: Aws, name: str, called: Mapping[str, Any]) -> StackSet | None:
    """Return the stack set of this name; None where there is none."""
    try:
        found = aws.cloudformation.describe_stack_set(StackSetName=name, **called)["StackSet"]
    except ClientError as error:
        if error_code(error) in {"StackSetNotFoundException", "StackSetNotFound"}:
            return None
        raise
    drift, auto = found.get("StackSetDriftDetectionDetails", {}), found.get("AutoDeployment", {})
    return StackSet(
        name=name,
        arn=found.get("StackSetARN", ""),
        template=json.loads(found["TemplateBody"]),
        tags={it["Key"]: it["Value"] for it in found.get("Tags", [])},
        is_service_managed=found.get("PermissionModel") == "SERVICE_MANAGED",
        administration_role_arn=found.get("AdministrationRoleARN", ""),
        execution_role_name=found.get("ExecutionRoleName", ""),
        auto_deployment=auto.get("Enabled", False),
        retain_on_removal=auto.get("RetainStacksOnAccountRemoval", False),
        managed_execution=found.get("ManagedExecution", {}).get("Active", False),
        drift=drift.get("DriftStatus", "NOT_CHECKED"),
        drift_checked_at=drift.get("LastDriftCheckTimestamp"),
    )


def list_instances(aws: Aws, name: str, called: Mapping[str, Any]) -> tuple[Instance, ...]:
    """Return all instances of a stack set, by account and region."""
    pages = aws.cloudformation.get_paginator("list_stack_instances").paginate(StackSetName=name, **called)
    found = [
        Instance(
            account=it.get("Account", ""),
            region=it.get("Region", ""),
            unit=it.get("OrganizationalUnitId", ""),
            stack_id=it.get("StackId", ""),
            status=it.get("Status", ""),
            detail=it.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
            reason=it.get("StatusReason", ""),
            drift=it.get("DriftStatus", "NOT_CHECKED"),
            drift_checked_at=it.get("LastDriftCheckTimestamp"),
        )
        for page in pages
        for it in page["Summaries"]
    ]
    return tuple(sorted(found, key=lambda it: it.place))


def operations(aws: Aws, name: str, called: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations on a stack set, newest first."""
    pages = aws.cloudformation.get_paginator("list_stack_set_operations").paginate(StackSetName=name, **called)
    for page in pages:
        for it in page["Summaries"]:
            yield Operation(
                id=it.get("OperationId", ""),
                action=it.get("Action", ""),
                status=it.get("Status", ""),
                reason=it.get("StatusReason", ""),
            )


def running_operation(aws: Aws, name: str, called: Mapping[str, Any]) -> Operation | None:
    """Return the operation that is under way; None where none is."""
    return next((it for it in operations(aws, name, called) if it.status in UNDER_WAY), None)
