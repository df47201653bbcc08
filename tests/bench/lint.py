"""Build and lint of prod, cold and warm, against the `cfn-lint` command on the same six files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import ROOT, in_turn, run, verdict

RUNS = 5


def main() -> None:
    """Print the figures and the two ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "environments", folder / "environments")
        build = [sys.executable, str(ROOT / "build.py"), "build", "prod", "--quiet"]
        run(build, cwd=folder)
        files = sorted(str(path) for path in (folder / "out" / "prod").glob("*.template.json"))
        # W3002 is what a local TemplateURL always gives; without the option the command would end with an error.
        reference = [str(Path(sys.executable).parent / "cfn-lint"), "-r", "ap-northeast-2", "-i", "W3002", "--", *files]

        def cold() -> float:
            shutil.rmtree(folder / ".cache", ignore_errors=True)
            return run(build, cwd=folder)

        cold_figure, warm_figure, other = in_turn(
            RUNS, cold, lambda: run(build, cwd=folder), lambda: run(reference, cwd=folder)
        )
    print(f"Build and lint of prod ({len(files)} templates), median of {RUNS}")
    print(f"  build.py build prod, cold   {cold_figure}")
    print(f"  build.py build prod, warm   {warm_figure}")
    print(f"  cfn-lint on the same files  {other}")
    print(verdict("cold / cfn-lint", cold_figure.median / other.median, 1.0))
    print(verdict("warm / cfn-lint", warm_figure.median / other.median, 0.3))
    print(verdict("warm", warm_figure.median, 0.5, " s"))
