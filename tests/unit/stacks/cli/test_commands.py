"""Commands as files: each is whole, and only the chosen one is loaded."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
from dataclasses import FrozenInstanceError
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import stacks.cli
from stacks.cli import COMMANDS, parsing
from stacks.cli.reporting import FAILED
from stacks.errors import UserError
from stacks.terminal import PROGRAM
from tests.support.commands import ROOT

FILES = {path.stem for path in Path(stacks.cli.__path__[0]).glob("*.py") if "\ndef run(" in path.read_text("utf-8")}
HEAVY = {"boto3", "cfnlint", "pydantic", "troposphere", "rich", "ministack"}
LOADED = """
import sys
from stacks.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """Return the modules that a command line has imported."""
    run = [sys.executable, "-c", LOADED, *words]
    return set(subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stderr.split())


def test_each_file_of_a_command_is_listed() -> None:
    """What is listed has a file, and what has a file is listed."""
    assert set(COMMANDS) == FILES


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_gives_its_options(name: str) -> None:
    """All arguments have a field in the command's own frozen options, which say whether to be quiet."""
    needed = {
        "sandbox": [name],
        "completion": [name, "bash"],
        "adopt": [name, "prod", "--state", "terraform.tfstate"],
        "run": [name, "prod", "--", "a", "--json"],
    }
    words = needed.get(name, [name, "prod"])
    command, options = parsing.parse(words, PROGRAM, COMMANDS)
    assert type(options).__module__ == f"stacks.cli.{name}"
    assert callable(command.run)
    assert not options.quiet
    with pytest.raises(FrozenInstanceError):
        options.quiet = True  # type: ignore[misc]  # that is what is tried


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_can_be_typed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command shows at least one command line, called as the program was, and the command takes it."""
    with pytest.raises(SystemExit) as ended:
        parsing.parse([name, "--help"], "preto", COMMANDS)
    assert not ended.value.code
    shown = re.findall(r"^  preto (.*)$", capsys.readouterr().out.split("\nexamples:\n")[1], re.MULTILINE)
    assert shown
    for line in shown:
        words = shlex.split(re.split(r" [|>] ", line)[0])
        assert words[0] == name
        command, _ = parsing.parse(words, "preto", COMMANDS)
        assert line in command.EXAMPLES


def test_the_console_script_is_the_command_line(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    """An installation has `preto`, which calls itself so in usage and in advice."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    (script,) = setup["options.entry_points"]["console_scripts"].split("\n")[1:]
    entry = EntryPoint(name="preto", value=script.partition("=")[2].strip(), group="console_scripts")
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/preto", "plan"])
    with pytest.raises(SystemExit) as ended:
        entry.load()()
    assert ended.value.code == FAILED
    assert "`preto plan --help`" in capsys.readouterr().err


def test_help_loads_no_command() -> None:
    """The list of commands is there at once."""
    found = loaded("--help")
    assert "stacks.cli.parsing" in found
    assert not found & (HEAVY | {f"stacks.cli.{name}" for name in COMMANDS})


def test_a_build_loads_no_other_command_and_no_aws() -> None:
    """What has passed lint is built without cfn-lint, too."""
    found = loaded("build", "--help")
    assert {name for name in COMMANDS if f"stacks.cli.{name}" in found} == {"build"}
    assert not found & (HEAVY - {"pydantic", "troposphere"})


@pytest.mark.parametrize(
    "words",
    [
        "run prod --task ''",
        "run prod --image '' -- ls",
        "run prod --container ' ' -- ls",
        "run prod -- ''",
        "run prod --entry-point '\"open' -- ls",
        "exec prod --task '' -- ls",
        "rollback prod --to ''",
        "plan prod --image ''",
        "deploy prod --image ''",
    ],
)
def test_a_variable_that_is_not_set_is_refused(words: str) -> None:
    """`--task "$TASK"` in a script, where there is no TASK, does not run something else."""
    with pytest.raises(UserError, match=r"it is empty|there is no command|is no list of words"):
        parsing.parse(shlex.split(words), PROGRAM, COMMANDS)


def test_words_that_no_argument_takes_are_refused_by_their_command() -> None:
    """Whose help is named; options of the program that `run` starts belong after `--`, which is said."""
    with pytest.raises(UserError, match=r"--verbose\n.*after --: \S.* run ENV -- COMMAND"):
        parsing.parse(["run", "prod", "python", "a.py", "--verbose"], PROGRAM, COMMANDS)
    for words in (["plan", "prod", "--verbose"], ["logs", "prod", "--follow", "--until", "5m"]):
        with pytest.raises(UserError, match=f"{words[0]} --help"):
            parsing.parse(words, PROGRAM, COMMANDS)
