"""What runs, by Cloud Control: the properties of a resource as CloudFormation's own read handlers return them.

https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-read.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.types.attributes import Attributes
from stacks.adopt.types.spelling import as_templates_write
from stacks.aws.errors import ClientError, error_code, error_message, is_denied, is_throttled, is_unsupported
from stacks.cloudformation import schemas

if TYPE_CHECKING:
    from stacks.adopt.survey import Adopted
    from stacks.aws.session import Aws

CONNECTIONS = 10
"""Calls at a time: boto3's pool holds as many connections."""
ABSENT = "ResourceNotFoundException"
UNREADABLE = frozenset({
    "GeneralServiceException",
    "HandlerFailureException",
    "HandlerInternalFailureException",
    "InvalidRequestException",
    "NetworkFailureException",
    "NotStabilizedException",
    "PrivateTypeException",
    "ServiceInternalErrorException",
    "ServiceLimitExceededException",
    "TypeNotFoundException",
    "UnsupportedActionException",
    "ValidationException",
})  # fmt: skip
"""Errors of a read handler (https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html), and
of an endpoint that knows fewer types than AWS."""
OWNER_TAG = "aws:cloudformation:stack-name"
ANY_ELEMENT = "*"
"""Any element of a list, in a path of a schema."""
Path = tuple[str, ...]


def read_live(aws: Aws, adopted: Iterable[Adopted]) -> tuple[Adopted, ...]:
    """Return the resources, each with its live properties, or with why they could not be read.

    A write-only property, which AWS returns to nobody, is among them as the state has it. Raises botocore's ClientError
    where no resource could be read, such as for credentials that have expired.
    """
    wanted = tuple(adopted)
    if not wanted:
        return ()
    known = {it.type: _primary(aws.region, it.type) for it in wanted}  # schemas are loaded once, before the threads
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return tuple(pool.map(lambda it: _read(aws, it, known[it.type]), wanted))


def _primary(region: str, resource_type: str) -> tuple[str, ...]:
    return tuple(path[0] for path in schemas.paths(region, resource_type, "primaryIdentifier"))


def _read(aws: Aws, it: Adopted, keys: tuple[str, ...]) -> Adopted:
    identifier = "|".join(it.identifier[key] for key in keys if key in it.identifier)
    try:
        found = aws.cloudcontrol.get_resource(TypeName=it.type, Identifier=identifier)["ResourceDescription"]
    except ClientError as error:
        if error_code(error) == ABSENT:
            return replace(it, is_gone=True, unread="AWS has it no more: the state is older than what runs")
        return replace(it, unread=reason(error))
    properties = json.loads(found["Properties"])
    return replace(it, owner=_owner(properties), live=written(aws.region, it.type, properties, it.recorded))


def _owner(properties: Mapping[str, Any]) -> str:
    """Return the stack that owns a resource; "" if none does, or its type has no tags."""
    tags = Attributes(properties).blocks("Tags")
    return next((it.text("Value") or "" for it in tags if it.text("Key") == OWNER_TAG), "")


def reason(error: ClientError) -> str:
    """Return why a resource could not be read; raise the error if it is not about this resource alone."""
    if is_denied(error):
        return f"access denied: {error_message(error)}"
    if is_throttled(error):
        return f"AWS still says that there are too many requests, after several attempts ({error_code(error)})"
    if error_code(error) in UNREADABLE or is_unsupported(error):
        return f"Cloud Control cannot read it: {error_message(error)} ({error_code(error)})"
    raise error


def written(
    region: str, resource_type: str, properties: Mapping[str, Any], recorded: Mapping[str, Any]
) -> dict[str, Any]:
    """Return properties that a read handler returned as our templates write them, without read-only ones.

    `recorded` are the state's, from which write-only properties are taken.
    """
    found = without(properties, schemas.paths(region, resource_type, "readOnlyProperties"))
    found = as_templates_write(resource_type, found)
    for path in schemas.paths(region, resource_type, "writeOnlyProperties"):
        found = _filled(found, recorded, path)
    return found


def without(properties: Mapping[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """Return the properties without what is at these paths of their schema."""
    found: dict[str, Any] = dict(properties)
    for path in paths:
        found = _without(found, path)
    return found


def _without(value: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    """Return the value without what is at this path."""
    if not path:
        return value
    name, rest = path[0], path[1:]
    if isinstance(value, list):
        inner = rest if name == ANY_ELEMENT else path
        return [_without(item, inner) for item in value]
    if not isinstance(value, Mapping) or name not in value:
        return value
    if not rest:
        return {key: item for key, item in value.items() if key != name}
    return {**value, name: _without(value[name], rest)}


def _filled(value: dict[str, Any], recorded: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the properties with what the state has at this path, where it is absent; elements of lists are not."""
    name, rest = path[0], path[1:]
    if name not in recorded or ANY_ELEMENT in path:
        return value
    if not rest:
        return {name: recorded[name], **value}
    below = value.get(name)
    if not isinstance(below, dict) or not isinstance(recorded[name], Mapping):
        return value
    return {**value, name: _filled(below, recorded[name], rest)}
