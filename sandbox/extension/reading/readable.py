"""A resource type that can be read: by its identifier, from the stores of its service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.extension.untyped import Properties, Untyped

Identifier: TypeAlias = tuple[str, ...]


def _same(physical_id: str, _: Properties) -> Identifier:
    return (physical_id,)


def _first(*identifier: str) -> str:
    return identifier[0]


@dataclass(frozen=True, kw_only=True)
class Readable:
    """One resource type. An identifier has the values of the schema's `primaryIdentifier`, in its order."""

    read: Callable[..., Properties | None]
    """Returns the properties of the resource with this identifier, read-only ones included; None if there is none."""
    every: Callable[[], Iterable[Identifier]]
    """Returns the identifiers of all resources of the account and region."""
    physical_id: Callable[..., str] = _first
    """Returns what `Ref` returns for the resource with this identifier."""
    identify: Callable[[str, Properties], Identifier] = _same
    """Returns the identifier of a resource of a stack, from its physical id and its properties."""
    unread: frozenset[str] = frozenset()
    """Properties that AWS returns and the sandbox does not keep; their drift is not known."""


def joined(*, read: Callable[..., Properties | None], every: Callable[[], Iterable[Identifier]]) -> Readable:
    """Return a type whose physical id is its identifier, joined as Cloud Control joins it: `IGW|vpc-0123`."""
    return Readable(
        read=read,
        every=every,
        physical_id=lambda *identifier: "|".join(identifier),
        identify=lambda physical_id, _: tuple(physical_id.split("|")),
    )


def every_key(store: Untyped) -> Callable[[], Iterable[Identifier]]:
    """Return the function that yields each key of one of ministack's stores as an identifier."""

    def every() -> Iterable[Identifier]:
        return [(str(key),) for key in store]

    return every
