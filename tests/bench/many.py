"""Fifty environments built in one process: time and memory for each, which must not grow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import ROOT, verdict

ENVIRONMENTS = 50
PROBE = """
import json, resource, sys, time
from pathlib import Path
from stacks import build, settings

rows = []
for name in sys.argv[1:]:
    start = time.perf_counter()
    built = build.build([settings.load(name)], Path("out"), Path(".cache"), lambda text: None)
    assert built.passed, name
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append([time.perf_counter() - start, peak])
print(json.dumps(rows))
"""


def main() -> None:
    """Print time and peak memory of the first and the last ten, and their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "environments").mkdir()
        prod = (ROOT / "environments" / "prod.toml").read_text(encoding="utf-8")
        names = [f"e{number:02}" for number in range(ENVIRONMENTS)]
        for each in names:
            text = prod.replace('environment = "prod"', f'environment = "{each}"')
            (folder / "environments" / f"{each}.toml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *names],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    rows = json.loads(done.stdout)
    # The first one pays for the imports of cfn-lint and is left out of the comparison.
    early, late = rows[1:11], rows[-10:]
    seconds = [sum(row[0] for row in part) / len(part) for part in (early, late)]
    growth = rows[-1][1] - rows[10][1]
    print(f"{ENVIRONMENTS} environments built and linted (cold) in one process")
    print(f"  the first                 {rows[0][0]:.2f} s, peak {rows[0][1]:.0f} MiB")
    print(f"  each of the next ten      {seconds[0]:.3f} s, peak {rows[10][1]:.0f} MiB")
    print(f"  each of the last ten      {seconds[1]:.3f} s, peak {rows[-1][1]:.0f} MiB")
    print(verdict("last ten / next ten", seconds[1] / seconds[0], 1.25))
    print(verdict("memory per environment after the tenth", growth / (ENVIRONMENTS - 11), 1.0, " MiB"))
