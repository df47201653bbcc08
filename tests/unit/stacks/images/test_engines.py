"""Which engine is used, and how it is asked; the programs are stand-ins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks.errors import UserError
from stacks.images.engines import Build, Engine, find_engine
from tests.support.engines import Engines, engines


def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str, **behaviour: Any) -> Engines:
    """Let these programs be the only ones on PATH."""
    found = engines(tmp_path / "engines", *names, **behaviour)
    monkeypatch.setenv("PATH", found.env["PATH"])
    return found


def refusal(wanted: str | None = None) -> str:
    """Return why there is no engine."""
    with pytest.raises(UserError) as caught:
        find_engine(wanted, emit=lambda _: None, otherwise="Or do without.")
    return str(caught.value)


def found(wanted: str | None = None) -> tuple[str, str]:
    """Return the engine's name and that of its program."""
    engine = find_engine(wanted, emit=lambda _: None)
    return engine.name, Path(engine.program).name


def test_docker_with_buildx_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then Docker without it; Podman where it is asked for."""
    programs = there(tmp_path, monkeypatch, "docker", "podman")
    assert found() == ("buildx", "docker")
    assert found("podman") == ("podman", "podman")
    programs.behave(buildx=False)
    assert found() == ("docker", "docker")
    assert "buildx: docker runs, and has no buildx" in refusal("buildx")


def test_a_program_without_an_engine_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing runs, it is said how the first one is started, and what goes without."""
    programs = there(tmp_path, monkeypatch, "docker", "podman", runs=False)
    assert "docker: the program is there, but no engine answers it: Cannot connect" in refusal()
    assert "podman machine start" in refusal("podman")
    assert refusal().endswith("Or do without.")
    docker = programs.folder / "bin" / "docker"
    docker.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    programs.behave()
    said: list[str] = []
    assert find_engine(None, emit=said.append).name == "podman"
    assert "podman is used instead" in said[0]


def test_podman_may_be_called_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says who it is, and takes no options of buildx."""
    there(tmp_path, monkeypatch, "docker", version="podman version 5.4.0")
    assert found() == ("podman", "docker")


def test_without_a_program_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which one is missing is named."""
    there(tmp_path, monkeypatch)
    assert refusal().startswith("container engine: neither docker nor podman is on PATH")
    assert refusal("podman").startswith("container engine: podman is not on PATH")
    assert refusal("buildx").startswith("container engine: docker is not on PATH")


def test_each_engine_is_asked_in_its_own_words() -> None:
    """Docker takes HTTP from this machine by itself, Podman has to be told."""
    build = Build(
        context=Path("app"),
        dockerfile=Path("app/Dockerfile"),
        platform="linux/arm64",
        target="runtime",
        arguments={"A": "1"},
        labels={"b": "2"},
    )
    docker, podman = Engine(name="docker", program="docker"), Engine(name="podman", program="podman")
    asked = "build --platform linux/arm64 --tag x:1 --file app/Dockerfile --target runtime --build-arg A=1 --label b=2"
    assert docker.build(build, "x:1") == ["docker", *asked.split(), "app"]
    assert podman.build(build, "x:1") == ["podman", *asked.split(), "app"]
    assert podman.push("x:1", plain=True) == ["podman", "push", "--tls-verify=false", "x:1"]
    assert podman.push("x:1", plain=False) == ["podman", "push", "x:1"]
    assert docker.push("x:1", plain=True) == ["docker", "push", "x:1"]
    assert "--tls-verify=false" in podman.login("127.0.0.1:1", plain=True)
