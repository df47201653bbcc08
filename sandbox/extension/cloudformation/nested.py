"""AWS::CloudFormation::Stack: a child is a stack of its own, seen in progress, rolled back with its root."""

from __future__ import annotations

import asyncio
import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import engine, handlers, helpers, provisioners

from sandbox.extension.change_sets import unknowns
from sandbox.extension.cloudformation import deletion, deployment, kinds, rollback
from sandbox.extension.cloudformation.operation import STACK, Operation, snapshot
from sandbox.extension.untyped import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sandbox.extension.cloudformation.kinds import Step
    from sandbox.extension.untyped import Made, Properties
    from sandbox.server import Options

HOOKS = (
    "services.cloudformation:_stack_events",
    "services.cloudformation.engine:_apply_transforms",
    "services.cloudformation.engine:_parse_template",
    "services.cloudformation.engine:validate_template_support",
    "services.cloudformation.helpers:_resolve_template",
    "services.cloudformation.handlers:_insufficient_capabilities_message",
    "services.cloudformation.handlers:_missing_capabilities",
    "services.cloudformation.handlers:_required_iam_capabilities",
    "services.cloudformation.provisioners:_tag_map",
    *unknowns.HOOKS,
)

_NAME_LIMIT = 128
_SUFFIX = 12


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a child is made from."""

    template: Record
    body: str
    parameters: Record
    tags: list[Record]


def install(_: Options) -> None:
    """Let children come and go in this way."""
    kinds.register(STACK, Child())


class Child:
    """The way of nested stacks; see `kinds.Kind`."""

    async def create(self, step: Step, initiated: Callable[[str, Record], None]) -> Made:
        """Create the child to the end; where it fails it stays as it is, for the root to roll back."""
        step.authorise("create", step.tagged())
        source = read(step.properties, step.tagged(), step.operation.stack.get("Capabilities", []))
        stack = reviewed(step.operation.stack, step.logical_id) or add(step.operation.stack, step.logical_id)
        _fill(stack, source, step.operation.stack)
        operation = _operation(step, stack, source, None)
        operation.stack_event("CREATE_IN_PROGRESS")
        initiated(stack["StackId"], {})
        try:
            complete = await deployment.apply(operation)
        except asyncio.CancelledError:
            operation.stack_event("CREATE_FAILED", "Resource creation cancelled")
            raise
        if not complete:
            operation.stack_event("CREATE_FAILED", operation.reason())
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully created: {operation.reason()}")
        await deployment.commit(operation)
        return stack["StackId"], _outputs(stack)

    async def update(self, step: Step, record: Record, started: Callable[[str], None]) -> Made | None:
        """Update the child, where its template (whatever its address), its parameters or its tags are others."""
        stack = _required(record["PhysicalResourceId"])
        source = read(step.properties, step.tagged(), step.operation.stack.get("Capabilities", []))
        if not differs(stack, source) and not stack.get("_operation"):
            return None
        started("")
        step.authorise("update", step.tagged(), stack["StackId"], step.tagged_before(record))
        before = snapshot(stack)
        _fill(stack, source, step.operation.stack)
        stack["LastUpdatedTime"] = now_iso()
        operation = _operation(step, stack, source, before)
        operation.stack_event("UPDATE_IN_PROGRESS")
        try:
            complete = await deployment.apply(operation)
        except asyncio.CancelledError:
            operation.stack_event("UPDATE_ROLLBACK_IN_PROGRESS", "Resource update cancelled")
            raise
        if not complete:
            status = "UPDATE_FAILED" if operation.disable_rollback else "UPDATE_ROLLBACK_IN_PROGRESS"
            operation.stack_event(status, operation.reason())
            why = f"was not successfully updated. Currently in {status} with reason: {operation.reason()}"
            raise ValueError(f"Embedded stack {stack['StackId']} {why}")
        operation.stack_event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        return stack["StackId"], _outputs(stack)

    async def revert(self, step: Step, record: Record, previous: Record) -> None:
        """Roll the child's update back, or go on with a rollback that had failed."""
        stack = _required(record["PhysicalResourceId"])
        if stack.get("_rollback_failed"):
            skipped = step.operation.stack.get("_skipped", [])
            complete = await rollback.continue_rollback(stack, skipped)
        elif stack.get("_operation"):
            complete = await rollback.roll_back(rollback.from_record(stack))
        else:
            complete = True
        previous["Attributes"] = _outputs(stack)
        if not complete:
            why = f"Currently in {stack['StackStatus']} with reason: {stack['StackStatusReason']}"
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully updated. {why}")

    async def commit(self, record: Record) -> None:
        """Let the child clean up after its update."""
        stack = _required(record["PhysicalResourceId"])
        if stack.get("_operation"):
            await deployment.commit(rollback.from_record(stack))

    async def delete(self, record: Record, _stack_name: str, _logical_id: str, keeping: Collection[str]) -> None:
        """Delete the child."""
        stack = find(record["PhysicalResourceId"])
        if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
            return
        if reason := await deletion.delete(stack, keeping=keeping):
            raise ValueError(f"Embedded stack {stack['StackId']} was not successfully deleted: {reason}")


def find(stack_id: str) -> Record | None:
    """The stack with this id."""
    return next((stack for stack in cloudformation._stacks.values() if stack["StackId"] == stack_id), None)


def _required(stack_id: str) -> Record:
    stack = find(stack_id)
    if stack is None:
        raise ValueError(f"Stack with id {stack_id} does not exist")
    return stack


