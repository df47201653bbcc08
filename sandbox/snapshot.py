"""The state on disk: always one complete snapshot, whenever the process is killed.

A snapshot is written beside the current one and then renamed to it. The next save deletes what a killed process has
left half written.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from stacks.files import replace_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CURRENT = "state"
_NEXT = "state.next"
_BEFORE = "state.before"
_OBJECTS = "objects"


def configure(state_dir: Path) -> None:
    """Set the environment variables that ministack reads when it is imported; recover from an interrupted save."""
    current, before = state_dir / _CURRENT, state_dir / _BEFORE
    if not current.exists() and before.exists():
        before.rename(current)
    os.environ.update(
        PERSIST_STATE="1",
        STATE_DIR=str(current),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state_dir / _OBJECTS),
    )


def save(state_dir: Path, services: dict[str, Callable[[], Any]]) -> None:
    """Write a new snapshot of these services, and make it the current one. Raises OSError."""
    current, following, before = (state_dir / name for name in (_CURRENT, _NEXT, _BEFORE))
    shutil.rmtree(following, ignore_errors=True)
    if current.exists():
        # The last state of a service that was not loaded this time stays.
        shutil.copytree(current, following)
    following.mkdir(exist_ok=True)
    written = {name: _write(following, name, state) for name, state in services.items()}
    if lost := sorted(name for name, done in written.items() if not done):
        raise OSError(f"the state of {', '.join(lost)} could not be written to {following}")
    shutil.rmtree(before, ignore_errors=True)
    replace_folder(following, current, before)
    shutil.rmtree(before, ignore_errors=True)


def _write(directory: Path, name: str, get_state: Callable[[], Any]) -> bool:
    """Save one service. False if that has not written a new file."""
    from ministack.core import persistence  # noqa: PLC0415 - it reads `configure`'s settings when it is imported

    persistence.STATE_DIR = str(directory)
    state = get_state()
    if state is None:
        return True
    path = directory / f"{name}.json"
    path.unlink(missing_ok=True)
    persistence.save_state(name, state)
    return path.exists()
