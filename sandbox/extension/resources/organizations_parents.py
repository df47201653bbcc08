"""AWS Organizations refuses to list what is in a unit that does not exist; ministack lists nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import error_response_json
from ministack.services import organizations

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response


def install() -> None:
    """Check the parent of each list."""
    for action in ("ListAccountsForParent", "ListOrganizationalUnitsForParent"):
        organizations._DISPATCH[action] = _checking(organizations._DISPATCH[action])


def _checking(stock: Action) -> Action:
    def answer(payload: Record) -> Response:
        organizations._ensure_org()
        parent = payload.get("ParentId", "")
        if parent in organizations._roots or parent in organizations._ous:
            return stock(payload)
        why = "You specified a parent that doesn't exist."
        refused: Response = error_response_json("ParentNotFoundException", why, 400)
        return refused

    return answer
