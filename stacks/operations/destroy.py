"""Taking an environment away: the root stack and all stacks in it, but nothing that was to be retained."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation import spans
from stacks.cloudformation.spans import Span
from stacks.cloudformation.stack import (
    DELETED,
    Stack,
    existing_stack,
    is_retained,
    stack_resources,
    stack_template,
)
from stacks.errors import Code, UserError
from stacks.estimate.deletion import estimate_deletion
from stacks.estimate.estimating import Estimate
from stacks.estimate.history import History, read_history, write_history
from stacks.operations import recovery
from stacks.operations.failure import Failure, first_failure
from stacks.operations.follow import LONGEST_SECONDS, StackFollower, detach, do_nothing
from stacks.operations.recovery import Answer
from stacks.operations.recovery.states import answer_to
from stacks.operations.unprotecting import deletion_protected, lift_deletion_protection
from stacks.plan import publish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.operations.follow import OnInterrupt, OnPoll
    from stacks.settings import Settings

AFTER_FAILURE = (
    "Remove what holds it, then repeat: python build.py destroy {environment}\nOr leave it behind: add --retain {path}"
)
"""What to do after a deletion that failed."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A resource of the tree; `path` is `Ecr/Repository` for one of the child `Ecr`."""

    path: str
    type: str
    physical_id: str


@dataclass(frozen=True, kw_only=True)
class Destruction:
    """What will be deleted and what will stay, before anything is.

    `outside` are nested stacks that the root has lost. `protected` are load balancers with deletion protection, lifted
    first. `failed`: the stack was never created, or its deletion has failed already. `leaving` are logical ids of the
    root that an earlier deletion has failed to delete, and that are to stay.
    `artifact_bucket` keeps the durations for later estimates; "" where there is none. `estimate` is how long it will
    take, None where nothing takes time; `note` says why nothing was learnt for it, or "".
    """

    environment: str
    stack_name: str
    stack_id: str
    deleted: tuple[Held, ...]
    retained: tuple[Held, ...]
    outside: tuple[Stack, ...] = ()
    protected: tuple[Held, ...] = ()
    failed: bool = False
    leaving: tuple[str, ...] = ()
    artifact_bucket: str = ""
    estimate: Estimate | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """A deletion that is over.

    `seconds` is the stack's own time, by its events, and `spans` say how long each resource took; `failure` is None
    where it succeeded. `note` says what could not be done beside the deletion, or "". `estimate` is what it was
    expected to take, where that was asked.
    """

    environment: str
    stack_name: str
    state: str
    succeeded: bool
    retained: tuple[Held, ...]
    seconds: float
    failure: Failure | None
    next_step: str
    spans: tuple[Span, ...] = ()
    note: str = ""
    estimate: Estimate | None = None


@translate_aws_errors()
def prepare_destruction(aws: Aws, settings: Settings, keeping: Collection[str] = ()) -> Destruction:
    """Find out what is there; `keeping` are the paths of what is left behind, whatever its template says.

    A deletion that is under way is joined. Raises UserError where nothing is, where the stack is protected, or where
    something else is happening to it.
    """
    stack = existing_stack(aws, settings.identity.name, "Nothing to do.")
    return find_destruction(
        aws, stack, settings.environment, keeping=keeping, artifact_bucket=publish.known_bucket(aws, settings)
    )


def find_destruction(
    aws: Aws, stack: Stack, environment: str, *, keeping: Collection[str] = (), artifact_bucket: str = ""
) -> Destruction:
    """Return what the deletion of any stack would delete; `environment` is named in what to do next.

    Raises as `prepare_destruction` does.
    """
    _refuse_undeletable(stack)
    templates: dict[str, dict[str, Any]] = {}
    held = [] if stack.under_review else list(_held(aws, stack.stack_id, "", templates))
    outside = recovery.children_outside(aws, stack.stack_id, [stack.stack_id, *templates])
    for child in outside:
        held += _held(aws, child.stack_id, f"{child.name}/", {})
    held = [(found, stays or found.path in keeping) for found, stays in held]
    goes = {found.path: found.type for found, stays in held if not stays}
    past = read_history(aws, artifact_bucket, stack.name) if artifact_bucket and goes else History()
    return Destruction(
        environment=environment,
        stack_name=stack.name,
        stack_id=stack.stack_id,
        deleted=tuple(found for found, stays in held if not stays),
        retained=tuple(found for found, stays in held if stays),
        outside=outside,
        protected=deletion_protected(aws, [found for found, stays in held if not stays]),
        failed=answer_to(stack.state) is Answer.RECREATE,
        artifact_bucket=artifact_bucket,
        estimate=estimate_deletion(goes, templates, stack.stack_id, past.past) if goes else None,
        note=past.note,
    )


