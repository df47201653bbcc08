"""What is written to standard output and error: in any encoding, as JSON, and by the name of what was started."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stacks import terminal
from stacks.cli import COMMANDS
from stacks.errors import Code
from tests.support.commands import CLEAN, PATIENCE, ROOT, Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project in which nothing is changed, with a file that is no plan."""
    made = project(
        tmp_path_factory.mktemp("project"), {"AWS_CONFIG_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "1"}
    )
    (made.folder / "no.plan").write_text("{}", encoding="utf-8")
    return made


def python(*words: str, folder: Path = ROOT, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a Python of its own, as a shell starts it."""
    variables = CLEAN | env
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=variables, capture_output=True, timeout=PATIENCE, check=False
    )


def test_a_plan_is_readable_in_any_encoding(tmp_path: Path, account: Account) -> None:
    """Where standard output is not UTF-8, other signs stand for those that it lacks."""
    project(tmp_path, account.env).succeed("bootstrap", "prod", "--yes", "--quiet")
    words = ("plan", "prod", "--skip-permissions", "--quiet")
    done = python(str(ROOT / "build.py"), *words, folder=tmp_path, **account.env, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (2, b"")
    text = done.stdout.decode("ascii")
    assert "   | +   Subnet" in text or "   | +   PublicSubnetA" in text
    assert "\\" not in text


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp949", "utf-8", "utf-16-le"])
def test_every_sign_has_a_place_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON stays exact; in text an arrow is still an arrow, a sign of another alphabet a question mark."""
    said = "설정 → …\udcff"
    for show in (terminal.document, terminal.data):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        terminal.start(terminal.PROGRAM)
        show(said[:-1] if show is terminal.document else said)
        sys.stdout.flush()
        text = raw.getvalue().decode(encoding)
        if show is terminal.document:
            assert json.loads(text) == said[:-1]
        else:
            assert text.endswith("…?\n" if "…" in text else "-> ...?\n")


ERRORS: dict[str, tuple[tuple[str, ...], Code]] = {
    **{f"an option that {name} does not have": ((name, "--colour"), Code.USAGE) for name in COMMANDS},
    "no environment named": (("status",), Code.USAGE),
    "a misspelt command": (("deplyo",), Code.USAGE),
    "a port out of range": (("sandbox", "--port", "99999"), Code.USAGE),
    "a time scale that is no number": (("sandbox", "--time-scale", "nan"), Code.USAGE),
    "a time scale below zero": (("sandbox", "--time-scale=-1"), Code.USAGE),
    "no number of tasks": (("watch", "prod", "--fail-fast", "1e3"), Code.USAGE),
    "too large a number": (("deploy", "prod", "--fail-fast", "9" * 5000), Code.USAGE),
    "options that contradict each other": (("permissions", "prod", "--boundary", "x.json"), Code.USAGE),
    "an unknown environment": (("plan", "prodd"), Code.SETTINGS),
    "an impossible setting": (("build", "prod", "--var", "ecs_cpu=7"), Code.SETTINGS),
    "no file": (("deploy", "--plan", "nowhere.plan"), Code.FILE),
    "a file of another kind": (("deploy", "--plan", "no.plan"), Code.FILE),
    "a policy that is not there": (("permissions", "prod", "--policy", "nowhere.json"), Code.FILE),
    "no credentials": (("outputs", "prod"), Code.CREDENTIALS),
    "an endpoint that is none": (("drift", "prod", "--var", "aws_endpoint=http://127.0.0.1:1"), Code.CREDENTIALS),
}


@pytest.mark.parametrize("asked", ["--js", "--format=json", "--form json", "--format json --quiet"])
def test_an_error_is_a_document_however_json_was_asked_for(here: Project, asked: str) -> None:
    """Words that give a plan as JSON give an error as JSON."""
    done = here.run("plan", "prod", *asked.split())
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == Code.CREDENTIALS


@pytest.mark.parametrize("asked", ["", "--format text", "--", "--var x=--json", "-- --json"])
def test_an_error_is_no_document_where_json_was_not_asked_for(here: Project, asked: str) -> None:
    """Standard output is empty then."""
    done = here.run("plan", "nowhere", *asked.split())
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_a_document_where_json_was_asked_for(here: Project, case: str) -> None:
    """One JSON document with a stable code, what, why and what next; the same on stderr for people."""
    words, code = ERRORS[case]
    done = here.run(*words, "--json")
    assert done.returncode == 1
    error: dict[str, Any] = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert error["what"]
    assert error["why"]
    assert done.stderr.startswith(f"{error['what']}: {error['why']}")
    assert error["next"] in done.stderr


def test_problems_of_settings_are_listed_one_by_one(here: Project) -> None:
    """A program finds the key, the value and the source of each."""
    done = here.run("build", "prod", "--json", "--var", "ecs_cpu=7", "--var", "autoscaling_cpu_target=0")
    problems = json.loads(done.stdout)["error"]["problems"]
    assert [(it["source"], it["key"], it["value"]) for it in problems] == [
        ("--var", "ecs_cpu", "7"),
        ("--var", "autoscaling_cpu_target", "0"),
    ]


def test_every_code_is_documented() -> None:
    """What programs can meet is in the documentation, and what is there exists."""
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    table = page.split("| `code` |")[1].split("\n\n")[0]
    assert [line.split("`")[1] for line in table.splitlines()[2:]] == [code.value for code in Code]


def test_the_module_calls_itself_by_its_own_name(here: Project) -> None:
    """Who has started `python -m stacks` is told to start that again, in usage and in advice."""
    path = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::EncodingWarning"}
    shown = python("-m", "stacks", "status", "--help", folder=here.folder, **path)
    assert shown.stdout.startswith(b"usage: python -m stacks status ")
    done = python("-m", "stacks", "plan", folder=here.folder, **path)
    assert b"`python -m stacks plan --help`" in done.stderr
    assert b"build.py" not in done.stderr + shown.stdout


def test_advice_names_what_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps write `python build.py`; it is told as it was started, as text and as JSON."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
    terminal.start("python -m stacks")
    terminal.document({"next": "Deploy it: python build.py deploy prod"})
    sys.stdout.flush()
    assert json.loads(raw.getvalue()) == {"next": "Deploy it: python -m stacks deploy prod"}


def test_a_missing_package_is_one_error_with_its_cure(here: Project) -> None:
    """Who starts it with the system's Python, which has no troposphere, is told which one to take."""
    done = python("-S", str(ROOT / "build.py"), "plan", "prod", "--json", folder=here.folder)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == Code.INSTALLATION
    assert ".venv/bin/python" in error["next"]
    assert b"Traceback" not in done.stderr
    assert b"Traceback" not in python("-S", "-m", "stacks.lint", "x.json", PYTHONPATH=str(ROOT)).stderr


@pytest.mark.parametrize("file", ["build.py", "stacks/__init__.py", "stacks/__main__.py"])
def test_an_old_python_can_read_what_refuses_it(file: str) -> None:
    """Python 3.8 gets a line that says which one is needed, and no syntax error before it."""
    ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 7))
    pretend = "import sys; sys.version_info = (3, 8, 10); import stacks"
    done = python("-c", pretend)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Python 3.11 or newer is needed, and ")
    assert done.stderr.count(b"\n") == 1


def test_from_another_folder_the_error_says_where_it_looked_and_where_to_go(tmp_path: Path) -> None:
    """The path that was looked at, and the command that goes where the project is."""
    error = Project(tmp_path).fail("plan", "prod")
    assert f"{tmp_path}/environments" in error
    assert f"cd {ROOT}" in error
