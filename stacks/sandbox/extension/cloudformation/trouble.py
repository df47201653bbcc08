"""Resources that fail or wait on demand, so that a test reaches every state that a stack can be in.

`PUT /_sandbox/trouble` with `{"account": "123456789012", "trouble": [{"step": "revert", "resource": "Service",
"reason": "no such cluster"}]}` takes the place of what was ordered for the account before. `step` is `create`,
`update`, `revert` or `delete`, `resource` a logical id in any stack. Without a reason the resource waits until another
order comes.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id

from stacks.sandbox.extension.operations import OPERATIONS

if TYPE_CHECKING:
    from stacks.sandbox.extension.untyped import Untyped

HOOKS = ("core.responses:get_account_id",)
PATH = "/_sandbox/trouble"

_LOOK_SECONDS = 0.01
_ORDERED: dict[tuple[str, str, str], str] = {}


async def meet(step: str, logical_id: str) -> None:
    """Wait as long as that is ordered for this step of the resource. Raises ValueError where it is to fail."""
    key = (get_account_id(), step, logical_id)
    while _ORDERED.get(key) == "" and not OPERATIONS.is_ending:  # noqa: ASYNC110 - orders are replaced as a whole
        await asyncio.sleep(_LOOK_SECONDS)
    if reason := _ORDERED.get(key):
        raise ValueError(reason)


async def answer(receive: Untyped, send: Untyped) -> None:
    """Answer the request that orders trouble."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    order = json.loads(body)
    for key in [key for key in _ORDERED if key[0] == order["account"]]:
        del _ORDERED[key]
    for wanted in order["trouble"]:
        _ORDERED[order["account"], wanted["step"], wanted["resource"]] = wanted.get("reason", "")
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
