"""Completion: real shells complete what the parsers accept, without a Python that starts when Tab is pressed."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pexpect
import pytest

from stacks.cli import COMMANDS
from stacks.views.completion import SHELLS
from tests.support.commands import CLEAN, project

if TYPE_CHECKING:
    from pathlib import Path

LINES = {
    "p": {"plan", "push", "permissions"},
    "plan ": {"hardened", "local", "prod"},
    "plan --fo": {"--format"},
    "plan --format m": {"markdown"},
    "plan prod --format=m": {"markdown"},
    "plan --image v1 pr": {"prod"},
    "plan --out my": {"my file.json"},
    "build prod l": {"local"},
    "outputs --typed prod alb_d": {"alb_dns_name"},
    "outputs ha": {"hardened"},
    "completion b": {"bash"},
    "new x --app env": {"environments"},
}
"""What is typed after the program's name, and what it is completed to."""
BASH = """\
source ./script
COMP_WORDS=(preto {words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_preto
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with environments, another file, and the three scripts."""
    here = project(tmp_path_factory.mktemp("completion"))
    (here.folder / "my file.json").touch()
    for shell in SHELLS:
        (here.folder / shell).write_text(here.succeed("completion", shell), encoding="utf-8")
    return here.folder


def program(shell: str) -> str:
    """Return the path of a shell; skip the test without it."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"there is no {shell} on PATH")
    return found


def run(folder: Path, *words: str) -> list[str]:
    """Run a shell that prints what it completes; return the lines, without fish's descriptions."""
    done = subprocess.run(words, cwd=folder, env=CLEAN, capture_output=True, text=True, check=True)
    assert not done.stderr
    return [line.partition("\t")[0] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(("typed", "expected"), LINES.items(), ids=LINES)
def test_bash_completes_what_is_typed(typed: str, expected: set[str], folder: Path) -> None:
    """Commands, environments, options, choices, names of outputs, files and folders; `=` is a word of its own."""
    bash = program("bash")
    words = [f"'{word}'" for word in re.split(r" |(?==)|(?<==)", typed)]
    script = BASH.replace("./script", "./bash").format(words=" ".join(words))
    assert set(run(folder, bash, "--norc", "-c", script)) == expected


@pytest.mark.parametrize(("typed", "expected"), LINES.items(), ids=LINES)
def test_fish_completes_what_is_typed(typed: str, expected: set[str], folder: Path) -> None:
    """The same, with descriptions; fish writes `--format=markdown` as one word, and a folder with its slash."""
    fish = program("fish")
    found = run(folder, fish, "--no-config", "-c", f"source fish; complete -C 'preto {typed}'")
    assert {it.removeprefix("--format=").rstrip("/") for it in found} == expected


@pytest.mark.parametrize(
    ("shell", "start"),
    [
        ("bash", ("--norc", "--noprofile", "-i")),
        ("zsh", ("-f", "-i")),
    ],
)
def test_tab_on_a_terminal(shell: str, start: tuple[str, ...], folder: Path) -> None:
    """What has one completion is completed where it is typed."""
    setup = "autoload -U compinit && compinit -u -D && " if shell == "zsh" else ""
    with pexpect.spawn(
        program(shell), list(start), cwd=str(folder), env={**CLEAN, "TERM": "dumb"}, encoding="utf-8", timeout=20
    ) as it:
        it.sendline(f"PS1='ready> '; {setup}. ./{shell} && echo lo''aded")
        it.expect("loaded")
        for typed, expected in LINES.items():
            if len(expected) == 1 and " " not in "".join(expected):
                it.expect("ready> ")
                it.send(f"preto {typed}\t")
                it.expect_exact(re.sub(r"[^ =]*$", "", typed) + expected.copy().pop())
                it.send("\x15\r")


def test_every_command_and_option_is_in_each_script(folder: Path) -> None:
    """They are made of the parsers, so that nothing is forgotten; help and choices may have any signs."""
    for shell in SHELLS:
        text = (folder / shell).read_text(encoding="utf-8")
        assert all(command in text for command in COMMANDS)
        assert ("-l skip-permissions" if shell == "fish" else "--skip-permissions") in text
        checker = [shell, "-n"] if shutil.which(shell) else None
        if checker:
            subprocess.run([*checker, str(folder / shell)], check=True)
