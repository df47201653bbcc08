"""DescribeStacks and ListStacks say who the parent and the root of a child are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import answers
from sandbox.extension.cloudformation import child_stacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response


def install() -> None:
    """Amend both answers."""
    answers.around("DescribeStacks", _with_parents)
    answers.around("ListStacks", _with_parents)


def _with_parents(stock: Callable[[Record], Response], params: Record) -> Response:
    return answers.amend(stock(params), "member", _parents)


def _parents(texts: dict[str, str]) -> dict[str, str]:
    stack = child_stacks.find(texts["StackId"]) if "StackId" in texts else None
    return {key: (stack or {}).get(key, "") for key in ("ParentId", "RootId")}
