"""What lint says of an environment's templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "informational"]
OUT = "out"
"""The folder, in the repository's root, that holds each environment's templates."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One violation of one rule.

    `title` and `description` are the rule's, `message` is what it says of this place, `documentation` its address.
    `file` is a file name in the environment's folder; `line` and `column` count from 1. `module` is the logical id
    under which the root nests the file ("Network"; "Root" for the root itself). `logical_id` is the resource, and
    `property` the path below it ("Properties/Subnets/0"); outside of resources `logical_id` is None, and `property` the
    whole path.
    """

    rule: str
    level: Level
    title: str
    description: str
    message: str
    file: str
    line: int
    column: int
    module: str
    logical_id: str | None
    property: str | None
    documentation: str | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """The findings in one environment's tree, in the order of files and lines.

    `cached` says that they are those of an earlier check of the same templates.
    """

    environment: str
    region: str
    findings: tuple[Finding, ...]
    cached: bool

    @property
    def passed(self) -> bool:
        """Whether there is no error; warnings pass."""
        return all(finding.level != "error" for finding in self.findings)

    def path(self, finding: Finding) -> str:
        """Return the finding's file as seen from the repository's root, wherever the templates were checked."""
        return f"{OUT}/{self.environment}/{finding.file}"
