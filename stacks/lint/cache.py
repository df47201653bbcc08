"""The cache of what has passed: nothing but a result without errors is ever stored or believed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import rendered
from stacks.files import Cache, digest, digest_sources
from stacks.lint.finding import Finding, Level
from templates.resource_types.stateful import STATEFUL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PASSES: dict[str, Level] = {"W": "warning", "I": "informational"}
"""The levels that pass, by the first letter of a rule's id."""


def cache_key(templates: Mapping[str, bytes], region: str) -> str:
    """Return a digest of all that a result depends on.

    The names and bytes of the templates, the region, cfn-lint's version and our own rules.
    """
    return digest(
        {
            "templates": {name: hashlib.sha256(content).hexdigest() for name, content in templates.items()},
            "region": region,
            "cfn-lint": version("cfn-lint"),
            "rules": digest_sources(Path(__file__).parent),
            "reader of templates": digest_sources(Path(rendered.__file__).parent),
            "stateful types": sorted(STATEFUL),
        }
    )


def load_findings(folder: Path, key: str, files: Collection[str]) -> tuple[Finding, ...] | None:
    """Return the findings stored under a key, or None; `files` are the templates' names, of which they may speak."""
    found = _cache(folder).load(key)
    return found if found is not None and all(_passes(finding, files) for finding in found) else None


def store_findings(folder: Path, key: str, findings: tuple[Finding, ...]) -> None:
    """Store a result without errors. Raises ValueError for a finding that is an error."""
    if any(finding.level == "error" for finding in findings):
        raise ValueError("a result with errors is never stored")
    _cache(folder).store(key, findings)


def _cache(folder: Path) -> Cache[tuple[Finding, ...]]:
    return Cache(folder, tuple[Finding, ...])


def _passes(finding: Finding, files: Collection[str]) -> bool:
    """Whether it can be of one of these files, and is no error, nor disguised as none."""
    is_place = finding.file in files and finding.line > 0 and finding.column > 0
    return is_place and _PASSES.get(finding.rule[:1]) == finding.level
