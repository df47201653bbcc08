"""Locks of a state, as whoever holds one has described it."""

from __future__ import annotations

import json
import re
from typing import Any

from stacks.errors import Code, UserError
from stacks.settings.wording import escape_and_cut

_OPERATION = "OperationType"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
_ID = re.compile(r"[\w-]+")


def refuse_held(source: str, info: str, release: str = "") -> None:
    """Raise UserError that says who holds the lock, for which operation and since when.

    `info` is the lock's JSON with ID, Operation, Who and Created, as `LockInfo` in hashicorp/terraform,
    internal/states/statemgr/locker.go; what it lacks is left out. `release` says how a forgotten lock is removed, where
    `terraform force-unlock` is not the way.
    """
    found = _parsed(info)
    operation = found.get("Operation", "").removeprefix(_OPERATION).lower()
    since = _TIME.sub(r"\1 \2 UTC", found.get("Created", ""))
    who = found.get("Who", "")
    words = [
        "it is locked",
        f" for {operation}" if operation else "",
        f" by {who}" if who else "",
        f" since {since}" if since else "",
    ]
    lock_id = found.get("ID", "")
    forced = f"terraform force-unlock {lock_id if _ID.fullmatch(lock_id) else 'LOCK_ID'}"
    then = f"Repeat the command when that has ended. If it ended without unlocking: {release or forced}"
    raise UserError(source, "".join(words), then, code=Code.STATE)


def _parsed(info: str) -> dict[str, str]:
    """Return the texts of a lock, each on one line; nothing where it has another form."""
    try:
        found: Any = json.loads(info)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: escape_and_cut(value) for key, value in found.items() if isinstance(value, str)}
