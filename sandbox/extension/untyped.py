"""Types for values of ministack, which has no type hints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
"""A stack, a resource or another entry of one of ministack's stores, as it is saved."""

Properties: TypeAlias = dict[str, Any]
"""A resource's properties with references resolved."""

Made: TypeAlias = tuple[str, dict[str, Any]]
"""What a create or an update returns: the physical id, and the attributes for Fn::GetAtt."""

Response: TypeAlias = tuple[int, dict[str, str], bytes]
"""Status, headers and body of an answer."""

Action: TypeAlias = Callable[[Record], Response]
"""A function that answers one action of a service."""

Untyped: TypeAlias = Any
"""Anything else of ministack: a module, a function, a callback of the ASGI server."""