def _refuse_undeletable(stack: Stack) -> None:
    """Raise UserError where the stack is protected, or something else than its deletion is under way."""
    if stack.protected:
        command = "aws cloudformation update-termination-protection --no-enable-termination-protection"
        then = f"Switch it off first: {command} --stack-name {stack.name}"
        raise UserError(f"stack {stack.name}", "termination protection is on", then, code=Code.STATE)
    if stack.state.endswith("_IN_PROGRESS") and stack.state != "DELETE_IN_PROGRESS" and not stack.under_review:
        then = "Wait until the operation that is under way has ended, then repeat the command."
        why = f"it cannot be deleted: its state is {stack.state}"
        raise UserError(f"stack {stack.name}", why, then, code=Code.STATE)


def refuse_protected(destruction: Destruction, *, allowed: bool) -> None:
    """Raise UserError for a load balancer with deletion protection, unless it may be lifted.

    It always may where the stack was never created, or is half deleted: there it protects nothing.
    """
    if destruction.failed or allowed or not destruction.protected:
        return
    paths = ", ".join(held.path for held in destruction.protected)
    then = "Add --lift-protection to --yes; without --yes, the question says that it is lifted."
    raise UserError(f"load balancer {paths}", "deletion protection is on", then, code=Code.STATE)


@translate_aws_errors()
def execute_destruction(
    aws: Aws,
    destruction: Destruction,
    *,
    on_event: OnEvent,
    on_poll: OnPoll = do_nothing,
    on_interrupt: OnInterrupt = detach,
    longest: float = LONGEST_SECONDS,
) -> Destroyed:
    """Delete the root with its nested stacks, and report the events until it is over, at most `longest` seconds.

    Deletion protection is lifted first. `on_poll` and `on_interrupt` are as in `StackFollower.follow`. Raises UserError
    where it cannot be started or followed; a deletion that fails is a result.
    """
    lift_deletion_protection(aws, destruction.protected)
    following = StackFollower(aws, destruction.stack_id)
    retained: Any = {"RetainResources": list(destruction.leaving)} if destruction.leaving else {}
    aws.cloudformation.delete_stack(
        StackName=destruction.stack_id,
        ClientRequestToken=f"destroy-{uuid.uuid4().hex}",
        **retained,
    )
    operation = following.follow(on_event, on_poll=on_poll, on_interrupt=on_interrupt, longest=longest)
    if operation.state == DELETED:
        operation = recovery.delete_children_outside(aws, destruction.outside, operation, on_event)
    succeeded = operation.state == DELETED
    failed = first_failure(operation.events)
    took = spans.spans_of(operation.events)
    return Destroyed(
        environment=destruction.environment,
        stack_name=destruction.stack_name,
        state=operation.state,
        succeeded=succeeded,
        retained=destruction.retained,
        seconds=operation.seconds,
        failure=None if succeeded else failed,
        next_step="" if succeeded else after_failed_deletion(destruction.environment, failed),
        spans=took,
        note=write_history(aws, destruction.artifact_bucket, destruction.stack_name, took) if succeeded else "",
        estimate=destruction.estimate,
    )


def after_failed_deletion(environment: str, failed: Failure | None) -> str:
    """Return what to type after a deletion that has failed."""
    return AFTER_FAILURE.format(environment=environment, path=failed.path if failed else "PATH")


def _held(aws: Aws, stack_id: str, prefix: str, templates: dict[str, dict[str, Any]]) -> Iterator[tuple[Held, bool]]:
    """Yield every resource that exists in the stack and those in it, and whether its template says that it stays.

    The templates are put into `templates` under the stacks' ids, which stand in them for their addresses.
    """
    declared = templates[stack_id] = stack_template(aws, stack_id)
    for resource in stack_resources(aws, stack_id):
        if not resource.is_there:
            continue
        path = prefix + resource.logical_id
        if resource.is_stack:
            nested = declared["Resources"].get(resource.logical_id, {}).get("Properties", {})
            nested["TemplateURL"] = resource.physical_id
            yield from _held(aws, resource.physical_id, f"{path}/", templates)
        else:
            held = Held(path=path, type=resource.type, physical_id=resource.physical_id)
            yield held, is_retained(declared, resource.logical_id)
