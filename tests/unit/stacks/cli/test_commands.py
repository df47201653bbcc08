"""Commands as files: each is whole, and only the chosen one is loaded."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import stacks.cli
from stacks.cli import COMMANDS, parsing
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
    words = {"sandbox": [name], "adopt": [name, "prod", "--state", "terraform.tfstate"]}.get(name, [name, "prod"])
    command, options = parsing.parse(words, PROGRAM, COMMANDS)
    assert type(options).__module__ == f"stacks.cli.{name}"
    assert callable(command.run)
    assert not options.quiet
    with pytest.raises(FrozenInstanceError):
        options.quiet = True  # type: ignore[misc]  # that is what is tried


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
