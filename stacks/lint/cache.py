"""The cache of what has passed: one small file for each set of templates that had no errors.

A file that is missing, damaged, or not exactly what `store` writes is as if it were not there. Nothing but a result
without errors is ever stored or believed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.lint.finding import Finding, Level
from templates.resource_types.stateful import STATEFUL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ENTRIES = 64
"""Results that are kept, the newest; each is a few hundred bytes."""
_NAME = re.compile(r"[0-9a-f]{64}\.(json|[^.]*\.tmp)")
_PASSES: dict[str, Level] = {"W": "warning", "I": "informational"}
"""The levels that pass, by the first letter of a rule's id."""


def key_of(templates: Mapping[str, bytes], region: str) -> str:
    """A digest of all that a result depends on: names and bytes of the templates, region, cfn-lint, our own rules."""
    parts = {
        "templates": {name: hashlib.sha256(content).hexdigest() for name, content in templates.items()},
        "region": region,
        "cfn-lint": version("cfn-lint"),
        "rules": _own_sources(),
        "stateful types": sorted(STATEFUL),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _own_sources() -> dict[str, str]:
    here = Path(__file__).parent
    sources = {path.relative_to(here).as_posix(): path for path in here.rglob("*.py")}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sources.items()}


def load(cache: Path, key: str, files: Collection[str]) -> tuple[Finding, ...] | None:
    """The findings stored under a key, or None; `files` are the names of the templates that they may speak of."""
    try:
        entry = json.loads((cache / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or set(entry) != {"key", "findings"} or entry["key"] != key:
        return None
    if not isinstance(entry["findings"], list):
        return None
    findings = [_finding(fields, files) for fields in entry["findings"]]
    return tuple(finding for finding in findings if finding) if all(findings) else None


def _finding(fields: object, files: Collection[str]) -> Finding | None:
    """The finding, if the fields are one that passes."""
    if not isinstance(fields, dict) or set(fields) != {field.name for field in dataclasses.fields(Finding)}:
        return None
    texts = ("rule", "level", "title", "description", "message", "file", "module")
    numbers, optional = ("line", "column"), ("logical_id", "property", "documentation")
    whole = (
        all(type(fields[name]) is str for name in texts)
        and all(type(fields[name]) is int and fields[name] > 0 for name in numbers)
        and all(fields[name] is None or type(fields[name]) is str for name in optional)
        and fields["file"] in files
        and _PASSES.get(fields["rule"][:1]) == fields["level"]
    )
    return Finding(**fields) if whole else None


def store(cache: Path, key: str, findings: Collection[Finding]) -> None:
    """Remember a result without errors; a cache that cannot be written is left alone.

    Raises ValueError for a finding that is an error.
    """
    if any(finding.level == "error" for finding in findings):
        raise ValueError("a result with errors is never stored")
    entry = {"key": key, "findings": [dataclasses.asdict(finding) for finding in findings]}
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        _replace(cache / f"{key}.json", json.dumps(entry, indent=2, sort_keys=True) + "\n")
        _prune(cache)


def _replace(path: Path, text: str) -> None:
    """Write a file so that no one ever sees half of it."""
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _prune(cache: Path) -> None:
    entries = [path for path in cache.iterdir() if _NAME.fullmatch(path.name)]
    for path in sorted(entries, key=lambda path: path.stat().st_mtime_ns, reverse=True)[ENTRIES:]:
        path.unlink(missing_ok=True)
