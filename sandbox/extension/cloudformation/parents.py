"""DescribeStacks and ListStacks return the parent and the root of a nested stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response


def install() -> None:
    """Extend both answers."""
    api.wrap_action("DescribeStacks", _with_parents)
    api.wrap_action("ListStacks", _with_parents)


def _with_parents(stock: Action, params: Record) -> Response:
    return api.add_texts(stock(params), "member", _parents)


def _parents(texts: dict[str, str]) -> dict[str, str]:
    stack = api.find_stack(texts["StackId"]) if "StackId" in texts else None
    return {key: (stack or {}).get(key, "") for key in ("ParentId", "RootId")}
