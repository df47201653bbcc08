"""Drift: what was changed by hand, in the root stack and every stack in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, translate_aws_errors
from stacks.aws.polling import poll
from stacks.cloudformation.stack import find_stack, stack_resources
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_cloudformation.type_defs import PropertyDifferenceTypeDef, StackResourceDriftTypeDef

    from stacks.aws.session import Aws

WAIT_SECONDS = 600.0
"""Longest wait for the detection in one stack; CloudFormation reads each of its resources."""
DRIFTED = frozenset({"MODIFIED", "DELETED"})
CHECKED = frozenset({"IN_SYNC", *DRIFTED})
NOT_FOUND = frozenset({"AWS::Scheduler::Schedule"})
"""Types of which CloudFormation says that they are deleted while they are there: it looks for schedules in the default
group alone (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1725)."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property; a value is None where there is none. `pointer` is where it is, as keys and places in lists."""

    pointer: tuple[str, ...]
    expected: Any
    actual: Any

    @property
    def path(self) -> str:
        """The same as in a plan: `Tags[0].Value`."""
        path = ""
        for part in self.pointer:
            path += f"[{part}]" if part.isdigit() else f".{part}" if path else part
        return path


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """A resource that is not what its template says; `path` is `Ecs/LogGroup` for one of the child `Ecs`."""

    path: str
    type: str
    physical_id: str
    deleted: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What a detection has found. CloudFormation cannot check every type: `unchecked` are the resources left out."""

    environment: str
    stack_name: str
    drifted: tuple[Drifted, ...]
    checked: int
    unchecked: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@translate_aws_errors()
def detect_drift(aws: Aws, environment: str, stack_name: str, *, emit: Callable[[str], None]) -> Drift:
    """Have CloudFormation compare every stack of the tree with what is there.

    Raises UserError where there is no stack, where it is in the middle of something, or where it takes too long.
    """
    root = find_stack(aws, stack_name)
    if root is None or root.under_review:
        where = f"account {aws.account_id}, {aws.region}"
        raise UserError(f"stack {stack_name}", f"it is not there ({where})", "Nothing can have drifted.")
    if root.state.endswith("_IN_PROGRESS"):
        then = f"Wait until it has ended: python build.py watch {environment}"
        raise UserError(f"stack {stack_name}", f"drift cannot be detected while it is {root.state}", then)
    emit(f"Waiting for the drift detection of {stack_name} and the stacks in it")
    stacks = list(_tree(aws, root.stack_id, ""))
    started = [(stack, _start(aws, stack.stack_id)) for stack in stacks]
    problems = [problem for stack, detection in started if (problem := _finish(aws, stack, detection))]
    found = [(stack, item) for stack in stacks for item in _results(aws, stack.stack_id) if _is_known(item)]
    drifted = [_drifted(stack.prefix, item) for stack, item in found if item["StackResourceDriftStatus"] in DRIFTED]
    seen = {
        stack.prefix + item["LogicalResourceId"] for stack, item in found if item["StackResourceDriftStatus"] in CHECKED
    }
    return Drift(
        environment=environment,
        stack_name=stack_name,
        drifted=tuple(drifted),
        checked=len(seen),
        unchecked=tuple(path for stack in stacks for path in stack.resources if path not in seen),
        problems=tuple(problems),
    )


@dataclass(frozen=True, kw_only=True)
class _Stack:
    """One stack of the tree; `resources` are the paths of what is in it."""

    stack_id: str
    prefix: str
    resources: tuple[str, ...]


def _tree(aws: Aws, stack_id: str, prefix: str) -> Iterator[_Stack]:
    resources = [resource for resource in stack_resources(aws, stack_id) if resource.is_there]
    own = tuple(prefix + resource.logical_id for resource in resources if not resource.is_stack)
    yield _Stack(stack_id=stack_id, prefix=prefix, resources=own)
    for child in resources:
        if child.is_stack:
            yield from _tree(aws, child.physical_id, f"{prefix}{child.logical_id}/")


def _start(aws: Aws, stack_id: str) -> str:
    """Begin a detection. While another one is under way CloudFormation refuses that: wait, then begin."""
    for _ in poll(WAIT_SECONDS, "the drift detection"):
        try:
            return aws.cloudformation.detect_stack_drift(StackName=stack_id)["StackDriftDetectionId"]
        except ClientError as error:
            if error_code(error) != "OperationInProgressException" and "in progress" not in str(error):
                raise
    raise UserError(f"drift of {stack_id}", f"another detection is still under way after {WAIT_SECONDS:.0f} s")


def _finish(aws: Aws, stack: _Stack, detection: str) -> str:
    """Wait for the end of a detection; "" or why not everything could be looked at."""
    for _ in poll(WAIT_SECONDS, "the drift detection"):
        status = aws.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if status["DetectionStatus"] == "DETECTION_COMPLETE":
            return ""
        if status["DetectionStatus"] == "DETECTION_FAILED":
            return f"{stack.prefix or 'root'}: {status.get('DetectionStatusReason', 'CloudFormation gives no reason')}"
    why = f"waited {WAIT_SECONDS:.0f} s for CloudFormation to compare it with what is there"
    raise UserError(f"drift of {stack.stack_id}", why, "Nothing was changed. Repeat the command.")


def _results(aws: Aws, stack_id: str) -> Iterator[StackResourceDriftTypeDef]:
    token = ""
    while True:
        more: Any = {"NextToken": token} if token else {}
        page = aws.cloudformation.describe_stack_resource_drifts(StackName=stack_id, **more)
        yield from page["StackResourceDrifts"]
        token = page.get("NextToken", "")
        if not token:
            return


def _is_known(item: StackResourceDriftTypeDef) -> bool:
    """Whether what CloudFormation says of a resource can be relied on."""
    return item["StackResourceDriftStatus"] != "DELETED" or item["ResourceType"] not in NOT_FOUND


def _drifted(prefix: str, item: StackResourceDriftTypeDef) -> Drifted:
    return Drifted(
        path=prefix + item["LogicalResourceId"],
        type=item["ResourceType"],
        physical_id=item.get("PhysicalResourceId", ""),
        deleted=item["StackResourceDriftStatus"] == "DELETED",
        differences=tuple(_difference(found) for found in item.get("PropertyDifferences", [])),
    )


def _difference(found: PropertyDifferenceTypeDef) -> Difference:
    kind = found["DifferenceType"]
    return Difference(
        pointer=_pointer(found["PropertyPath"]),
        expected=None if kind == "ADD" else _value(found["ExpectedValue"]),
        actual=None if kind == "REMOVE" else _value(found["ActualValue"]),
    )


def _pointer(text: str) -> tuple[str, ...]:
    """`/Tags/0/Value` in its parts, of which RFC 6901 escapes two characters."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.strip("/").split("/"))


def _value(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return the value of objects and lists; CloudFormation gives everything as text."""
    if text[:1] not in {"{", "["}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
