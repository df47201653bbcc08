"""Deploying: a plan is executed, and followed to its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.build import push
from stacks.cloudformation import spans
from stacks.cloudformation.change_set import execute_change_set, update_stack
from stacks.cloudformation.changes import Kind
from stacks.cloudformation.spans import Span
from stacks.cloudformation.stack import CHANGEABLE, find_stack, remediation, undescribed_stack, wait_for_state
from stacks.errors import UserError
from stacks.estimate.history import write_history
from stacks.operations.failure import Failure, first_failure
from stacks.operations.follow import LONGEST_SECONDS, StackFollower, detach, do_nothing
from stacks.operations.revisions import services_left_behind
from stacks.operations.service import Stopped
from stacks.plan import adoption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.cloudformation.stack import Stack
    from stacks.operations.follow import OnInterrupt, OnPoll, Operation
    from stacks.plan import Plan
    from stacks.plan.adoption import Mismatch

FIX_AND_REPEAT = "Fix the cause, then deploy again."
SUCCEEDED = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A deployment that is over.

    `outputs` are the root's, under CloudFormation's names. `seconds` is the stack's own time, by its events. `failure`
    is None where it succeeded or CloudFormation names no cause. `push` are the commands for a first image, empty
    where there is one. `next_step` says what to type after a failure, or "". `spans` say how long each resource took,
    `note` what could not be done beside the deployment, or "". `stopped` are the reasons for which tasks stopped.
    `unlike` says what was adopted and differs from the settings, with the commands that change it.
    """

    environment: str
    stack_name: str
    state: str
    succeeded: bool
    counts: Mapping[Kind, int]
    changed: bool
    outputs: Mapping[str, str]
    seconds: float = 0.0
    failure: Failure | None = None
    push: tuple[str, ...] = ()
    next_step: str = ""
    spans: tuple[Span, ...] = ()
    note: str = ""
    stopped: tuple[Stopped, ...] = ()
    unlike: tuple[str, ...] = ()


@translate_aws_errors()
def execute_plan(
    aws: Aws,
    plan: Plan,
    *,
    on_event: OnEvent,
    on_poll: OnPoll = do_nothing,
    on_interrupt: OnInterrupt = detach,
    longest: float = LONGEST_SECONDS,
) -> Deployment:
    """Execute the plan's change set and report its events until it is over, at most `longest` seconds.

    `on_poll` and `on_interrupt` are as in `StackFollower.follow`. A plan without changes is over at once. Raises
    UserError where it cannot be started or followed; a deployment that fails is a result. If this is interrupted,
    CloudFormation goes on.
    """
    stack_id = plan.change_set.stack_id if plan.change_set else plan.changes.stack_id
    if plan.change_set is None and plan.request.rollback:
        return _unlike(_result(aws, plan, stack_id), plan.mismatches)
    following = StackFollower(aws, stack_id)
    if plan.change_set is None:
        update_stack(aws, plan.request)
    else:
        execute_change_set(aws, plan.change_set)
    operation = following.follow(on_event, on_poll=on_poll, on_interrupt=on_interrupt, longest=longest)
    done = _result(aws, plan, stack_id, operation)
    if not done.succeeded:
        return done
    note = write_history(aws, plan.artifact_bucket, done.stack_name, done.spans)
    done = _unlike(done, adoption.adopted_mismatches(aws, plan.changes))
    return dataclasses.replace(done, note=" ".join(filter(None, [done.note, note])))


def _unlike(done: Deployment, found: Iterable[Mismatch]) -> Deployment:
    return dataclasses.replace(done, unlike=tuple(line for it in found for line in it.lines))


def _result(aws: Aws, plan: Plan, stack_id: str, operation: Operation | None = None) -> Deployment:
    """Return the stack as it is now, and what has happened to it."""
    name = plan.request.stack_name
    if operation is None:
        stack = find_stack(aws, stack_id)
    else:
        stack = wait_for_state(aws, stack_id, operation.state) or undescribed_stack(stack_id, name)
    if stack is None:
        raise UserError(f"stack {name}", "it was deleted meanwhile")
    done = _outcome(
        stack,
        operation,
        environment=plan.request.environment,
        counts=plan.changes.count(),
        delete_command=plan.request.delete_command,
    )
    return _asking(_compared(aws, stack, done), plan.request.architecture, plan.request.sandbox_state)


def report_operation(
    aws: Aws,
    *,
    environment: str,
    stack: Stack,
    operation: Operation,
    counts: Mapping[Kind, int],
    architecture: str = "X86_64",
) -> Deployment:
    """Return what has become of a stack by an operation that is over and was started by anybody."""
    now = wait_for_state(aws, stack.stack_id, operation.state) or stack
    delete_command = f"python build.py destroy {environment}"
    done = _outcome(now, operation, environment=environment, counts=counts, delete_command=delete_command)
    return _asking(_compared(aws, now, done), architecture)


def _outcome(
    stack: Stack,
    operation: Operation | None,
    *,
    environment: str,
    counts: Mapping[Kind, int],
    delete_command: str,
) -> Deployment:
    succeeded = stack.state in CHANGEABLE if operation is None else operation.state in SUCCEEDED
    note = ""
    if operation is not None and operation.state != stack.state:
        note = f"CloudFormation still describes it as {stack.state or 'absent'}, and perhaps not all of its outputs."
        stack = dataclasses.replace(stack, state=operation.state)
    failed = first_failure(operation.events) if operation and not succeeded else None
    return Deployment(
        environment=environment,
        stack_name=stack.name,
        state=stack.state,
        succeeded=succeeded,
        changed=operation is not None,
        counts=counts,
        outputs=stack.outputs,
        seconds=operation.seconds if operation else 0.0,
        failure=failed,
        next_step="" if succeeded else _next_step(stack, delete_command, failed),
        spans=spans.spans_of(operation.events) if operation else (),
        note=note,
    )


def _compared(aws: Aws, stack: Stack, done: Deployment) -> Deployment:
    """Return the deployment; after express mode, a failed one where a service was left as it was."""
    if done.succeeded and stack.express and (late := services_left_behind(aws, stack.stack_id)):
        return dataclasses.replace(done, succeeded=False, failure=late[0].failure, next_step=late[0].next_step)
    return done


def _asking(done: Deployment, architecture: str, sandbox_state: str = "") -> Deployment:
    """Return the deployment, with the commands that push an image where there is a repository, but no service yet."""
    repository = done.outputs.get("EcrRepositoryUrl")
    if not done.succeeded or done.note or repository is None or "EcsServiceName" in done.outputs:
        return done
    where = {"environment": done.environment, "architecture": architecture, "sandbox_state": sandbox_state}
    lines = push.push_commands(repository, **where)
    return dataclasses.replace(done, push=lines)


def _next_step(stack: Stack, delete_command: str, failed: Failure | None) -> str:
    then = "" if failed is not None and failed.requested else f" {FIX_AND_REPEAT}"
    match stack.state:
        case "UPDATE_ROLLBACK_COMPLETE":
            return f"Everything is as it was before.{then}"
        case "DELETE_COMPLETE":
            return f"Nothing of it is left but what is retained.{then}"
        case _:
            return remediation(stack, delete_command)
