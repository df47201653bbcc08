"""The repository itself: continuous integration, the house's rules, what must not be in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def tracked(*patterns: str) -> list[Path]:
    """The files that git tracks or would track, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_valid(workflow: Path) -> None:
    """GitHub accepts them: they follow the schema of workflows."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    """A tag that somebody moves does not change what runs with our token."""
    used = re.findall(r"uses:\s*(\S+)", workflow.read_text(encoding="utf-8"))
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)


def test_nothing_private_is_in_the_repository() -> None:
    """No access keys, no private keys, no account ids but the documented examples."""
    examples = {"123456789012", "000000000000", "111122223333", "210987654321"}
    for path in tracked("*.py", "*.md", "*.toml", "*.cfg", "*.yml", "*.json", "*.tfvars", "Makefile"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", text), path
        assert not re.search(r"-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}", text), path
        if "tests" not in path.parts:
            assert set(re.findall(r"(?<![\w.-])\d{12}(?![\w.-])", text)) <= examples, path


def test_no_test_has_its_name_twice() -> None:
    """A file's name says which test it is, wherever it lies, and a function's name says which in its file."""
    files = tracked("tests/**/test_*.py")
    assert len({path.name for path in files}) == len(files) > 100
    for path in files:
        names = re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(set(names)) == len(names), path
