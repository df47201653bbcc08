"""Calls that a deployment makes, and the CPU that it uses while it waits for CloudFormation."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import sandbox
from tests.bench.deploy import BUILD, own_seconds, prepare
from tests.bench.measure import ROOT, run, verdict
from tests.support.proxy import between

SHORT, LONG = 0.02, 0.2
"""Time scales of two deployments: what the longer one uses more, it uses while waiting."""


@dataclass(frozen=True)
class Deployed:
    """One first deployment of prod; seconds of CloudFormation's time and of CPU."""

    own: float
    cpu: float
    calls: Counter[str]


def main() -> None:
    """Print both figures."""
    short, long = _deploy(SHORT), _deploy(LONG)
    share = (long.cpu - short.cpu) / (long.own - short.own)
    print(f"First deployment of prod, of {short.own:.0f} s and of {long.own:.0f} s")
    for made in (short, long):
        counts = ", ".join(f"{name} {count}" for name, count in made.calls.most_common(4))
        print(f"  {made.own:5.1f} s: {made.calls.total()} calls ({counts}, ...), CPU {made.cpu:.2f} s")
    print(verdict("CPU used while waiting", 100 * share, 5, " % of a core"))


def _deploy(time_scale: float) -> Deployed:
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=time_scale) as address,
    ):
        folder = Path(name)
        shutil.copytree(ROOT / "environments", folder / "environments")
        run([*BUILD, "build", "prod"], cwd=folder)
        env = prepare(address, folder)
        with between(address.endpoint_url, lambda _: None) as proxy:
            before = _cpu()
            run([*BUILD, "deploy", "prod", "--yes"], cwd=folder, env={**env, "AWS_ENDPOINT_URL": proxy.url})
            return Deployed(own_seconds(address), _cpu() - before, proxy.calls)


def _cpu() -> float:
    """Seconds that ended child processes have used; the sandbox has not ended."""
    times = os.times()
    return times.children_user + times.children_system
