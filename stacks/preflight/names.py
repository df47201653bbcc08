"""Names in use: names of resources that this deployment would create, and that exist outside its stack."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied, is_unsupported, translate_aws_errors
from stacks.errors import UserError
from stacks.preflight import existence
from templates.resource_types import record
from templates.resource_types.record import Lookup, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.request.created import Created

CONNECTIONS = 8
"""Calls at a time; boto3's default pool holds ten connections of a client."""


@dataclass(frozen=True, kw_only=True)
class NewName:
    """The name of a new resource; `values` are those of the properties that form it."""

    path: str
    of: ResourceType
    lookup: Lookup
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.of.noun} {self.values[-1]}"


@dataclass(frozen=True, kw_only=True)
class NameLookup:
    """The names in use, and those of which it is not known, with the reasons."""

    in_use: tuple[NewName, ...] = ()
    unknown: tuple[tuple[NewName, str], ...] = ()


def new_names(created: Iterable[Created]) -> tuple[NewName, ...]:
    """Return the names that must be free: neither those that CloudFormation generates, nor those that stay."""
    return tuple(name for it in created if (name := _new_name(it)) is not None)


def _new_name(created: Created) -> NewName | None:
    known = record(created.type)
    if not isinstance(known.lookup, Lookup):
        return None
    values = tuple(created.properties.get(key) for key in known.lookup.properties)
    # Other values than text are known only after the deployment.
    texts = tuple(it for it in values if isinstance(it, str))
    if len(texts) < len(values) or texts[-1] in _parts(created.replaces):
        return None
    return NewName(path=created.path, of=known, lookup=known.lookup, values=texts)


def look_up(aws: Aws, names: Iterable[NewName]) -> NameLookup:
    """Look up all names in parallel."""
    asked = tuple(names)
    # Sessions are not thread-safe: create each client before the threads start.
    for client in {it.lookup.client for it in asked}:
        getattr(aws, client)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = list(pool.map(lambda it: _is_in_use(aws, it), asked))
    return NameLookup(
        in_use=tuple(it for it, result in zip(asked, found, strict=True) if result is True),
        unknown=tuple((it, reason) for it, reason in zip(asked, found, strict=True) if isinstance(reason, str)),
    )


def _is_in_use(aws: Aws, name: NewName) -> bool | str:
    """Return whether the name is in use, or why that is not known, which does not prevent a deployment."""
    try:
        with translate_aws_errors():
            return existence.exists(aws, name.lookup, name.values)
    except UserError as error:
        cause = error.__cause__
        if not isinstance(cause, ClientError):
            return error.why
        if error_code(cause) in name.lookup.absent or is_unsupported(cause):
            return False
        if is_denied(cause):
            return f"{name.lookup.action} is not allowed"
        return f"{cause.operation_name}: {error_code(cause)}"


def _parts(physical_id: str) -> set[str]:
    """Return the names in a physical id: the parts of an ARN or of a compound identifier, and the whole id."""
    return {physical_id, *physical_id.split("|"), *re.split("[/:]", physical_id)} if physical_id else set()
