"""Change sets: make one, wait until CloudFormation has worked it out, execute it or delete it without a trace."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, translate_aws_errors
from stacks.aws.polling import poll
from stacks.cloudformation.changes import describe_change_set
from stacks.cloudformation.early_validation import validation_reason
from stacks.cloudformation.removal import delete_change_set, is_gone
from stacks.cloudformation.stack import LATE_SECONDS, Stack, find_stack
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from types_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import StackChanges

WAIT_SECONDS = 600.0
"""Longest wait for a change set; CloudFormation takes seconds for one stack and a minute or so for a nested tree."""
ROLE_SECONDS = 60.0
"""Longest wait for a role to be assumable; IAM takes seconds, rarely a minute."""
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation says that a change set is empty; it gives no code for it."""
MOVED = frozenset({"ChangeSetNotFound", "InvalidChangeSetStatus", "InvalidChangeSetStatusException"})
"""Codes with which CloudFormation refuses a change set that another operation on the stack has made obsolete."""
CHANGE_SET_ARN = re.compile(r"arn:[\w-]+:cloudformation:[\w-]+:\d*:changeSet/[\w-]+/[\w-]+")
NAMED_IAM = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""Properties whose use needs CAPABILITY_NAMED_IAM:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html"""


@dataclass(frozen=True, kw_only=True)
class Import:
    """A resource that exists and that a change set takes into its stack; `identifier` is its primary identifier."""

    logical_id: str
    type: str
    identifier: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to become of a stack.

    `template` is the URL of a template or, for one of at most 51,200 bytes, its text. A parameter that is None keeps
    the value that it has in the deployed stack. `existing` is the stack as it is now, `delete_command` what deletes it.
    `notes` tell a reader of the plan what is done otherwise than the environment file says. `kept`: the change set is
    for a saved plan, to be executed by another command, and its name says so. `express`: CloudFormation does not wait
    until resources are stable. `rollback`: what fails is rolled back; it is off only after an express update that
    has failed without it. `architecture` is the processor for which an image is built,
    `sandbox_state` the folder of the embedded AWS, "" for another. `role_arn` is the role with
    which CloudFormation does it: where it is "", the one that the stack has from before, or else the caller's rights.
    With `imports` it takes in exactly these resources, and may change neither tags nor outputs.
    """

    environment: str
    stack_name: str
    delete_command: str
    template: str
    existing: Stack | None
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    nested: bool = False
    notes: tuple[str, ...] = ()
    kept: bool = False
    express: bool = False
    rollback: bool = True
    architecture: str = "X86_64"
    sandbox_state: str = ""
    role_arn: str = ""
    imports: tuple[Import, ...] = ()

    @property
    def creates(self) -> bool:
        """Whether executing it creates the stack."""
        return self.existing is None or self.existing.under_review


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """A change set that can be executed. `stack_is_new`: the stack exists because of it only, and was never created."""

    change_set_id: str
    stack_id: str
    stack_name: str
    stack_is_new: bool


