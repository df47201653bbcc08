"""The operations on the stack set, one after the other, each followed to its end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, translate_aws_errors
from stacks.errors import Code, UserError
from stacks.fleet.planning import Action, FleetPlan, Step
from stacks.fleet.stack_set import UNDER_WAY, Operation, call_as, running_operation
from stacks.fleet.template import sent_template
from stacks.operations.follow import detach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.settings import Settings

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 5.0, 1.5
"""Seconds between two polls of an operation: the first pause, the longest, and how they grow."""
LONGEST_SECONDS = 12 * 3600.0
"""Longest that an operation is followed: many accounts one after the other take hours."""
BUSY_SECONDS = 60.0
"""Longest wait for the right to begin, where another operation has just begun."""
SUCCEEDED, FAILED, CANCELLED = "SUCCEEDED", "FAILED", "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of an operation in one account and region; `reason` is "" where CloudFormation gives none."""

    account: str
    region: str
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """An operation that has ended, with its results."""

    operation: Operation
    results: tuple[Result, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it succeeded everywhere: one within its failure tolerance ends as SUCCEEDED with failures."""
        return self.operation.status == SUCCEEDED and all(it.status == SUCCEEDED for it in self.results)


@dataclass(frozen=True, kw_only=True)
class Rolled:
    """A plan that was executed, as far as it came; `is_gone`: the stack set was deleted at the end."""

    plan: FleetPlan
    done: tuple[Done, ...]
    is_gone: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether all operations of the plan have ended well everywhere."""
        return len(self.done) == len(self.plan.steps) and all(it.succeeded for it in self.done)


OnResult = Callable[[Result], None]


@translate_aws_errors()
def execute_fleet_plan(
    aws: Aws,
    settings: Settings,
    plan: FleetPlan,
    *,
    on_result: OnResult,
    on_interrupt: Callable[[Operation], bool] = lambda _: detach(),
) -> Rolled:
    """Create the stack set where there is none, then perform the steps until one fails.

    `on_result` gets each result that has changed; `on_interrupt` is called on Ctrl-C, and says whether to go on
    following. Operations go on by themselves where nobody follows them.
    """
    called, name = call_as(settings), plan.wanted.name
    if plan.existing is None and not plan.destroys:
        _create_stack_set(aws, settings, plan)
    done: list[Done] = []
    for step in plan.steps:
        operation_id = _begin(aws, settings, plan, step)
        done.append(
            follow_operation(
                aws, name, operation_id, called, action=step.action, on_result=on_result, on_interrupt=on_interrupt
            )
        )
        if not done[-1].succeeded:
            return Rolled(plan=plan, done=tuple(done))
    if plan.destroys:
        aws.cloudformation.delete_stack_set(StackSetName=name, **called)
    return Rolled(plan=plan, done=tuple(done), is_gone=plan.destroys)


def _create_stack_set(aws: Aws, settings: Settings, plan: FleetPlan) -> None:
    aws.cloudformation.create_stack_set(
        StackSetName=plan.wanted.name,
        ClientRequestToken=f"fleet-{uuid.uuid4().hex}",
        **_described(aws, settings, plan),
        **call_as(settings),
    )


def _described(aws: Aws, settings: Settings, plan: FleetPlan) -> dict[str, Any]:
    """Return the parameters that a creation and an update of the stack set have in common."""
    fleet, wanted = settings.fleet, plan.wanted
    found: dict[str, Any] = {
        "Description": wanted.description,
        "Capabilities": list(wanted.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(wanted.tags.items())],
        "ManagedExecution": {"Active": fleet.managed_execution},
        **sent_template(aws, settings, wanted),
    }
    if fleet.is_service_managed:
        retains = (
            {"RetainStacksOnAccountRemoval": fleet.retain_stacks_on_account_removal} if fleet.auto_deployment else {}
        )
        auto = {"Enabled": fleet.auto_deployment, **retains}
        return {**found, "PermissionModel": "SERVICE_MANAGED", "AutoDeployment": auto}
    administered = {"AdministrationRoleARN": fleet.administration_role_arn} if fleet.administration_role_arn else {}
    return {
        **found,
        "PermissionModel": "SELF_MANAGED",
        "ExecutionRoleName": fleet.execution_role_name,
        **administered,
    }


def _begin(aws: Aws, settings: Settings, plan: FleetPlan, step: Step) -> str:
    """Begin an operation and return its id; wait where another one has just begun."""
    begun = time.monotonic()
    while True:
        try:
            return _called(aws, settings, plan, step)
        except ClientError as error:
            if error_code(error) != "OperationInProgressException" or time.monotonic() - begun > BUSY_SECONDS:
                raise
        wait_for_running(aws, plan.wanted.name, call_as(settings))


def _called(aws: Aws, settings: Settings, plan: FleetPlan, step: Step) -> str:
    common: dict[str, Any] = {
        "StackSetName": plan.wanted.name,
        "OperationId": f"fleet-{uuid.uuid4().hex}",
        "OperationPreferences": preferences(settings, step.regions),
        **call_as(settings),
    }
    if step.is_whole:
        return aws.cloudformation.update_stack_set(**common, **_described(aws, settings, plan))["OperationId"]
    where: dict[str, Any] = {**_targets(settings, plan, step), "Regions": list(step.regions)}
    match step.action:
        case Action.CREATE:
            return aws.cloudformation.create_stack_instances(**common, **where)["OperationId"]
        case Action.UPDATE:
            return aws.cloudformation.update_stack_instances(**common, **where)["OperationId"]
        case Action.DELETE:
            found = aws.cloudformation.delete_stack_instances(**common, **where, RetainStacks=plan.retains)
            return found["OperationId"]


def _targets(settings: Settings, plan: FleetPlan, step: Step) -> dict[str, Any]:
    """Return the accounts of a step: as such, or as all or some of those in their organizational units."""
    fleet = settings.fleet
    if not (plan.existing.is_service_managed if plan.existing else fleet.is_service_managed):
        return {"Accounts": list(step.accounts)}
    units = {"OrganizationalUnitIds": list(step.units)}
    if not step.has_whole_units:
        return {"DeploymentTargets": {**units, "Accounts": list(step.accounts), "AccountFilterType": "INTERSECTION"}}
    if step.action is Action.CREATE and fleet.account_filter:
        own = {"Accounts": list(fleet.accounts), "AccountFilterType": fleet.account_filter.upper()}
        return {"DeploymentTargets": {**units, **own}}
    return {"DeploymentTargets": units}


def preferences(settings: Settings, regions: tuple[str, ...]) -> dict[str, Any]:
    """Return how an operation goes about its accounts and regions; what is left out is AWS's default."""
    fleet = settings.fleet
    numbers = {
        "FailureToleranceCount": fleet.failure_tolerance_count,
        "FailureTolerancePercentage": fleet.failure_tolerance_percentage,
        "MaxConcurrentCount": fleet.max_concurrent_count,
        "MaxConcurrentPercentage": fleet.max_concurrent_percentage,
    }
    return {
        "RegionConcurrencyType": fleet.region_concurrency.upper(),
        "ConcurrencyMode": fleet.concurrency_mode.upper(),
        **({"RegionOrder": list(regions)} if fleet.region_concurrency == "sequential" and regions else {}),
        **{name: number for name, number in numbers.items() if number is not None},
    }


@translate_aws_errors()
def follow_operation(  # noqa: PLR0913 - an operation, and its listeners
    aws: Aws,
    name: str,
    operation_id: str,
    called: Mapping[str, Any],
    *,
    action: str,
    on_result: OnResult,
    on_interrupt: Callable[[Operation], bool] = lambda _: detach(),
) -> Done:
    """Follow one operation to its end, and report each result as it changes."""
    reported: dict[tuple[str, str], str] = {}
    operation = Operation(id=operation_id, action=action, status="RUNNING")
    while True:
        try:
            for operation in _polled(aws, name, operation, called):  # noqa: B020 - the same one, as it is now
                results = _results(aws, name, operation_id, called)
                for it in results:
                    if reported.get((it.account, it.region)) != it.status:
                        reported[it.account, it.region] = it.status
                        on_result(it)
                if operation.status not in UNDER_WAY:
                    return Done(operation=operation, results=results)
            why = f"it has not ended in {LONGEST_SECONDS / 3600:.0f} hours"
            raise UserError(f"operation {operation_id} on {name}", why, "Repeat the command to go on.", code=Code.STATE)
        except KeyboardInterrupt:
            if not on_interrupt(operation):
                raise


def _polled(aws: Aws, name: str, operation: Operation, called: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operation as it is now, after growing pauses."""
    begun, pause = time.monotonic(), FIRST_PAUSE
    while time.monotonic() - begun < LONGEST_SECONDS:
        found = aws.cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation.id, **called)[
            "StackSetOperation"
        ]
        yield replace(operation, status=found["Status"], reason=found.get("StatusReason", ""))
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def _results(aws: Aws, name: str, operation_id: str, called: Mapping[str, Any]) -> tuple[Result, ...]:
    pages = aws.cloudformation.get_paginator("list_stack_set_operation_results").paginate(
        StackSetName=name, OperationId=operation_id, **called
    )
    found = [
        Result(
            account=it.get("Account", ""),
            region=it.get("Region", ""),
            status=it.get("Status", ""),
            reason=it.get("StatusReason", ""),
        )
        for page in pages
        for it in page["Summaries"]
    ]
    return tuple(sorted(found, key=lambda it: (it.account, it.region)))


def wait_for_running(
    aws: Aws, name: str, called: Mapping[str, Any], *, on_result: OnResult = lambda _: None
) -> Operation | None:
    """Wait for the operation that is under way; return it as it ended, or None where none was."""
    running = running_operation(aws, name, called)
    if running is None:
        return None
    return follow_operation(aws, name, running.id, called, action=running.action, on_result=on_result).operation


@translate_aws_errors()
def stop_operation(aws: Aws, name: str, operation: Operation, called: Mapping[str, Any]) -> str:
    """Stop an operation: what has not begun is cancelled, what has begun ends. Return what happens."""
    try:
        aws.cloudformation.stop_stack_set_operation(StackSetName=name, OperationId=operation.id, **called)
    except ClientError as error:
        if error_code(error) != "InvalidOperationException":
            raise
        return "It has ended meanwhile."
    return "What has not begun is cancelled; what has begun is waited for."
