"""Cloud Control: GetResource and ListResources, which read what exists as CloudFormation's read handlers do.

https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-read.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

from sandbox.extension import json_services
from sandbox.extension.authorisation import resource_calls
from sandbox.extension.authorisation.subjects import Subject
from sandbox.extension.errors import RefusedError
from sandbox.extension.reading import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties, Record

SERVICE = "cloudcontrol"
_PAGE = 100


def install() -> None:
    """Answer both requests; ministack's only know what Cloud Control itself has created."""
    json_services.add_actions(SERVICE, {"GetResource": _get, "ListResources": _list})


def _get(data: Record) -> Record:
    resource_type, given = _type_of(data, "read", "READ"), str(data.get("Identifier", ""))
    keys = registry.identifier_keys(resource_type)
    identifier = tuple(given.split("|"))
    if len(identifier) != len(keys) or not all(identifier):
        paths = ", ".join(f"/properties/{key}" for key in keys)
        raise RefusedError("ValidationException", f"Identifier {given} is not valid for identifier [{paths}]")
    found = registry.read(resource_type, identifier)
    _require_allowed(resource_type, identifier, found or {})
    if found is None:
        why = f"Resource of type '{resource_type}' with identifier '{given}' was not found."
        raise _failed(resource_type, "ResourceNotFoundException", why, "NotFound")
    return {"TypeName": resource_type, "ResourceDescription": {"Identifier": given, "Properties": json.dumps(found)}}


def _list(data: Record) -> Record:
    resource_type = _type_of(data, "list", "LIST")
    model = json.loads(data.get("ResourceModel") or "{}")
    _require_model(resource_type, model)
    start, size = int(data.get("NextToken") or 0), int(data.get("MaxResults") or _PAGE)
    found = list(_listed(resource_type, model))
    following = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"TypeName": resource_type, "ResourceDescriptions": found[start : start + size], **following}


def _listed(resource_type: str, model: Properties) -> Iterator[Record]:
    """Yield the resources that match the model, with the keys of their identifiers, as most list handlers return."""
    keys = registry.identifier_keys(resource_type)
    for identifier in registry.READERS[resource_type].every():
        whole = registry.READERS[resource_type].read(*identifier) or {}
        if model.items() <= whole.items():
            _require_allowed(resource_type, identifier, whole)
            properties = dict(zip(keys, identifier, strict=True))
            yield {"Identifier": "|".join(identifier), "Properties": json.dumps(properties)}


def _require_model(resource_type: str, model: Properties) -> None:
    """Raise RefusedError if the list handler needs another property, such as a listener's load balancer."""
    schema = (registry.schema_of(resource_type) or {})["handlers"]["list"].get("handlerSchema") or {}
    choices = [choice["required"] for choice in schema.get("oneOf") or ()] or [schema.get("required") or []]
    if not any(set(choice) <= model.keys() for choice in choices):
        raise RefusedError(
            "InvalidRequestException",
            f"Missing or invalid ResourceModel property in {resource_type} list handler request input. "
            f"Required property: {choices[0]}",
        )


def _type_of(data: Record, handler: str, action: str) -> str:
    """Return the type of a request. Raises RefusedError for one that does not exist, or has no such handler."""
    name = str(data.get("TypeName", ""))
    if registry.schema_of(name) is None:
        raise RefusedError("TypeNotFoundException", f"The type '{name}' cannot be found.")
    if not registry.has_handler(name, handler):
        raise RefusedError("UnsupportedActionException", f"Resource type {name} does not support {action} action")
    if name not in registry.READERS:
        why = "the sandbox does not read this type: sandbox/extension/reading/ has no reader of it"
        raise _failed(name, "HandlerInternalFailureException", why, "InternalFailure")
    return name


def _require_allowed(resource_type: str, identifier: tuple[str, ...], properties: Properties) -> None:
    """Raise RefusedError if the caller lacks a right that the read handler needs."""
    subject = Subject(
        resource_type=resource_type,
        properties=properties,
        stack_name="",
        logical_id="",
        physical_id=registry.READERS[resource_type].physical_id(*identifier),
    )
    try:
        resource_calls.require_allowed("read", subject)
    except ValueError as error:
        why = str(error).partition('message: "')[2].partition('" (HandlerErrorCode')[0] or str(error)
        raise _failed(resource_type, "AccessDeniedException", why, "AccessDenied") from None


def _failed(resource_type: str, code: str, why: str, handler_code: str) -> RefusedError:
    details = f"(HandlerErrorCode: {handler_code}, RequestToken: {uuid4()})"
    return RefusedError(code, f"{resource_type} Handler returned status FAILED: {why} {details}")
