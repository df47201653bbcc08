"""The cache of what has passed: it saves work, and never turns red into green."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stacks.files import ENTRIES, UNFINISHED
from stacks.lint import lint_folder
from stacks.lint.cache import cache_key, load_findings, store_findings
from tests.unit.stacks.lint.folders import REGION, alone, edit, report, tree

ROOT = Path(__file__).parents[4]
TAGS = [{"Key": key, "Value": "x"} for key in ("Project", "Environment", "ManagedBy")]
UNDESCRIBED = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {
        "GroupDescription": "x",
        "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}],
        "Tags": TAGS,
    },
}
RED = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": TAGS}}}
FILES = ("root.template.json",)


def python(code: str, *paths: Path) -> str:
    """What a program prints that finds its modules in these folders, or in the repository."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*paths, ROOT]))}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], env=variables, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A folder for the cache that is not there yet."""
    return tmp_path / "new" / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a template that passes with a warning."""
    made = tmp_path / "templates"
    made.mkdir()
    return alone(made, {"Group": UNDESCRIBED})


def entry(cache: Path) -> Path:
    """The only entry of a cache."""
    [file] = cache.iterdir()
    return file


def test_what_has_passed_is_not_linted_again(folder: Path, cache: Path) -> None:
    """The second report is the first one's, warnings and all, and says that it is."""
    first, second = report(folder, cache), report(folder, cache)
    assert [finding.rule for finding in first.findings] == ["W9105"]
    assert (first.cached, second.cached) == (False, True)
    assert second.findings == first.findings
    assert second.passed


def test_the_same_templates_of_another_environment_are_known(folder: Path, cache: Path) -> None:
    """The environment's name only says where its files are shown."""
    report(folder, cache)
    other = lint_folder(folder, environment="other", region=REGION, cache=cache)
    assert other.cached
    assert other.path(other.findings[0]) == "out/other/root.template.json"


def test_any_change_of_templates_or_region_is_linted(folder: Path, cache: Path) -> None:
    """A byte, a file's name, a file more or another region is not what has passed."""
    report(folder, cache)
    assert not report(folder, cache, region="us-east-1").cached
    (folder / "root.template.json").rename(folder / "other.template.json")
    assert not report(folder, cache).cached
    (folder / "other.template.json").rename(folder / "root.template.json")
    assert report(folder, cache).cached
    with (folder / "root.template.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not report(folder, cache).cached


def test_another_cfn_lint_is_asked_again(tmp_path: Path) -> None:
    """The version of the cfn-lint that is installed is part of the key."""
    metadata = tmp_path / "cfn_lint-99.0.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: cfn-lint\nVersion: 99.0.0\n", encoding="utf-8")
    code = "from stacks.lint.cache import cache_key; print(cache_key({}, 'us-east-1'))"
    assert python(code) == python(code) == cache_key({}, "us-east-1")
    assert python(code, tmp_path) != python(code)


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("stacks/lint/rules/required_tags.py", "from", "\nfrom"),
        ("stacks/rendered/expressions.py", "from", "\nfrom"),
        ("templates/resource_types/stateful.py", '"AWS::SQS::Queue",', ""),
    ],
)
def test_changed_rules_are_asked_again(tmp_path: Path, source: str, old: str, new: str) -> None:
    """The sources of the project's rules, and what these read templates with and are about, are part of the key."""
    for folder in ("stacks", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    code = "from stacks.lint.cache import cache_key; print(cache_key({}, 'us-east-1'))"
    before = python(code, tmp_path)
    file = tmp_path / source
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert before == cache_key({}, "us-east-1")
    assert python(code, tmp_path) != before


def test_errors_are_never_stored(tmp_path: Path, cache: Path) -> None:
    """A red result is found anew each time, and cannot be stored at all."""
    alone(tmp_path, RED)
    first, second = report(tmp_path, cache), report(tmp_path, cache)
    assert not first.passed
    assert (first.cached, second.cached) == (False, False)
    assert not cache.exists()
    with pytest.raises(ValueError, match="never stored"):
        store_findings(cache, "0" * 64, first.findings)


def test_a_green_entry_under_a_red_name_is_not_believed(folder: Path, cache: Path) -> None:
    """An entry that was stored for other templates stays theirs, whatever its file is called."""
    report(folder, cache)
    alone(folder, RED)
    templates = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.copy(entry(cache), cache / f"{cache_key(templates, REGION)}.json")
    seen = report(folder, cache)
    assert not seen.cached
    assert not seen.passed


def stored(folder: Path, cache: Path) -> tuple[str, list[Any]]:
    """A key and the entry that is stored under it: the key again, and the findings."""
    report(folder, cache)
    file = entry(cache)
    return file.stem, json.loads(file.read_text(encoding="utf-8"))


def test_half_an_entry_is_none(folder: Path, cache: Path) -> None:
    """Wherever a file is cut off, it is as if it were not there."""
    key, _ = stored(folder, cache)
    file = entry(cache)
    text = file.read_text(encoding="utf-8")
    assert load_findings(cache, key, FILES) is not None
    for length in range(len(text)):
        file.write_text(text[:length], encoding="utf-8")
        assert load_findings(cache, key, FILES) is None


@pytest.mark.parametrize(
    "damage",
    [
        {"level": "error"},
        {"level": "warning", "rule": "E9102"},
        {"level": "informational"},
        {"level": 1},
        {"rule": ""},
        {"line": "1"},
        {"line": 0},
        {"column": True},
        {"module": None},
        {"logical_id": 1},
        {"file": "../../elsewhere.json"},
        {"extra": "x"},
    ],
    ids=str,
)
def test_an_entry_with_a_finding_that_cannot_be_is_none(folder: Path, cache: Path, damage: dict[str, Any]) -> None:
    """Every field is checked; a finding that is an error, or disguised as none, is not believed."""
    key, content = stored(folder, cache)
    content[1][0] |= damage
    entry(cache).write_text(json.dumps(content), encoding="utf-8")
    assert load_findings(cache, key, FILES) is None
    assert not report(folder, cache).cached


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"findings": []}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"key": 1, "findings": 1}',
        b'["key"]',
        b"[1, []]",
    ],
)
def test_garbage_is_linted_over_and_replaced(folder: Path, cache: Path, content: bytes) -> None:
    """After the templates have passed again, the entry is whole."""
    stored(folder, cache)
    entry(cache).write_bytes(content)
    assert not report(folder, cache).cached
    assert report(folder, cache).cached


