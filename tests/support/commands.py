"""Run `python build.py ...` and `aws ...` as a user does, each in a process of its own.

To make hundreds of them affordable, all projects of a test run share one lint cache, and a `project` forks its commands
from a Python that has loaded everything already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from tests.support.preloaded import preloaded

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CI", "NO_COLOR"))}
"""The environment without anybody's AWS settings."""
PATIENCE = 120
"""Seconds after which a command that does not end is a failure."""

LINTED = "TESTS_LINT_CACHE"
"""The variable with the lint cache of this test run; without it, each project has its own."""


@dataclass(frozen=True)
class Started:
    """A command that is running."""

    process: subprocess.Popen[str]

    def hear(self, words: str) -> str:
        """Wait until it writes these words to stderr; return all that it has written so far."""
        heard = ""
        for line in self.process.stderr or ():
            heard += line
            if words in line:
                return heard
        pytest.fail(f"it ended without saying {words!r}:\n{heard}")

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what it has written to stderr since."""
        _, rest = self.process.communicate()
        return self.process.returncode, rest


@dataclass(frozen=True)
class Project:
    """A folder with environments, in which `build.py` runs; with `fresh`, each command starts a new Python.

    `sources` is where the code is; other sources than the repository's need `fresh`.
    """

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False
    sources: Path = ROOT

    def run(
        self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `python build.py WORDS` here."""
        variables = {**CLEAN, **self.env, **(env or {})}
        if not self.fresh:
            return preloaded().run(words, cwd=self.folder, env=variables, stdin=stdin, patience=PATIENCE)
        return subprocess.run(
            [sys.executable, str(self.sources / "build.py"), *words],
            cwd=self.folder,
            env=variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def start(self, *words: str) -> Iterator[Started]:
        """Start `python build.py WORDS`, and kill it at the end of the block if it still runs."""
        with subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), *words],
            cwd=self.folder,
            env={**CLEAN, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            watchdog = threading.Timer(PATIENCE, process.kill)
            watchdog.start()
            try:
                yield Started(process)
            finally:
                watchdog.cancel()
                process.kill()

    @contextmanager
    def on_terminal(
        self, *words: str, env: Mapping[str, str] | None = None, width: int = 80, height: int = 50
    ) -> Iterator[Any]:
        """Start it on a pseudo terminal, as a pexpect object, and kill it at the end of the block if it still runs."""
        terminal = pexpect.spawn(
            sys.executable,
            [str(ROOT / "build.py"), *words],
            cwd=str(self.folder),
            env={**CLEAN, "TERM": "xterm-256color", **self.env, **(env or {})},
            dimensions=(height, width),
            encoding="utf-8",
            timeout=PATIENCE,
        )
        try:
            yield terminal
        finally:
            terminal.close(force=True)

    def succeed(self, *words: str, stdin: str = "") -> str:
        """Run it, expect exit code 0, and return what it wrote to stdout."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def fail(self, *words: str, stdin: str = "") -> str:
        """Run it, expect one clear error and exit code 1, and return what it wrote to stderr."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 1, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()
        return done.stderr


def ended(terminal: Any) -> int:
    """Wait until the command on a pseudo terminal ends, and return its exit code."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return int(terminal.exitstatus)


def project(folder: Path, env: Mapping[str, str] | None = None, *, fresh: bool = False) -> Project:
    """Return a project in this folder, with a copy of the repository's environments."""
    shutil.copytree(ROOT / "environments", folder / "environments")
    if linted := os.environ.get(LINTED):
        (folder / ".cache").mkdir()
        (folder / ".cache" / "lint").symlink_to(linted)
    return Project(folder, env or {}, fresh)


def project_with_a_mistake(folder: Path, env: Mapping[str, str] | None = None) -> Project:
    """Return a project whose developer has forgotten a policy of the log group: lint finds an error (E9102)."""
    sources = folder / "sources"
    for name in ("stacks", "templates"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", sources)
    module = sources / "templates" / "ecs" / "stack.py"
    text = module.read_text(encoding="utf-8")
    policy = '        UpdateReplacePolicy="Retain",\n'
    assert text.count(policy) == 1
    module.write_text(text.replace(policy, ""), encoding="utf-8")
    here = project(folder / "here", env)
    return Project(here.folder, here.env, fresh=True, sources=sources)


def aws_cli() -> str:
    """Return the path of the AWS CLI: `AWS_CLI`, else the one that `make test` installs, else the one on PATH."""
    candidates = [os.environ.get("AWS_CLI"), ".venv-awscli/bin/aws", shutil.which("aws")]
    for candidate in candidates:
        if candidate and (ROOT / candidate).is_file():
            return str(ROOT / candidate)
    pytest.fail("there is no AWS CLI: run `make test`, which installs it, or set AWS_CLI")
