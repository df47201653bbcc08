"""`build` and `lint` as a user runs them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Project, project, project_with_a_mistake

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "root.template.json", "security.template.json", "ecr.template.json", "iam.template.json", "network.template.json",
    "ecs.template.json", "autoscaling.template.json", "parameters.json",
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Project:
    """Give a project with our own environments."""
    return project(tmp_path)


def test_without_a_word_everything_is_built(here: Project) -> None:
    """`python build.py` renders and lints all environments into `out/ENV/`."""
    text = here.succeed()
    for name in ("hardened", "local", "prod"):
        more = {"monitoring.template.json", "tasks.template.json"} if name == "hardened" else set()
        assert {path.name for path in (here.folder / "out" / name).iterdir()} == FILES | more
        assert f"wrote out/{name}/" in text


def test_only_the_named_environment_is_built(here: Project) -> None:
    """`build local` leaves the others alone."""
    here.succeed("build", "local")
    assert [path.name for path in (here.folder / "out").iterdir()] == ["local"]


def test_a_second_build_writes_the_same_bytes(here: Project) -> None:
    """Nothing depends on when, where or how often it is built, nor on the seed of hashes."""
    here.succeed("build", "prod")
    before = {path.name: path.read_bytes() for path in (here.folder / "out" / "prod").iterdir()}
    replace(here, fresh=True).succeed("build", "prod")
    assert {path.name: path.read_bytes() for path in (here.folder / "out" / "prod").iterdir()} == before


def test_a_build_replaces_what_was_there(here: Project) -> None:
    """A file of an earlier build that is no longer rendered does not stay behind."""
    stale = here.folder / "out" / "prod" / "stale.template.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}", encoding="utf-8")
    here.succeed("build", "prod")
    assert {path.name for path in stale.parent.iterdir()} == FILES


def test_an_environment_with_an_error_keeps_all_of_them_from_being_written(here: Project) -> None:
    """All or none: one bad environment leaves `out/` as it was."""
    here.succeed("build")
    before = {path: path.stat().st_mtime_ns for path in (here.folder / "out").rglob("*")}
    (here.folder / "environments" / "bad.toml").write_text("nonsense", encoding="utf-8")
    here.fail("build")
    assert {path: path.stat().st_mtime_ns for path in (here.folder / "out").rglob("*")} == before


def test_json_is_one_document_and_nothing_else(here: Project) -> None:
    """Scripts can read stdout whole; progress is on stderr."""
    done = here.run("build", "prod", "--json")
    assert done.returncode == 0
    (prod,) = json.loads(done.stdout)["environments"]
    assert (prod["environment"], prod["folder"], prod["region"]) == ("prod", "out/prod", "ap-northeast-2")
    assert prod["lint"]["passed"] is True
    assert len(prod["templates"]) == 7
    assert "rendering" in done.stderr


def test_quiet_says_nothing_on_the_way(here: Project) -> None:
    """Only the result is left."""
    assert here.run("build", "prod", "--quiet").stderr == ""


def test_overrides_reach_the_templates(here: Project) -> None:
    """`--var` is the last word, for parameters and for structure."""
    here.succeed("build", "prod", "--var", "autoscaling_max_capacity=9", "--var", "network_container_port=8080")
    out = here.folder / "out" / "prod"
    assert (
        json.loads((out / "root.template.json").read_text())["Parameters"]["AutoscalingMaxCapacity"]["Default"] == "9"
    )
    assert '"Port": 8080' in (out / "network.template.json").read_text(encoding="utf-8")
    assert "AutoscalingMaxCapacity=9" in json.loads((out / "parameters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("enabled", "count"), [("true", ""), ("false", "3")])
def test_parameters_leave_the_count_to_autoscaling(here: Project, enabled: str, count: str) -> None:
    """`parameters.json` can be deployed again and again without undoing what autoscaling has scaled to."""
    here.succeed("build", "prod", "--var", f"autoscaling_enabled={enabled}", "--var", "ecs_desired_count=3")
    overrides = json.loads((here.folder / "out" / "prod" / "parameters.json").read_text(encoding="utf-8"))
    assert f"EcsDesiredCount={count}" in overrides


def test_lint_warns_and_passes(here: Project) -> None:
    """Four tasks without sticky sessions: module, resource and rule are named, and what runs like that can stay."""
    said = here.succeed("lint", "prod", "--var", "network_sticky_sessions=false")
    assert "prod Network:" in said
    assert "warning  W9101  TargetGroup" in said
    assert not (here.folder / "out").exists()


def test_nothing_is_built_with_an_error(tmp_path: Path) -> None:
    """`lint` and `build` say what a template lacks, module and resource named; nothing is written."""
    here = project_with_a_mistake(tmp_path)
    for command in ("lint", "build"):
        done = here.run(command, "prod")
        assert done.returncode == 1
        assert "prod Ecs:" in done.stdout
        assert "E9102  LogGroup" in done.stdout
    assert not (here.folder / "out").exists()


def test_what_is_committed_has_nothing_to_be_warned_of(here: Project) -> None:
    """All environments pass without a warning, which nobody would read the second time."""
    found = json.loads(here.succeed("lint", "--format", "json"))["environments"]
    assert {it["environment"]: it["findings"] for it in found} == {"hardened": [], "local": [], "prod": []}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_warning_passes_in_every_form(here: Project, form: str) -> None:
    """Exit code 0, and every form says what is warned of: that memory use may hold tasks for ever."""
    text = here.succeed("lint", "prod", "--format", form, "--var", "autoscaling_memory_scale_in=true")
    match form:
        case "json":
            (found,) = json.loads(text)["environments"]
            assert [it["rule"] for it in found["findings"]] == ["W9106"]
        case "sarif":
            assert {it["ruleId"] for it in json.loads(text)["runs"][0]["results"]} == {"W9106"}
        case "github":
            assert "::error" not in text
        case _:
            assert "0 errors, 1 warning in" in text


def test_help_and_version_need_nothing(tmp_path: Path) -> None:
    """They work in any folder."""
    assert "bootstrap" in Project(tmp_path, fresh=True).succeed("--help")
    assert "build.py" in Project(tmp_path, fresh=True).succeed("--version")
