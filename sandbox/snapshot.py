"""State on disk: always one whole snapshot, whenever the process is killed.

A snapshot is written beside the current one and takes its place by renaming; what a killed process has half written
is thrown away by the next.
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
    """Set what ministack reads when it is imported; recover from a save that was cut off."""
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
    """Write a new snapshot of these services, and make it the current one. Raises OSError where it cannot."""
    current, following, before = (state_dir / name for name in (_CURRENT, _NEXT, _BEFORE))
    shutil.rmtree(following, ignore_errors=True)
    if current.exists():
        # A service that was not loaded has nothing to say: its last word stays.
        shutil.copytree(current, following)
    following.mkdir(exist_ok=True)
    written = {name: _write(following, name, state) for name, state in services.items()}
    if lost := sorted(name for name, done in written.items() if not done):
        raise OSError(f"the state of {', '.join(lost)} could not be written to {following}")
    shutil.rmtree(before, ignore_errors=True)
    replace_folder(following, current, before)
    shutil.rmtree(before, ignore_errors=True)


def _write(directory: Path, name: str, get_state: Callable[[], Any]) -> bool:
    """Save one service; False where the file that is there afterwards is not a new one."""
    from ministack.core import persistence

    persistence.STATE_DIR = str(directory)
    state = get_state()
    if state is None:
        return True
    path = directory / f"{name}.json"
    path.unlink(missing_ok=True)
    persistence.save_state(name, state)
    return path.exists()
