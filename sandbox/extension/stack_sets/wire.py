"""Requests and answers of the query protocol: members of nested structures, and documents as XML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ministack.services.cloudformation import helpers

from sandbox.extension import cloudformation_api as api
from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Response, Untyped

PAGE = 100
"""Most entries of a page."""


def texts(params: Record, name: str) -> list[str]:
    """Return a list of texts: `NAME.member.1`, ..."""
    found: list[str] = helpers._extract_string_members(params, name)
    return found


def number(params: Record, name: str) -> int | None:
    """Return a whole number that may be left out."""
    text = api.parameter(params, name)
    if not text:
        return None
    if not text.isdigit():
        raise RefusedError("ValidationError", f"{name} must be a whole number")
    return int(text)


def tags(params: Record) -> list[Record]:
    """Return the tags of a request."""
    return [{"Key": it["Key"], "Value": it["Value"]} for it in helpers._extract_members(params, "Tags")]


def answer(action: str, document: Record) -> Response:
    """Return a successful answer."""
    found: Response = helpers._xml(200, f"{action}Response", f"<{action}Result>{_inner(document)}</{action}Result>")
    return found


def paged(action: str, member: str, entries: list[Record], params: Record) -> Response:
    """Return a page of a list."""
    start = api.parameter(params, "NextToken") or "0"
    if not start.isdigit():
        raise RefusedError("ValidationError", "Invalid NextToken")
    end = int(start) + min(number(params, "MaxResults") or PAGE, PAGE)
    following = {"NextToken": str(end)} if end < len(entries) else {}
    return answer(action, {member: entries[int(start) : end], **following})


def _inner(document: Record) -> str:
    """Return the members that are there; those that begin with `_` are not shown."""
    return "".join(
        f"<{name}>{_value(value)}</{name}>"
        for name, value in document.items()
        if not name.startswith("_") and value is not None and value != ""
    )


def _value(value: Untyped) -> str:
    if isinstance(value, dict):
        return _inner(value)
    if isinstance(value, list):
        return "".join(f"<member>{_value(it)}</member>" for it in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