@pytest.mark.parametrize("findings", [None, {}, "", [None], [[]], [{}]])
def test_an_entry_whose_findings_are_none_is_none(folder: Path, cache: Path, findings: Any) -> None:
    """The right key alone proves nothing."""
    key, _ = stored(folder, cache)
    entry(cache).write_text(json.dumps([key, findings]), encoding="utf-8")
    assert load_findings(cache, key, FILES) is None


def test_a_cache_that_cannot_be_used_is_left_alone(folder: Path, tmp_path: Path) -> None:
    """A file in its place, or a folder in an entry's, costs only the time."""
    blocked = tmp_path / "file"
    blocked.write_text("mine", encoding="utf-8")
    assert report(folder, blocked).passed
    assert not report(folder, blocked / "below").cached
    assert blocked.read_text(encoding="utf-8") == "mine"
    cache = tmp_path / "cache"
    key, _ = stored(folder, cache)
    entry(cache).unlink()
    (cache / f"{key}.json").mkdir()
    assert not report(folder, cache).cached
    assert [path.name for path in cache.iterdir()] == [f"{key}.json"]


def test_only_the_newest_entries_are_kept(folder: Path, cache: Path) -> None:
    """Old results go, and what a process that was killed has left unfinished; files of others stay."""
    findings = report(folder).findings
    cache.mkdir(parents=True)
    for name in ("notes.txt", f"{UNFINISHED}x"):
        (cache / name).write_text("mine", encoding="utf-8")
    os.utime(cache / f"{UNFINISHED}x", (0, 0))
    keys = [f"{number:064x}" for number in range(ENTRIES + 5)]
    for age, key in enumerate(keys):
        store_findings(cache, key, findings)
        if (cache / f"{key}.json").exists():
            os.utime(cache / f"{key}.json", (age + 1, age + 1))
    kept = {path.stem for path in cache.glob("*.json")}
    assert len(kept) == ENTRIES
    assert keys[-1] in kept
    assert keys[0] not in kept
    assert (cache / "notes.txt").exists()
    assert not (cache / f"{UNFINISHED}x").exists()


def test_no_cache_is_none(folder: Path) -> None:
    """Without a folder nothing is remembered."""
    assert [report(folder).cached for _ in range(2)] == [False, False]


def test_a_warm_check_does_not_load_cfn_lint(tmp_path: Path, cache: Path) -> None:
    """What makes it fast: neither cfn-lint nor what it needs is imported."""
    tree(tmp_path)
    code = f"""
import json, sys
from pathlib import Path
from stacks.lint import lint_folder
report = lint_folder(Path({str(tmp_path)!r}), environment="prod", region={REGION!r}, cache=Path({str(cache)!r}))
print(json.dumps([report.cached, report.passed, "cfnlint" in sys.modules, "sympy" in sys.modules]))
"""
    assert json.loads(python(code)) == [False, True, True, True]
    assert json.loads(python(code)) == [True, True, False, False]


def test_a_template_that_turns_red_is_red(tmp_path: Path, cache: Path) -> None:
    """After a pass, an error is found; after its correction, the first pass still holds."""

    def seen() -> tuple[bool, bool]:
        result = report(tmp_path, cache)
        return result.passed, result.cached

    tree(tmp_path)
    assert seen() == (True, False)
    good = (tmp_path / "ecr.template.json").read_bytes()
    edit(tmp_path, "ecr", Resources=RED)
    assert seen() == (False, False)
    assert seen() == (False, False)
    (tmp_path / "ecr.template.json").write_bytes(good)
    assert seen() == (True, True)
