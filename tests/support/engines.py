"""Stand-ins for programs of others, container engines and a plugin, on a PATH where there are no others."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("stand_in_engine.py")
PLUGIN = Path(__file__).with_name("stand_in_plugin.py")


@dataclass(frozen=True)
class Engines:
    """A folder with stand-ins; `tests/support/stand_in_engine.py` says what they do."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The PATH on which they, git and nothing else are; nobody's configuration of Docker and git."""
        home = str(self.folder)
        return {"PATH": str(self.folder / "bin"), "HOME": home, "DOCKER_CONFIG": home, "GIT_CONFIG_GLOBAL": "/dev/null"}

    def behave(self, **behaviour: Any) -> None:
        """Let them do this from now on, and forget the calls so far, and who has logged in."""
        (self.folder / "behaviour.json").write_text(json.dumps(behaviour))
        for name in ("calls.jsonl", "password"):
            (self.folder / name).unlink(missing_ok=True)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Every call, with its words, its standard input and its environment."""
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def asked(self, step: str) -> dict[str, Any]:
        """Return the one call with this word."""
        (found,) = [it for it in self.calls if step in it["words"]]
        return found


def engines(folder: Path, *names: str, **behaviour: Any) -> Engines:
    """Make stand-ins of these names."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for name in ("git", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name in names:
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -ISS {PROGRAM} {folder} {name} "$@"\n')
        program.chmod(0o755)
    found = Engines(folder)
    found.behave(**behaviour)
    return found


def plugin(folder: Path) -> Path:
    """Make a stand-in for the Session Manager plugin, which records its call in the folder; return its PATH."""
    programs = folder / "bin"
    programs.mkdir()
    program = programs / "session-manager-plugin"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -ISS {PLUGIN} {folder} "$@"\n')
    program.chmod(0o755)
    return programs


def committed(folder: Path) -> str:
    """Make a git repository of a folder, commit all that is in it, and return the commit's id."""
    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "all"),
    ):
        git(folder, *words)
    return git(folder, "rev-parse", "HEAD")


def git(folder: Path, *words: str) -> str:
    """Run git in a folder, and return what it wrote."""
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
