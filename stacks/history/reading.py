"""The deployments of an environment: CloudFormation's operations, with what ECS and CloudTrail know of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, error_message, is_denied, is_unsupported, translate_aws_errors
from stacks.cloudformation.stack import find_stack
from stacks.errors import Code, UserError
from stacks.history.callers import OF_DELETIONS, OF_EXECUTION, OF_SERVICES, OF_STACKS, Begun, read_calls
from stacks.history.operations import DESTROY, Outcome, read_operations
from stacks.history.rollouts import read_rollouts
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.aws.session import Aws
    from stacks.history.operations import Operation
    from stacks.history.rollouts import Rollout
    from stacks.settings import Settings

BY_ECS = "service"
"""The kind of a deployment that ECS alone has made, without the stack."""
EXECUTED = "deploy-"
"""How the tokens begin of those operations of this tool that execute a change set."""
THIS_TOOL = ("deploy-", "update-", "destroy-")
"""How the tokens begin with which this tool marks its operations."""
MARGIN = dt.timedelta(seconds=2)
"""How far the clocks of CloudFormation and ECS may differ; ECS's times may be whole seconds."""


@dataclass(frozen=True, kw_only=True)
class DeployedImage:
    """An image as a task definition names it; `digest` is what its tag stood for, or "" where ECS does not say it."""

    uri: str
    digest: str
    definition: str

    @property
    def tag(self) -> str:
        """Its tag; "" where the address has none."""
        name = self.uri.partition("@")[0].rpartition("/")[2]
        return name.rpartition(":")[2] if ":" in name else ""

    @property
    def repository(self) -> str:
        """Its address without tag and digest."""
        address = self.uri.partition("@")[0]
        return address.removesuffix(f":{self.tag}") if self.tag else address


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment. `number` counts from the newest, which is 1; `image` is the one that it brought or kept.

    `is_new_image`: it differs from the one before. `runs`: it is the one that runs now. `who` and `tool` are "" where
    nobody knows them.
    """

    number: int
    kind: str
    began: dt.datetime
    ended: dt.datetime | None
    outcome: Outcome
    state: str
    reason: str
    image: DeployedImage | None
    is_new_image: bool = False
    runs: bool = False
    who: str = ""
    tool: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """The deployments of an environment, newest first; `notes` say what could not be read.

    `exists`: the stack is there now. `has_more`: there are older ones.
    """

    environment: str
    stack_name: str
    deployments: tuple[Deployment, ...]
    notes: tuple[str, ...] = ()
    exists: bool = True
    has_more: bool = False


@translate_aws_errors()
def read_history(aws: Aws, settings: Settings, count: int, *, callers: bool = True) -> History:
    """Return the newest deployments, with who has begun them where `callers` are wanted: CloudTrail is slow.

    Raises UserError where there never was any, or the stack may not be read.
    """
    name = settings.identity.name
    stack = find_stack(aws, name)
    stack_id = stack.stack_id if stack is not None else _deleted(aws, name)
    operations = read_operations(aws, stack_id, count + 1) if stack_id else []
    if not operations:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: {PROGRAM} deploy {settings.environment}"
        why = f"it is not there, and was not deleted in the last 90 days ({where})"
        raise UserError(f"stack {name}", why, then, code=Code.ABSENT)
    notes: list[str] = []
    rollouts = _rollouts(aws, settings, operations[-1].began, notes)
    images = _images(aws, settings, operations, rollouts, notes)
    merged = merge(operations, rollouts, images)
    shown = merged[:count]
    if callers:
        shown = _named(aws, settings, shown, {it.began: it.token for it in operations}, notes)
    return History(
        environment=settings.environment,
        stack_name=name,
        deployments=tuple(_marked(shown, exists=stack is not None)),
        notes=tuple(notes),
        exists=stack is not None,
        has_more=len(merged) > count,
    )


def _deleted(aws: Aws, name: str) -> str:
    """Return the id of the stack of this name that was deleted last, in the last 90 days; "" where there is none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
    """
    pages = aws.cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    found = [it for page in pages for it in page["StackSummaries"] if it["StackName"] == name]
    return max(found, key=lambda it: it["CreationTime"])["StackId"] if found else ""


def _rollouts(aws: Aws, settings: Settings, since: dt.datetime, notes: list[str]) -> list[Rollout]:
    names = settings.identity
    try:
        return read_rollouts(aws, names.cluster, names.service, names.container, since - MARGIN)
    except ClientError as error:
        if not (is_denied(error) or is_unsupported(error)):
            raise
        notes.append(f"What ECS knows of the deployments cannot be read: {error_message(error)}")
        return []


def _images(
    aws: Aws, settings: Settings, operations: Iterable[Operation], rollouts: Iterable[Rollout], notes: list[str]
) -> dict[str, DeployedImage]:
    """Return the app's image of each task definition that matters, by its ARN."""
    found = {
        it.definition: DeployedImage(uri=it.image, digest=it.digest, definition=it.definition)
        for it in rollouts
        if it.image
    }
    wanted = [it.definition for it in operations] + [it.definition for it in rollouts]
    for arn in dict.fromkeys(wanted):
        if arn and arn not in found:
            try:
                described = aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
            except ClientError as error:
                if is_denied(error):
                    notes.append(f"Images may not be read: {error_message(error)}")
                    return found
                if error_code(error) != "ClientException":
                    raise
                continue  # it was deleted for good
            containers = described["containerDefinitions"]
            own = next((it for it in containers if it["name"] == settings.identity.container), containers[0])
            found[arn] = DeployedImage(uri=own["image"], digest="", definition=arn)
    return found


