"""Who uses a state directory: one server at a time, and any number of commands that share it.

Both are kernel locks (flock), which a killed process does not leave behind.
"""

from __future__ import annotations

import fcntl
import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from stacks.files import write_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SERVER = "server.lock"
_USERS = "users.lock"
_RECORD = "server.json"
_PORT = "port"
_HIGHEST_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Record:
    """A server's own record. The answer at `/_sandbox` contains `token`, which proves that it is this server."""

    pid: int
    endpoint_url: str
    token: str
    enforce_iam: bool = False


def is_state(state_dir: Path) -> bool:
    """Whether this folder is empty, or holds a sandbox's state."""
    return not any(state_dir.iterdir()) or (state_dir / _SERVER).exists()


def become_server(state_dir: Path) -> IO[str] | None:
    """Become the server of this state until the file is closed, or return None if there is one already."""
    return _exclusive(state_dir / _SERVER)


@contextmanager
def mark_used(state_dir: Path) -> Iterator[None]:
    """Keep the server of this state from ending for the time of the block. Waits for a server that is saving."""
    with (state_dir / _USERS).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


def refuse_users(state_dir: Path) -> IO[str] | None:
    """Keep new users waiting until the file is closed, or return None if the state is in use now."""
    return _exclusive(state_dir / _USERS)


def has_users(state_dir: Path) -> bool:
    """Whether commands use this state. A server that is ending does not count."""
    with (state_dir / _USERS).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _shares(handle)
    return False


def write_record(state_dir: Path, record: Record) -> None:
    """Publish the server's record atomically. Raises UserError if it cannot be written."""
    write_file(state_dir / _RECORD, json.dumps(asdict(record)))


def read_record(state_dir: Path) -> Record | None:
    """Return the last published record; None if there is none, or it cannot be read."""
    try:
        return Record(**json.loads((state_dir / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove_record(state_dir: Path) -> None:
    """Delete the record of a server that ends."""
    (state_dir / _RECORD).unlink(missing_ok=True)


def last_port(state_dir: Path) -> int:
    """Return the port on which the state was served last; 0 if it never was."""
    try:
        port = int((state_dir / _PORT).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return port if 0 < port <= _HIGHEST_PORT else 0


def keep_port(state_dir: Path, port: int) -> None:
    """Record the port for the next server."""
    (state_dir / _PORT).write_text(str(port), encoding="ascii")


def _exclusive(path: Path) -> IO[str] | None:
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _shares(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
