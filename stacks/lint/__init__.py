"""cfn-lint and the project's own rules over one environment's tree; not repeated for templates that have passed."""

from __future__ import annotations

import functools
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.lint.cache import cache_key, load_findings, store_findings
from stacks.lint.finding import Finding, Level, Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

__all__ = ["Finding", "Level", "Report", "lint_folder"]

TEMPLATES = "*.template.json"
"""The files of a folder that are templates, the root's among them."""


def lint_folder(folder: Path, *, environment: str, region: str, cache: Path | None) -> Report:
    """Lint the templates in a folder, for a region.

    The root's `TemplateURL`s are names of files in the folder. `cache` is the folder of earlier results; it is made if
    it is not there, and can be deleted at any time. cfn-lint is imported only when the templates have not passed yet.

    Raises UserError if the folder holds no templates, one cannot be read, or cfn-lint does not know the region.
    """
    templates = _read(folder)
    key = cache_key(templates, region)
    known = load_findings(cache, key, templates) if cache else None
    if known is not None:
        return Report(environment=environment, region=region, findings=known, cached=True)
    findings = _linter().lint(folder, sorted(templates), region)
    report = Report(environment=environment, region=region, findings=findings, cached=False)
    if cache and report.passed:
        store_findings(cache, key, findings)
    return report


def _read(folder: Path) -> dict[str, bytes]:
    try:
        templates = {path.name: path.read_bytes() for path in folder.glob(TEMPLATES)}
    except OSError as error:
        raise UserError(str(error.filename or folder), error.strerror or str(error)) from error
    if not templates:
        raise UserError(str(folder), f"holds no {TEMPLATES}", "`python build.py build` writes them.")
    return templates


@functools.cache
def _linter() -> ModuleType:
    """Import cfn-lint and load its rules."""
    with _without_collecting():
        from stacks.lint import linter  # noqa: PLC0415 - cfn-lint takes a second, and what has passed does not need it

        linter.load_rules()
    return linter


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave what is made in this block to the end of the process, without looking for garbage in it.

    cfn-lint's rules are 250,000 objects that stay: looking through them costs 0.13 s while they are loaded, and 0.2 s
    when the process ends (docs/reference/lint.md).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
