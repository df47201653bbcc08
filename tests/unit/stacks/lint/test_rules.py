"""The project's rules as rules of cfn-lint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stacks.lint.linter import load_rules
from tests.unit.stacks.lint.folders import alone

ROOT = Path(__file__).parents[4]
COMMAND = Path(sys.executable).parent / "cfn-lint"
OWN = ("E9102", "E9103", "E9104", "W9101", "W9105", "W9106", "W9107")


def test_every_rule_says_what_it_is() -> None:
    """Title, description, documentation and tags are there, for reports and for `cfn-lint --list-rules`."""
    own = {name: rule for name, rule in load_rules().items() if name[1:].startswith("9")}
    assert tuple(sorted(own)) == OWN
    for rule in own.values():
        assert rule.shortdesc
        assert rule.description.endswith(".")
        assert rule.source_url.startswith("https://")
        assert rule.tags


def test_the_cfn_lint_command_can_use_them(tmp_path: Path) -> None:
    """`cfn-lint --append-rules stacks/lint/rules` in the repository finds what the project's own lint finds."""
    alone(tmp_path, {"Bucket": {"Type": "AWS::S3::Bucket"}})
    template = str(tmp_path / "root.template.json")
    words = ["--append-rules", "stacks/lint/rules", "--format", "parseable", "--template", template]
    result = subprocess.run(
        [COMMAND, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert {line.split(":")[5] for line in result.stdout.splitlines()} == {"E9102", "E9103"}
