"""The server process itself; `sandbox.child` starts it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.options import Options
from sandbox.server import main


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--state-dir", type=Path)
    parser.add_argument("--region", required=True)
    parser.add_argument("--time-scale", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--enforce-iam", action="store_true")
    parsed = parser.parse_args(arguments)
    return Options(
        state_dir=parsed.state_dir,
        region=parsed.region,
        time_scale=parsed.time_scale,
        port=parsed.port,
        enforce_iam=parsed.enforce_iam,
    )


if __name__ == "__main__":
    sys.exit(main(_options(sys.argv[1:])))