def merge(
    operations: Sequence[Operation], rollouts: Sequence[Rollout], images: dict[str, DeployedImage]
) -> list[Deployment]:
    """Return operations and what ECS has done without one, newest first, each with its image."""
    within: dict[dt.datetime | None, list[Rollout]] = {}
    for it in rollouts:
        within.setdefault(_began_by(it, operations), []).append(it)
    found = [_of_operation(it, within.get(it.began, ()), images) for it in operations]
    found += [_of_rollout(it, images) for it in within.get(None, ())]
    return _carried(sorted(found, key=lambda it: it.began, reverse=True))


def _began_by(rollout: Rollout, operations: Sequence[Operation]) -> dt.datetime | None:
    """Return when the operation began that has begun this: one that made its task definition, else the newest."""
    fitting = [it for it in operations if _is_within(rollout, it)]
    own = [it for it in fitting if it.definition == rollout.definition]
    return max((it.began for it in own or fitting), default=None)


def _is_within(rollout: Rollout, operation: Operation) -> bool:
    ended = operation.ended or dt.datetime.max.replace(tzinfo=dt.UTC) - MARGIN
    return operation.began - MARGIN <= rollout.began <= ended + MARGIN


def _of_operation(it: Operation, rollouts: Sequence[Rollout], images: dict[str, DeployedImage]) -> Deployment:
    """Return the deployment; where ECS has rolled back what CloudFormation calls a success, it is rolled back."""
    own = next((other for other in rollouts if not it.definition or other.definition == it.definition), None)
    outcome, reason = it.outcome, it.reason
    if outcome is Outcome.SUCCEEDED and own is not None and own.outcome in {Outcome.ROLLED_BACK, Outcome.FAILED}:
        outcome, reason = own.outcome, own.reason or "ECS has taken its deployment back"
    definition = it.definition or (own.definition if own is not None and it.outcome is Outcome.SUCCEEDED else "")
    return Deployment(
        number=0,
        kind=it.kind,
        began=it.began,
        ended=it.ended,
        outcome=outcome,
        state=it.state,
        reason=reason,
        image=images.get(definition),
        tool="this tool" if it.token.startswith(THIS_TOOL) else "",
    )


def _of_rollout(it: Rollout, images: dict[str, DeployedImage]) -> Deployment:
    return Deployment(
        number=0,
        kind=BY_ECS,
        began=it.began,
        ended=it.ended,
        outcome=it.outcome,
        state="",
        reason=it.reason,
        image=images.get(it.definition),
    )


def _carried(newest_first: list[Deployment]) -> list[Deployment]:
    """Return the same, with the image that was kept where a deployment brought none."""
    running: DeployedImage | None = None
    found = []
    for it in reversed(newest_first):
        image = it.image or running
        is_new = image is not None and (running is None or image.uri != running.uri)
        found.append(replace(it, image=image, is_new_image=is_new))
        if it.outcome is Outcome.SUCCEEDED:
            running = None if it.kind == DESTROY else image
    return found[::-1]


def _named(
    aws: Aws, settings: Settings, deployments: Sequence[Deployment], tokens: dict[dt.datetime, str], notes: list[str]
) -> list[Deployment]:
    """Return the same with who has begun them, and by what."""
    begun = [_begun(it, settings, tokens.get(it.began, "")) for it in deployments]
    calls = read_calls(aws, begun)
    found = []
    for it, beginning in zip(deployments, begun, strict=True):
        call = calls.began(beginning)
        found.append(it if call is None else replace(it, who=call.who, tool=it.tool or call.tool))
    if calls.note:
        notes.append(calls.note)
    elif any(not it.who for it in found):
        notes.append("Who deployed is known by CloudTrail for 90 days, some minutes after the call.")
    return found


def _begun(it: Deployment, settings: Settings, token: str) -> Begun:
    executed = token.startswith(EXECUTED)
    names = OF_EXECUTION if executed else {DESTROY: OF_DELETIONS, BY_ECS: OF_SERVICES}.get(it.kind, OF_STACKS)
    name = settings.identity.service if it.kind == BY_ECS else settings.identity.name
    return Begun(at=it.began, name=name, names=names, token=token)


def _marked(deployments: Iterable[Deployment], *, exists: bool) -> list[Deployment]:
    """Return them with their numbers, and the one that runs marked: the newest that succeeded with an image."""
    found = [replace(it, number=number) for number, it in enumerate(deployments, start=1)]
    runs = next((it for it in found if it.outcome is Outcome.SUCCEEDED and it.image), None) if exists else None
    return [replace(it, runs=it is runs) for it in found]
