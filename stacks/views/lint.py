"""Findings as text for people, and as JSON, SARIF and GitHub annotations for programs."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from itertools import groupby
from textwrap import indent
from typing import TYPE_CHECKING, Any

from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.lint.finding import Finding, Level, Report

SARIF_LEVELS: dict[Level, str] = {"error": "error", "warning": "warning", "informational": "note"}
GITHUB_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "informational": "notice"}
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def text(reports: tuple[Report, ...]) -> str:
    """Return the findings by environment and module, and a last line that counts them."""
    blocks = [
        _module(report, module, tuple(findings))
        for report in reports
        for module, findings in groupby(report.findings, lambda finding: finding.module)
    ]
    found = _counts(finding for report in reports for finding in report.findings)
    where = counted(len(reports), "environment")
    unchanged = sum(report.cached for report in reports)
    known = f" ({unchanged} unchanged since it passed)" if unchanged else ""
    return "\n\n".join([*blocks, f"{found} in {where}{known}"])


def _module(report: Report, module: str, findings: tuple[Finding, ...]) -> str:
    width = max(len(_position(finding)) for finding in findings)
    level_width = max(len(finding.level) for finding in findings)
    lines = [f"{report.environment} {module}: {report.path(findings[0])}"]
    for finding in findings:
        head = f"{_position(finding):>{width}}  {finding.level:<{level_width}}  {finding.rule}"
        lines.append(f"  {head}  {_place(finding)}".rstrip())
        lines.append(indent(finding.message, " " * (width + 4)))
    return "\n".join(lines)


def _position(finding: Finding) -> str:
    return f"{finding.line}:{finding.column}"


def _place(finding: Finding) -> str:
    return " ".join(part for part in (finding.logical_id, finding.property) if part)


def _counts(findings: Iterable[Finding]) -> str:
    """Return `2 errors, 1 warning`; informational findings are named only where there are any."""
    levels = [finding.level for finding in findings]
    counts = [counted(levels.count("error"), "error"), counted(levels.count("warning"), "warning")]
    mild = levels.count("informational")
    return ", ".join([*counts, f"{mild} informational"] if mild else counts)


def document(reports: tuple[Report, ...]) -> dict[str, Any]:
    """Return the environments with their findings; `file` is the path from the repository's root."""
    return {"environments": [_object(report) for report in reports]}


def _object(report: Report) -> dict[str, Any]:
    return {
        "environment": report.environment,
        "region": report.region,
        "passed": report.passed,
        "cached": report.cached,
        "findings": [dataclasses.asdict(it) | {"file": report.path(it)} for it in report.findings],
    }


def sarif(reports: tuple[Report, ...]) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log of one run, in the order of paths, lines, columns and rules.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    found = sorted(
        ((report.path(finding), finding) for report in reports for finding in report.findings),
        key=lambda it: (it[0], it[1].line, it[1].column, it[1].rule, it[1].message),
    )
    rules = {finding.rule: finding for _, finding in found}
    ids = sorted(rules)
    driver = {
        "name": "cfn-lint",
        "version": version("cfn-lint"),
        "informationUri": "https://github.com/aws-cloudformation/cfn-lint",
        "rules": [_rule(rules[name]) for name in ids],
    }
    results = [_result(path, finding, ids.index(finding.rule)) for path, finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.description},
        "defaultConfiguration": {"level": SARIF_LEVELS[finding.level]},
    } | ({"helpUri": finding.documentation} if finding.documentation else {})


def _result(path: str, finding: Finding, rule_index: int) -> dict[str, Any]:
    names = [name for name in (finding.module, finding.logical_id, finding.property) if name]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": SARIF_LEVELS[finding.level],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                },
                "logicalLocations": [{"fullyQualifiedName": "/".join(names)}],
            }
        ],
    }


def github(reports: tuple[Report, ...]) -> str:
    """Return a workflow command for each finding, which GitHub shows at the line; empty if there are none.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_annotation(report.path(finding), finding) for report in reports for finding in report.findings)


def _annotation(path: str, finding: Finding) -> str:
    title = f"{finding.rule} {finding.module} {_place(finding)}".rstrip()
    properties = {"file": path, "line": str(finding.line), "col": str(finding.column), "title": title}
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{GITHUB_COMMANDS[finding.level]} {listed}::{_escaped(finding.message)}"


def _escaped(value: str, more: str = "") -> str:
    """Percent-encode what would end the command or the property."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value
