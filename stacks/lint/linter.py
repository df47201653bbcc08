"""cfn-lint in this process, with the project's rules beside its own. Slow to import."""

from __future__ import annotations

import difflib
import os
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cfnlint.config import ConfigMixIn
from cfnlint.helpers import REGIONS
from cfnlint.match import Match
from cfnlint.rules import Rules
from cfnlint.rules.errors import RuleError
from cfnlint.runner.template import run_template_by_file_path

from stacks.errors import UserError
from stacks.lint import folder as templates
from stacks.lint.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = "root.template.json"
"""The template that nests the others."""
PARAMETERS = "parameters.json"
"""What lies beside it, and is no template."""
OWN_RULES = str(Path(__file__).parent / "rules")
CONFIGURATION = ("--config-file", os.devnull)
"""Instead of the `.cfnlintrc` of a folder or a home: what is found does not depend on whose machine it is."""


@cache
def load_rules() -> Rules:
    """Return every rule of cfn-lint, and ours."""
    loaded = Rules()
    for folder in ConfigMixIn([*CONFIGURATION, "--append-rules", OWN_RULES]).append_rules:
        loaded.update(Rules.create_from_directory(folder))
    return loaded


def lint(folder: Path, names: Iterable[str], region: str) -> tuple[Finding, ...]:
    """Return the errors and warnings in the templates of these names, sorted by file, line, column, rule.

    The working folder is another one meanwhile. Raises UserError if cfn-lint does not know the region.
    """
    if region not in REGIONS:
        near = difflib.get_close_matches(region, REGIONS, n=3, cutoff=0.6)
        then = f"Did you mean {' or '.join(near)}?" if near else f"It knows {', '.join(sorted(REGIONS))}."
        raise UserError(f"region {region}", f"cfn-lint does not know it, and knows {len(REGIONS)} others", then)
    config = ConfigMixIn([*CONFIGURATION], regions=[region])
    modules = _modules(folder)
    with chdir(folder):  # cfn-lint looks for children's outputs only in the working folder and below it
        findings = [
            _finding(match, name, modules)
            for name in names
            for match in _matches(name, config)
            if not is_local_child(match, Path(name))
        ]
    return tuple(sorted(findings, key=lambda it: (it.file, it.line, it.column, it.rule, it.message)))


def _matches(name: str, config: ConfigMixIn) -> list[Match]:
    try:
        return list(run_template_by_file_path(name, config, load_rules(), ignore_bad_template=False))
    except Exception as error:  # noqa: BLE001 - a template that cfn-lint cannot get through has not passed, whatever the reason
        message = f"cfn-lint failed on this template: {type(error).__name__}: {error}"
        return [Match.create(message, name, RuleError())]


def _modules(folder: Path) -> dict[str, str]:
    """Under which logical id the root nests each file."""
    root = templates.module(folder / ROOT)
    return {Path(address).name: logical_id for logical_id, address in root.nested.items()}


def is_local_child(match: Match, path: Path) -> bool:
    """Whether this is W3002 (works only after `package`) on a child that lies beside its parent, as it is meant to."""
    where = getattr(match, "path", None)
    if match.rule.id != "W3002" or not where or where[-1] != "TemplateURL":
        return False
    child = templates.module(path).nested.get(where[1])
    return child is not None and Path(child).is_file()


def _finding(match: Match, name: str, modules: Mapping[str, str]) -> Finding:
    where = [str(step) for step in getattr(match, "path", None) or ()]
    in_resource = len(where) > 1 and where[0] == "Resources"
    rule = match.rule
    stem = name.partition(".")[0].capitalize()
    return Finding(
        rule=rule.id,
        level=rule.severity,
        title=rule.shortdesc,
        description=rule.description,
        message=match.message,
        file=name,
        line=match.linenumber,
        column=match.columnnumber,
        module=modules.get(name, stem),
        logical_id=where[1] if in_resource else None,
        property="/".join(where[2:] if in_resource else where) or None,
        documentation=rule.source_url or None,
    )
