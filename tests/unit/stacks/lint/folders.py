"""Folders of templates for the tests, and what lint finds in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.lint import Finding, Report, lint_folder
from templates import root
from templates.model import template_file

if TYPE_CHECKING:
    from pathlib import Path

REGION = "ap-northeast-2"
PRETO = {"project": "preto-2", "environment": "prod"}


def tree(folder: Path, **settings: Any) -> Path:
    """Fill a folder with Preto-2's templates, as an environment file with these settings renders them.

    Unless they say otherwise, memory use only adds tasks, so that there is nothing to be warned of.
    """
    settings["autoscaling"] = {"memory_scale_in": False} | settings.get("autoscaling", {})
    stack = root.build(root.Settings.model_validate(PRETO | settings))
    bodies = {"root": stack.body} | {name: child.body for name, child in stack.children.items()}
    for name, body in bodies.items():
        (folder / template_file(name)).write_text(body, encoding="utf-8")
    return folder


def alone(folder: Path, resources: dict[str, Any], **sections: Any) -> Path:
    """Fill a folder with a single template of these resources."""
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources} | sections
    (folder / "root.template.json").write_text(json.dumps(template, indent=2), encoding="utf-8")
    return folder


def edit(folder: Path, name: str, **sections: Any) -> None:
    """Merge sections into a template of a folder, one level deep."""
    file = folder / f"{name}.template.json"
    template = json.loads(file.read_text(encoding="utf-8"))
    for section, content in sections.items():
        template.setdefault(section, {}).update(content)
    file.write_text(json.dumps(template, indent=2), encoding="utf-8")


def report(folder: Path, cache: Path | None = None, region: str = REGION) -> Report:
    """Lint a folder as the environment `prod`."""
    return lint_folder(folder, environment="prod", region=region, cache=cache)


def found(folder: Path, rule: str) -> list[Finding]:
    """The findings of one rule, which must not have failed itself."""
    findings = report(folder).findings
    crashed = [finding.message for finding in findings if finding.rule == "E0002"]
    assert not crashed
    return [finding for finding in findings if finding.rule == rule]
