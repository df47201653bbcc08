"""Nested stacks as ministack's records: load the source of one, add it, compare it, drop it."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import engine, handlers, helpers, provisioners

from sandbox.extension.cloudformation import unknown_parameters
from sandbox.extension.untyped import Record

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.extension.untyped import Properties

_NAME_LIMIT = 128
_SUFFIX = 12


@dataclass(frozen=True, kw_only=True)
class Source:
    """The template, parameters and tags of a child."""

    template: Record
    body: str
    parameters: Record
    tags: list[Record]


def load_source(
    properties: Properties, tagged: Properties, capabilities: Collection[str], unknown: Collection[str] = ()
) -> Source:
    """Load the child's template and resolve its parameters. Raises ValueError with AWS's words.

    `capabilities` are those of the root's operation. Parameters that are `unknown` yet have placeholders as values,
    which they have to accept.
    """
    url = properties.get("TemplateURL")
    if not url:
        raise ValueError("Property TemplateURL cannot be empty.")
    body, error = helpers._resolve_template({"TemplateURL": [url]})
    if error is not None:
        raise ValueError(error_message(error[2]))
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
    parameters = unknown_parameters.resolve_parameters(template, provided, unknown)
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


def error_message(body: bytes) -> str:
    """Return the message in an error answer."""
    text = body.decode()
    return text.partition("<Message>")[2].partition("</Message>")[0] or text


def add_child(parent: Record, logical_id: str) -> Record:
    """Add a new, empty child of this parent, and return it."""
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


def nest(stack_id: str, parent: Record, logical_id: str) -> Record:
    """Make an existing stack a child of this parent, and return its attributes. Raises ValueError if there is none."""
    stack: Record | None = handlers._resolve_stack(stack_id)
    if stack is None:
        raise ValueError(f"Stack with id {stack_id} does not exist")
    stack |= {
        "ParentId": parent["StackId"],
        "RootId": parent.get("RootId", parent["StackId"]),
        "_parent_stack_name": parent["StackName"],
        "_logical_id": logical_id,
    }
    return outputs(stack)


def outputs(stack: Record) -> Record:
    """Return the outputs of a child as the attributes that its parent may refer to."""
    return {f"Outputs.{it['OutputKey']}": it["OutputValue"] for it in stack.get("Outputs", ())}


def release(stack_id: str) -> None:
    """Make a child that its parent leaves behind a stack of its own. What AWS does with its ParentId is not known."""
    stack: Record = handlers._resolve_stack(stack_id) or {}
    for key in ("ParentId", "RootId", "_parent_stack_name", "_logical_id"):
        stack.pop(key, None)


def drop_children_in_review(parent_id: str, *, of: str = "", keeping: str = "") -> None:
    """Drop the parent's children in REVIEW_IN_PROGRESS: those of one change set, or those of all others but one."""
    for name, stack in list(cloudformation._stacks.items()):
        if stack.get("RootId") != parent_id or stack["StackStatus"] != "REVIEW_IN_PROGRESS":
            continue
        change_set = stack.get("_root_change_set", "")
        if change_set == of or (not of and change_set != keeping):
            cloudformation._stacks.pop(name)
            cloudformation._stack_events.pop(stack["StackId"], None)


def child_in_review(parent: Record, logical_id: str) -> Record | None:
    """Return the child in REVIEW_IN_PROGRESS that a change set of the parent has added under this logical id."""
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
    """Whether the child has another template, other parameters or other tags than its source now."""
    values = {name: entry["Value"] for name, entry in source.parameters.items()}
    return (
        source.template != stack["_template"]
        or values != {name: entry["Value"] for name, entry in stack["_resolved_params"].items()}
        or provisioners._tag_map(source.tags) != provisioners._tag_map(stack["Tags"])
    )
