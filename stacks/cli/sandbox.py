"""`sandbox`: run the embedded AWS in the foreground."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import sandbox
from stacks import terminal
from stacks.cli import arguments
from stacks.cli.reporting import DONE
from stacks.views import sandbox as view

SLOWEST = 10
"""The largest time scale, here and in `[aws] sandbox_time_scale`."""

EXAMPLES = {
    "sandbox": "on a free port; it prints how to reach it",
    "sandbox --port 4566 --time-scale 0.1": "resources take a tenth of AWS's time",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.Options):
    """The options of `sandbox`."""

    port: int
    state_dir: Path
    enforce_iam: bool
    region: str
    time_scale: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("--port", type=_port, default=0, help="loopback port; 0 takes a free one (the default)")
    parser.add_argument(
        "--state-dir", type=Path, default=Path(".sandbox"), metavar="DIR", help="where its state is kept (.sandbox)"
    )
    parser.add_argument("--enforce-iam", action="store_true", help="decide by IAM policies what is allowed")
    parser.add_argument("--region", default="ap-northeast-2", help="region that the printed lines name")
    parser.add_argument(
        "--time-scale",
        type=_time_scale,
        default=0.0,
        metavar="X",
        help="how long resources take, as a fraction of AWS's typical time: 1 is as on AWS, 0 (the default) no time",
    )


def run(options: Options) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    sandbox.serve(
        state_dir=options.state_dir,
        region=options.region,
        port=options.port,
        time_scale=options.time_scale,
        enforce_iam=options.enforce_iam,
        started=lambda address: terminal.data(view.text(address)),
    )
    return DONE


def _port(text: str) -> int:
    return arguments.whole(text, "port", 0, 65535)


def _time_scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= SLOWEST:
        why = f"{text!r} is no time scale: a number from 0 to {SLOWEST}"
        raise argparse.ArgumentTypeError(why)
    return value
