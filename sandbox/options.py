"""How the server process is started."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of the server process. Without `state_dir` its state is in memory only; `port` 0: any free one."""

    state_dir: Path | None
    region: str
    time_scale: float = 0.0
    port: int = 0
    enforce_iam: bool = False

    def command_line(self) -> list[str]:
        """Return the command line of a server with these options."""
        return [
            *(sys.executable, "-m", "sandbox", "--region", self.region),
            *(() if self.state_dir is None else ("--state-dir", str(self.state_dir))),
            *("--time-scale", str(self.time_scale), "--port", str(self.port)),
            *(("--enforce-iam",) if self.enforce_iam else ()),
        ]


def parse_options(arguments: list[str]) -> Options:
    """Return the options that a command line gives."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Run the sandbox's server process.")
    parser.add_argument("--state-dir", type=Path)
    parser.add_argument("--region", required=True)
    parser.add_argument("--time-scale", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--enforce-iam", action="store_true")
    return Options(**vars(parser.parse_args(arguments)))
