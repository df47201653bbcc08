"""The Session Manager plugin: how it is installed on each system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.tasks import plugin

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("system", "machine", "words"),
    [
        ("darwin", "arm64", "brew install --cask session-manager-plugin"),
        ("win32", "AMD64", "SessionManagerPluginSetup.exe"),
        ("linux", "x86_64", "64bit/session-manager-plugin."),
        ("linux", "aarch64", "arm64/session-manager-plugin."),
    ],
)
def test_each_system_has_its_command(system: str, machine: str, words: str) -> None:
    """For the processor of the machine, too."""
    assert words in plugin.installation(system, machine)


def test_linux_has_packages_of_debian_and_of_red_hat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's where dpkg is on PATH, else Red Hat's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "dnf install" in plugin.installation("linux", "x86_64")
    dpkg = tmp_path / "dpkg"
    dpkg.touch(mode=0o755)
    assert "dpkg -i" in plugin.installation("linux", "x86_64")
