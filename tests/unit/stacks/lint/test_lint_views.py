"""How findings are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stacks.cli.lint import FORMATS
from stacks.lint import Finding, Report
from stacks.views import lint as view
from tests.unit.stacks.lint.folders import edit, report, tree

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


def finding(**fields: Any) -> Finding:
    """A finding with some fields of its own."""
    given: dict[str, Any] = {
        "rule": "E9102",
        "level": "error",
        "title": "More than one task needs sticky sessions",
        "description": "A session lives in one process.",
        "message": "up to 4 tasks can run",
        "file": "network.template.json",
        "line": 120,
        "column": 7,
        "module": "Network",
        "logical_id": "TargetGroup",
        "property": "Properties/Port",
        "documentation": "https://example.com/sticky",
    }
    return Finding(**(given | fields))


WARNING = finding(
    rule="W2001",
    level="warning",
    title="Unused",
    message="first line\nsecond line",
    line=9,
    logical_id=None,
    property="Parameters/Port",
    documentation=None,
)
NOTE = finding(rule="I1002", level="informational", file="root.template.json", module="Root", property=None)


def of(*findings: Finding, environment: str = "prod", cached: bool = False) -> Report:
    """A report with these findings."""
    return Report(environment=environment, region="ap-northeast-2", findings=findings, cached=cached)


REPORTS = (of(WARNING, finding(), NOTE), of(environment="local", cached=True))


def test_text_groups_by_module_and_counts_at_the_end() -> None:
    """Places are aligned, messages stand below them, and the last line says how many there are."""
    assert view.text(REPORTS) == TEXT


TEXT = """\
prod Network: out/prod/network.template.json
    9:7  warning  W2001  Parameters/Port
         first line
         second line
  120:7  error    E9102  TargetGroup Properties/Port
         up to 4 tasks can run

prod Root: out/prod/root.template.json
  120:7  informational  I1002  TargetGroup
         up to 4 tasks can run

1 error, 1 warning, 1 informational in 2 environments (1 unchanged since it passed)"""


def test_text_without_findings_is_the_count() -> None:
    """Silence would leave open whether anything was looked at."""
    assert view.text((of(),)) == "0 errors, 0 warnings in 1 environment"


def test_json_says_everything_under_the_paths_that_users_know() -> None:
    """The environments with all fields of their findings."""
    prod, local = view.document(REPORTS)["environments"]
    assert (prod["environment"], prod["region"], prod["passed"], prod["cached"]) == (
        "prod",
        "ap-northeast-2",
        False,
        False,
    )
    assert prod["findings"][0] == {
        "rule": "W2001",
        "level": "warning",
        "title": "Unused",
        "description": "A session lives in one process.",
        "message": "first line\nsecond line",
        "file": "out/prod/network.template.json",
        "line": 9,
        "column": 7,
        "module": "Network",
        "logical_id": None,
        "property": "Parameters/Port",
        "documentation": None,
    }
    assert local == {
        "environment": "local",
        "region": "ap-northeast-2",
        "passed": True,
        "cached": True,
        "findings": [],
    }


def validated(log: dict[str, Any]) -> Any:
    """The only run of a log that the SARIF schema accepts."""
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    [run] = log["runs"]
    return run


def test_sarif_is_valid_and_has_rules_results_and_places() -> None:
    """Each result points to its rule, and to a file relative to the repository's root."""
    run = validated(view.sarif(REPORTS))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["E9102", "I1002", "W2001"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "note", "warning"]
    assert rules[0]["shortDescription"]["text"] == "More than one task needs sticky sessions"
    assert rules[0]["helpUri"] == "https://example.com/sticky"
    assert "helpUri" not in rules[2]
    warning, error, _note = run["results"]
    assert (warning["ruleId"], error["ruleId"]) == ("W2001", "E9102")
    assert all(rules[it["ruleIndex"]]["id"] == it["ruleId"] for it in run["results"])
    [location] = error["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "out/prod/network.template.json"
    assert location["physicalLocation"]["region"] == {"startLine": 120, "startColumn": 7}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Network/TargetGroup/Properties/Port"}]


def test_sarif_does_not_depend_on_the_order_of_environments() -> None:
    """The same findings give the same bytes."""
    other = of(finding(), environment="local")
    assert view.sarif((REPORTS[0], other)) == view.sarif((other, REPORTS[0]))


def test_sarif_of_nothing_is_a_valid_log_of_nothing() -> None:
    """A clean run uploads an empty result, which closes old alerts."""
    assert validated(view.sarif((of(),)))["results"] == []


def test_sarif_of_real_findings_is_valid(tmp_path: Path) -> None:
    """cfn-lint's own rules have titles and addresses that the schema accepts."""
    tree(tmp_path, network={"sticky_sessions": False})
    bad = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Nmae": 1}}, "Odd": {"Type": "AWS::No::Such"}}
    edit(tmp_path, "ecr", Resources=bad, Parameters={"Unused": {"Type": "String"}})
    run = validated(view.sarif((report(tmp_path),)))
    assert {"E3002", "E3006", "E9103", "W2001", "W9101"} <= {it["ruleId"] for it in run["results"]}


def test_github_annotations_name_file_line_and_rule() -> None:
    """One command a finding, in which nothing of the text can end the command or a property early."""
    tricky = finding(message="100% of a::b, c\r\nand more", property="Properties/Fn::If,1")
    assert view.github((of(tricky, WARNING, NOTE),)) == GITHUB


GITHUB = """\
::error file=out/prod/network.template.json,line=120,col=7,title=E9102 Network TargetGroup \
Properties/Fn%3A%3AIf%2C1::100%25 of a::b, c%0D%0Aand more
::warning file=out/prod/network.template.json,line=9,col=7,title=W2001 Network Parameters/Port\
::first line%0Asecond line
::notice file=out/prod/root.template.json,line=120,col=7,title=I1002 Root TargetGroup::up to 4 tasks can run"""


def test_github_annotations_of_nothing_are_nothing() -> None:
    """A clean run leaves no annotation."""
    assert view.github((of(),)) == ""


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_every_format_has_its_name(name: str) -> None:
    """`--format` chooses among these."""
    named = {"text": view.text, "json": view.document, "sarif": view.sarif, "github": view.github}
    assert FORMATS[name](REPORTS) == named[name](REPORTS)
