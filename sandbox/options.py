"""How the embedded AWS is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """The command line of the server process."""

    state_dir: Path | None
    region: str
    time_scale: float
    port: int
    enforce_iam: bool = False
