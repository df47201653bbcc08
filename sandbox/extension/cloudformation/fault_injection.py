"""Fault injection: resources that fail or wait on demand, so that a test reaches every state of a stack.

`PUT /_sandbox/trouble` with `{"account": "123456789012", "trouble": [{"step": "revert", "resource": "Service",
"reason": "no such cluster"}]}` replaces the faults that were set for the account before. `step` is `create`, `update`,
`stabilise` (after a create or an update), `revert`, `delete` or `import`; `resource` is a logical id in any stack.
Without a reason the resource waits until other faults are set.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id

from sandbox.extension.operations import OPERATIONS

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record

PATH = "/_sandbox/trouble"

_POLL_SECONDS = 0.01
_FAULTS: dict[tuple[str, str, str], str] = {}


async def inject_fault(step: str, logical_id: str) -> None:
    """Let this step of the resource fail with ValueError, or wait, if that is set for it."""
    key = (get_account_id(), step, logical_id)
    while _FAULTS.get(key) == "" and not OPERATIONS.is_ending:  # noqa: ASYNC110 - orders are replaced as a whole
        await asyncio.sleep(_POLL_SECONDS)
    if reason := _FAULTS.get(key):
        raise ValueError(reason)


def set_faults(wanted: Record) -> None:
    """Let these steps, and no others of the account, fail or wait from now on."""
    account = wanted["account"]
    for key in [key for key in _FAULTS if key[0] == account]:
        del _FAULTS[key]
    for each in wanted["trouble"]:
        _FAULTS[account, each["step"], each["resource"]] = each.get("reason", "")
