"""A plan over 500 resources in 20 children: explained and rendered in every form, in time and memory."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.bench.measure import ROOT, Figure, verdict

CHILDREN, RESOURCES, RUNS = 20, 25, 5
SECONDS, MEBIBYTES = 1.0, 200
PROBE = """
import json, resource, sys, time
from tests.bench.large import tree
from tests.unit.stacks.views.plans.examples import plan
from stacks.plan.explanation import explain
from stacks.views.plan import document, markdown, screen

changes, sources = tree(int(sys.argv[1]), int(sys.argv[2]))
start = time.perf_counter()
explained = explain(changes, sources)
made = plan(*explained.changes)
explaining = time.perf_counter() - start
start = time.perf_counter()
comment = markdown(made)
texts = [screen.text(made), screen.coloured(made, 80), screen.text(made, 200), json.dumps(document(made))]
rendering = time.perf_counter() - start
assert explained.count()["change"] == int(sys.argv[1]) * int(sys.argv[2]), explained.count()
assert len(comment) < 65536
print(json.dumps([explaining, rendering, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main() -> None:
    """Print the time for explaining and for rendering, and the peak memory of the process."""
    command = [sys.executable, "-c", PROBE, str(CHILDREN), str(RESOURCES)]
    rows = [
        json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for _ in range(RUNS)
    ]
    explaining, rendering, memory = (Figure(tuple(column)) for column in zip(*rows, strict=True))
    print(f"A plan over {CHILDREN * RESOURCES} resources in {CHILDREN} children, five forms of it, median of {RUNS}")
    print(f"  explained  {explaining}")
    print(f"  rendered   {rendering}")
    print(verdict("explained and rendered", explaining.median + rendering.median, SECONDS, " s"))
    print(verdict("peak memory", memory.median, MEBIBYTES, " MiB"))
