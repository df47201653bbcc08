"""Names for what ministack hands over, which ships no types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
"""A stack, a resource or another entry of one of its stores: JSON, as it is saved."""

Properties: TypeAlias = dict[str, Any]
"""A resource's properties, references resolved."""

Made: TypeAlias = tuple[str, dict[str, Any]]
"""What creating or updating gives: the physical id, and the attributes for Fn::GetAtt."""

Response: TypeAlias = tuple[int, dict[str, str], bytes]
"""Status, headers and body of an answer."""

Action: TypeAlias = Callable[[Record], Response]
"""What answers one action of a service."""

Untyped: TypeAlias = Any
"""Anything else of ministack's: a module, a function, a callback of the ASGI server."""
