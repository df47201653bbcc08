"""Find the server that already runs on a state directory, and make sure that it is that server."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox import lease

if TYPE_CHECKING:
    from pathlib import Path

PATH = "/_sandbox"
_ANSWER_SECONDS = 2.0


def find_running(state_dir: Path) -> lease.Record | None:
    """Return the record of the server on this state; None if the recorded server does not answer with its token."""
    record = lease.read_record(state_dir)
    if record is None:
        return None
    # Not urllib: it would use the proxy that the environment names, for a loopback address too.
    connection = http.client.HTTPConnection(urlsplit(record.endpoint_url).netloc, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", PATH)
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return record if isinstance(answer, dict) and answer.get("token") == record.token else None
