"""The pre-commit hooks: what another repository gets when it uses them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from stacks.build.render import render, write_rendered
from stacks.settings import load

ROOT = Path(__file__).parents[3]
HOOKS: dict[str, Any] = {hook["id"]: hook for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}
TAGS = [{"Key": key, "Value": "x"} for key in ("Project", "Environment", "ManagedBy")]


def template(**properties: Any) -> str:
    """A template with a log group."""
    group = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"RetentionInDays": 30, **properties},
    }
    return json.dumps({"Resources": {"Logs": group}})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a git repository of somebody else's."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def run(repository: Path, hook_id: str) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: with the staged files that it is for, in the repository's root."""
    hook = HOOKS[hook_id]
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    staged = subprocess.run(
        ["git", "diff", "--cached", "--name-only"], cwd=repository, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    files = [name for name in staged if re.search(hook["files"], name)]
    assert files, "pre-commit would skip the hook"
    words = shlex.split(hook["entry"]) + (files if hook.get("pass_filenames", True) else [])
    assert words[0] == "python"
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_templates_are_checked_by_our_rules(repository: Path) -> None:
    """A template without the three tags is refused with the rule's id; with them it passes. Others are left out."""
    file = repository / "app.template.json"
    file.write_text(template(), encoding="utf-8")
    (repository / "package.json").write_text("{}", encoding="utf-8")
    refused = run(repository, "lint-templates")
    assert refused.returncode != 0
    assert "E9103" in refused.stdout
    file.write_text(template(Tags=TAGS), encoding="utf-8")
    passed = run(repository, "lint-templates")
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_a_tree_of_this_project_has_nothing_to_be_warned_of(repository: Path) -> None:
    """Children lie beside their parent, and parameters beside both, as is meant; only one that is gone is told."""
    folder = write_rendered(render(load("prod", directory=ROOT / "environments")), repository / "out")
    (folder / "iam.template.json").unlink()
    words = [sys.executable, "-m", "stacks.lint", "--format", "parseable", *sorted(map(str, folder.iterdir()))]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{folder}/root.template.json")
    assert ":W3002:" in line


def test_environments_are_checked_as_a_whole(repository: Path) -> None:
    """A misspelt key is refused with its line; the environments of this project pass."""
    shutil.copytree(ROOT / "environments", repository / "environments")
    passed = run(repository, "lint-environments")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    file = repository / "environments" / "prod.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n[stack]\nprotect = true\n", encoding="utf-8")
    refused = run(repository, "lint-environments")
    assert refused.returncode == 1
    assert "stack.protect" in refused.stderr


def test_hooks_are_installed_with_the_project() -> None:
    """pre-commit installs this repository as a Python package, and runs a module of it."""
    for hook in HOOKS.values():
        assert hook["language"] == "python"
        module = hook["entry"].split()[2]
        assert (ROOT / module.replace(".", "/") / "__main__.py").is_file()