def read(
    properties: Properties, tagged: Properties, capabilities: Collection[str], unknown: Collection[str] = ()
) -> Source:
    """Fetch the child's template and resolve its parameters. Raises ValueError with AWS's words.

    `capabilities` are those that the root's operation acknowledges. The value of parameters that are `unknown` yet is a
    placeholder; it is one that the parameter has to take.
    """
    url = properties.get("TemplateURL")
    if not url:
        raise ValueError("Property TemplateURL cannot be empty.")
    body, error = helpers._resolve_template({"TemplateURL": [url]})
    if error is not None:
        raise ValueError(message(error[2]))
    given = properties.get("Parameters") or {}
    if any(isinstance(value, (list, dict)) for value in given.values()):
        raise ValueError("Value of property Parameters must be an object with String (or simple type) properties")
    provided = [{"Key": key, "Value": _text(value)} for key, value in given.items()]
    template = engine._apply_transforms(engine._parse_template(body), provided, {})
    if missing := handlers._missing_capabilities(set(capabilities), handlers._required_iam_capabilities(template)):
        raise ValueError(handlers._insufficient_capabilities_message(missing))
    undefined = sorted(given.keys() - template.get("Parameters", {}).keys())
    if undefined:
        raise ValueError(f"Parameters: [{', '.join(undefined)}] do not exist in the template")
    parameters = unknowns.resolve(template, provided, unknown)
    conditions = engine._evaluate_conditions(template, parameters)
    engine.validate_template_support(template, conditions, params=None if unknown else parameters)
    tags = [
        {"Key": key, "Value": value}
        for key, value in provisioners._tag_map(tagged.get("Tags")).items()
        if not key.startswith("aws:")
    ]
    return Source(template=template, body=body, parameters=parameters, tags=tags)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def message(body: bytes) -> str:
    """The message of an error answer."""
    text = body.decode()
    return text.partition("<Message>")[2].partition("</Message>")[0] or text


def add(parent: Record, logical_id: str) -> Record:
    """A new, empty child of this parent."""
    suffix = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(_SUFFIX))
    name = f"{parent['StackName']}-{logical_id}"[: _NAME_LIMIT - _SUFFIX - 1] + f"-{suffix}"
    stack_id = f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stack/{name}/{new_uuid()}"
    now = now_iso()
    stack: Record = {
        "StackName": name,
        "StackId": stack_id,
        "StackStatus": "REVIEW_IN_PROGRESS",
        "StackStatusReason": "",
        "CreationTime": now,
        "LastUpdatedTime": now,
        "Description": "",
        "Parameters": [],
        "Tags": [],
        "Outputs": [],
        "DisableRollback": False,
        "Capabilities": list(parent.get("Capabilities", [])),
        "ParentId": parent["StackId"],
        "RootId": parent.get("RootId", parent["StackId"]),
        "_parent_stack_name": parent["StackName"],
        "_logical_id": logical_id,
        "_region": get_region(),
        "_resources": {},
        "_template": {},
        "_template_body": "",
        "_resolved_params": {},
        "_conditions": {},
    }
    cloudformation._stacks[name] = stack
    cloudformation._stack_events[stack_id] = []
    return stack


def drop_reviewed(parent_id: str, *, of: str = "", keeping: str = "") -> None:
    """Forget the children under review of this parent: those of one change set, or those of all others but one."""
    for name, stack in list(cloudformation._stacks.items()):
        if stack.get("RootId") != parent_id or stack["StackStatus"] != "REVIEW_IN_PROGRESS":
            continue
        change_set = stack.get("_root_change_set", "")
        if change_set == of or (not of and change_set != keeping):
            cloudformation._stacks.pop(name)
            cloudformation._stack_events.pop(stack["StackId"], None)


def reviewed(parent: Record, logical_id: str) -> Record | None:
    """The child that a change set of the parent has prepared under this logical id."""
    return next(
        (
            stack
            for stack in cloudformation._stacks.values()
            if stack.get("ParentId") == parent["StackId"]
            and stack.get("_logical_id") == logical_id
            and stack["StackStatus"] == "REVIEW_IN_PROGRESS"
        ),
        None,
    )


def differs(stack: Record, source: Source) -> bool:
    """Tell whether the child is another than what it would be made from now."""
    values = {name: entry["Value"] for name, entry in source.parameters.items()}
    return (
        source.template != stack["_template"]
        or values != {name: entry["Value"] for name, entry in stack["_resolved_params"].items()}
        or provisioners._tag_map(source.tags) != provisioners._tag_map(stack["Tags"])
    )


def _fill(stack: Record, source: Source, parent: Record) -> None:
    stack["Description"] = source.template.get("Description", "")
    stack["Tags"] = source.tags
    stack["Capabilities"] = list(parent.get("Capabilities", []))
    stack["_template_body"] = source.body
    stack["_conditions"] = engine._evaluate_conditions(source.template, source.parameters)
    stack["Parameters"] = [
        {"ParameterKey": name, "ParameterValue": entry["Value"], "NoEcho": entry["NoEcho"]}
        for name, entry in source.parameters.items()
    ]


def _operation(step: Step, stack: Record, source: Source, previous: Record | None) -> Operation:
    return Operation(
        stack=stack,
        template=source.template,
        parameters=source.parameters,
        previous=previous,
        imports=stack.pop("_import_existing", {}),
        disable_rollback=step.operation.disable_rollback,
        retain_except_on_create=step.operation.retain_except_on_create,
    )


def _outputs(stack: Record) -> Record:
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in stack["Outputs"]}
