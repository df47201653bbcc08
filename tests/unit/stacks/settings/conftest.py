"""A folder of environment files for each test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stacks.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = 'project = "preto-2"\n'
AWS = '[aws]\nregion = "ap-northeast-2"\n'


@dataclass(frozen=True)
class Folder:
    """A folder of environment files; sources are named in messages relative to it."""

    path: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file."""
        file = self.path / name
        file.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return file

    def prod(self, *, top: str = "", tables: str = "", aws: str = "") -> None:
        """Write prod.toml with what is required and these lines: before, after and in its [aws] table."""
        self.write("prod.toml", f"{PROJECT}{top}\n{AWS}{aws}\n{tables}")

    def load(
        self, environment: str = "prod", *, variables: Sequence[str] = (), var_files: Sequence[str] = ()
    ) -> Settings:
        """Load an environment of this folder."""
        files = [self.path / name for name in var_files]
        return load(environment, variables=variables, var_files=files, directory=self.path)

    def refusal(
        self, environment: str = "prod", *, variables: Sequence[str] = (), var_files: Sequence[str] = ()
    ) -> str:
        """The message with which it is refused."""
        with pytest.raises(SettingsError) as refused:
            self.load(environment, variables=variables, var_files=var_files)
        return str(refused.value).replace(f"{self.path}/", "").replace(str(self.path), "FOLDER")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give an empty folder of environment files."""
    return Folder(tmp_path)