def required_capabilities(documents: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what has to be acknowledged before CloudFormation touches IAM for these templates."""
    needed = set()
    for document in documents:
        for resource in document["Resources"].values():
            if resource["Type"].startswith("AWS::IAM::"):
                named = NAMED_IAM.get(resource["Type"], "") in resource.get("Properties", {})
                needed.add("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM")
    return tuple(sorted(needed))


def create_change_set(aws: Aws, request: Request) -> ChangeSet | None:
    """Make a change set and wait until it can be executed; None when there is nothing to change.

    Nothing is left behind where None is returned, UserError is raised, or the user interrupts.
    """
    name = f"{'saved' if request.kept else 'plan'}-{uuid.uuid4().hex}"
    with ExitStack() as undo:
        undo.callback(delete_change_set, aws, name, request.stack_name, stack_too=request.existing is None)
        found = _finished(aws, _made(aws, request, name))
        if found["Status"] == "FAILED":
            reason = _root_cause(aws, found)
            if any(words in reason for words in NO_CHANGES):
                return None
            raise UserError(f"change set of {request.stack_name}", reason, "Nothing was changed.")
        undo.pop_all()
        return ChangeSet(
            change_set_id=found["ChangeSetId"],
            stack_id=found["StackId"],
            stack_name=request.stack_name,
            stack_is_new=request.existing is None,
        )


def _made(aws: Aws, request: Request, name: str) -> str:
    """Return the id of the new change set. If one of this random name exists, the answer to an attempt was lost.

    A role that `bootstrap` has just made is waited for: it cannot be assumed everywhere at once
    (https://github.com/hashicorp/terraform-provider-aws/issues/22834).
    """
    for _ in poll(ROLE_SECONDS, f"{request.role_arn} to be known everywhere"):
        try:
            return _requested(aws, request, name)
        except ClientError as error:
            if not request.role_arn or "cannot be assumed" not in error_message(error):
                raise
    return _requested(aws, request, name)


def _requested(aws: Aws, request: Request, name: str) -> str:
    try:
        found = aws.cloudformation.create_change_set(
            **_arguments(request),
            **_imports(request),
            ChangeSetName=name,
            ClientToken=name,
        )
        return found["Id"]
    except ClientError as error:
        if error_code(error) != "AlreadyExistsException":
            raise
        return next(describe_change_set(aws, name, request.stack_name))["ChangeSetId"]


def _imports(request: Request) -> dict[str, Any]:
    """Return the type of the change set, and what it takes in.

    A change set of the type IMPORT goes together with none of the other two arguments:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
    """
    if not request.imports:
        type_ = "CREATE" if request.creates else "UPDATE"
        return {"ChangeSetType": type_, "IncludeNestedStacks": request.nested, "ImportExistingResources": True}
    listed = [
        {"ResourceType": it.type, "LogicalResourceId": it.logical_id, "ResourceIdentifier": dict(it.identifier)}
        for it in request.imports
    ]
    return {"ChangeSetType": "IMPORT", "ResourcesToImport": listed}


def execute_change_set(aws: Aws, change_set: ChangeSet) -> None:
    """Start it. A lost answer is no failure: the change set itself says whether its execution has begun.

    Raises UserError where it has not begun, and then the change set is gone, or where that cannot be found out.
    """
    token = f"deploy-{uuid.uuid4().hex}"
    try:
        with translate_aws_errors():
            _start(aws, change_set, token)
    except UserError as error:
        try:
            with translate_aws_errors():
                if _has_begun(aws, change_set):
                    return
                discard_change_set(aws, change_set)
        except UserError as unknown:
            look = f"aws cloudformation describe-stacks --stack-name {change_set.stack_name}"
            then = f"{error.then}\nAWS could not be asked whether the deployment has begun all the same: {look}".strip()
            raise UserError(error.what, error.why, then, code=error.code) from unknown
        raise


def _start(aws: Aws, change_set: ChangeSet, token: str) -> None:
    """Raise UserError where the stack is no longer the one for which the change set was made."""
    try:
        aws.cloudformation.execute_change_set(ChangeSetName=change_set.change_set_id, ClientRequestToken=token)
    except ClientError as error:
        if error_code(error) not in MOVED and "can not be updated" not in error_message(error):
            raise
        stack = find_stack(aws, change_set.stack_id)
        state = "it is gone" if stack is None else f"its state is {stack.state}"
        raise UserError(
            f"stack {change_set.stack_name}",
            f"another deployment has come between the plan and its execution; {state}",
            f"Nothing of this plan was executed ({error_message(error)}). Repeat the command.",
        ) from error


def _has_begun(aws: Aws, change_set: ChangeSet) -> bool:
    try:
        return next(describe_change_set(aws, change_set.change_set_id))["ExecutionStatus"].startswith("EXECUTE_")
    except ClientError as error:
        if is_gone(error):
            return False
        raise


def discard_change_set(aws: Aws, change_set: ChangeSet, tree: StackChanges | None = None) -> None:
    """Delete it, and the stacks that exist because of it only: the root where it would create it, new nested ones.

    `tree` is what it changes, where that is known.
    """
    is_new, name = change_set.stack_is_new, change_set.stack_name
    delete_change_set(aws, change_set.change_set_id, name, stack_too=is_new, tree=tree)


def update_stack(aws: Aws, request: Request) -> None:
    """Update the stack without a change set, also where nothing differs: what a failed update has left is put right.

    A change set without changes cannot be executed (https://github.com/aws/aws-cdk-cli/pull/1970).
    """
    aws.cloudformation.update_stack(**_arguments(request), ClientRequestToken=f"update-{uuid.uuid4().hex}")


def _arguments(request: Request) -> dict[str, Any]:
    """Return what CreateChangeSet and UpdateStack have in common."""
    parameters = [
        {"ParameterKey": key, "UsePreviousValue": True}
        if value is None
        else {"ParameterKey": key, "ParameterValue": value}
        for key, value in request.parameters.items()
    ]
    is_url = request.template.startswith(("https://", "http://"))
    more: dict[str, Any] = {"RoleARN": request.role_arn} if request.role_arn else {}
    if request.express:  # In express mode the rollback is off where nothing is said.
        more["DeploymentConfig"] = {"Mode": "EXPRESS", "DisableRollback": not request.rollback}
    return more | {
        "StackName": request.stack_name,
        "TemplateURL" if is_url else "TemplateBody": request.template,
        "Parameters": parameters,
        **({} if request.imports else {"Tags": [{"Key": key, "Value": value} for key, value in request.tags.items()]}),
        "Capabilities": list(request.capabilities),
    }


def _finished(aws: Aws, change_set_id: str) -> DescribeChangeSetOutputTypeDef:
    found = None
    for _ in poll(WAIT_SECONDS, "CloudFormation to work out the change set"):
        found = next(describe_change_set(aws, change_set_id)) if found else _appeared(aws, change_set_id)
        if found["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return found
    status, name = (found["Status"], found["StackName"]) if found else ("unknown", change_set_id)
    why = f"waited {WAIT_SECONDS:.0f} s for CloudFormation to work it out; it is still {status}"
    raise UserError(f"change set of {name}", why, "Nothing was changed. Repeat the command.")


def _appeared(aws: Aws, change_set_id: str) -> DescribeChangeSetOutputTypeDef:
    """Return the change set as soon as it is known: one that has just been made may not be, for a moment.

    https://github.com/aws/aws-cdk/issues/6674
    """
    for _ in poll(LATE_SECONDS, "the change set to be known"):
        try:
            return next(describe_change_set(aws, change_set_id))
        except ClientError as error:
            if not is_gone(error):
                raise
    return next(describe_change_set(aws, change_set_id))


def _root_cause(aws: Aws, found: DescribeChangeSetOutputTypeDef, path: str = "") -> str:
    """Return why it failed: the reason of the nested change set, where a parent only says that one failed."""
    reason = found.get("StatusReason", "CloudFormation gives no reason")
    nested = next((arn for arn in CHANGE_SET_ARN.findall(reason) if arn != found["ChangeSetId"]), None)
    if nested is None:
        reason = validation_reason(aws, found["ChangeSetId"], reason)
        return f"{path}: {reason}" if path else reason
    child = next(describe_change_set(aws, nested))
    return _root_cause(aws, child, child["StackName"])
