"""What is found in a tree, where, and what it says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from tests.unit.stacks.lint.folders import alone, edit, report, tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"image_tag": "v1"},
        {"autoscaling": {"enabled": False}},
        {
            "network": {
                "vpc_id": "vpc-0123456789abcdef0",
                "public_subnet_ids": ("subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"),
            }
        },
    ],
    ids=["defaults", "with an image", "without autoscaling", "in a given VPC"],
)
def test_the_templates_of_the_project_pass(tmp_path: Path, settings: dict[str, Any]) -> None:
    """The rendered tree has neither errors nor warnings; W3002 about the children beside the root is not one."""
    seen = report(tree(tmp_path, **settings))
    assert seen.findings == ()
    assert seen.passed


def test_a_finding_names_module_resource_and_property(tmp_path: Path) -> None:
    """A wrong value deep in a child is found there, with line and column of the file."""
    tree(tmp_path)
    text = (tmp_path / "network.template.json").read_text(encoding="utf-8")
    (tmp_path / "network.template.json").write_text(text.replace('"lb_cookie"', '"lb_cookie", "Valve": 1'), "utf-8")
    seen = report(tmp_path)
    [finding] = seen.findings
    assert (finding.rule, finding.level, finding.module) == ("E3002", "error", "Network")
    assert finding.logical_id == "TargetGroup"
    assert finding.property is not None
    assert finding.property.startswith("Properties/TargetGroupAttributes/")
    line = (tmp_path / "network.template.json").read_text(encoding="utf-8").splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith('"Valve"')
    assert seen.path(finding) == "out/prod/network.template.json"
    assert finding.documentation
    assert not seen.passed


def test_a_parameter_that_a_child_needs_must_be_passed(tmp_path: Path) -> None:
    """cfn-lint sees the children through the root: E3043 where the root forgets one's parameter."""
    tree(tmp_path)
    edit(tmp_path, "autoscaling", Parameters={"Forgotten": {"Type": "String"}})
    errors = [(it.rule, it.module, it.logical_id) for it in report(tmp_path).findings if it.level == "error"]
    assert errors == [("E3043", "Root", "Autoscaling")]


def test_an_output_that_a_child_lacks_cannot_be_read(tmp_path: Path) -> None:
    """A reference to an output that no child has is an error where it is made, wherever the folder lies."""
    tree(tmp_path)
    lost = {"Fn::GetAtt": ["Network", "Outputs.NoSuchThing"]}
    template = json.loads((tmp_path / "root.template.json").read_text(encoding="utf-8"))
    ecs = template["Resources"]["Ecs"]
    ecs["Properties"]["Parameters"]["SecurityGroupId"] = lost
    edit(tmp_path, "root", Outputs={"Lost": {"Value": lost}}, Resources={"Ecs": ecs})
    output, parameter = report(tmp_path).findings
    assert (output.rule, output.module, output.logical_id) == ("E6101", "Root", None)
    assert output.property == "Outputs/Lost/Value/Fn::GetAtt/1"
    assert (parameter.rule, parameter.module, parameter.logical_id) == ("E1010", "Root", "Ecs")
    assert parameter.property is not None
    assert parameter.property.startswith("Properties/Parameters/SecurityGroupId")


def test_a_child_that_is_not_there_is_not_passed_over(tmp_path: Path) -> None:
    """W3002 is left out only for a child whose file lies beside its parent."""
    tree(tmp_path)
    (tmp_path / "ecr.template.json").unlink()
    warnings = [(it.rule, it.level, it.logical_id) for it in report(tmp_path).findings if it.rule == "W3002"]
    assert warnings == [("W3002", "warning", "Ecr")]


def test_the_region_decides(tmp_path: Path) -> None:
    """A resource type that the region does not have is an error there, and only there."""
    resource = {"Type": "AWS::AppRunner::Service", "Properties": {"SourceConfiguration": {}}}
    alone(tmp_path, {"App": resource})
    missing = {region: any(it.rule == "E3006" for it in report(tmp_path, region=region).findings) for region in REGIONS}
    assert missing == REGIONS


REGIONS = {"us-east-1": False, "ap-northeast-2": True}
"""Whether AWS::AppRunner::Service is missing there."""


def test_an_unknown_region_names_the_nearest(tmp_path: Path) -> None:
    """A misspelt region is the user's mistake, and the message helps."""
    with pytest.raises(UserError, match="ap-northeast-22: cfn-lint does not know it") as caught:
        report(tree(tmp_path), region="ap-northeast-22")
    assert "ap-northeast-2" in caught.value.then


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    """Nothing to lint is not a pass."""
    with pytest.raises(UserError, match="holds no"):
        report(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', '{"Resources": {}, "Resources": {}}', "\x00", "[" * 5000])
def test_a_file_that_is_no_template_is_an_error(tmp_path: Path, content: str) -> None:
    """What cannot be read as a template does not pass, and the module is still named."""
    tree(tmp_path)
    (tmp_path / "ecr.template.json").write_text(content, encoding="utf-8")
    errors = {it.module for it in report(tmp_path).findings if it.level == "error"}
    assert "Ecr" in errors


def test_a_template_that_cfn_lint_cannot_get_through_is_an_error(tmp_path: Path) -> None:
    """A crash of the linter (here: over a list where it expects a map) is a finding about that template."""
    tree(tmp_path)
    edit(tmp_path, "ecr", Metadata={"cfn-lint": []})
    crashes = [it for it in report(tmp_path).findings if it.rule == "E0002"]
    assert [(it.module, it.level) for it in crashes] == [("Ecr", "error")]
    assert "cfn-lint failed on this template" in crashes[0].message


def test_nobodys_configuration_file_hides_anything(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `.cfnlintrc` in the working folder that ignores everything changes nothing."""
    tree(tmp_path)
    edit(tmp_path, "ecr", Resources={"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Oops": 1}}})
    here = tmp_path_factory.mktemp("here")
    (here / ".cfnlintrc").write_text("ignore_checks: [E, W]\n", encoding="utf-8")
    monkeypatch.chdir(here)
    assert "E3002" in {it.rule for it in report(tmp_path).findings}


def test_findings_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    """Two checks say the same in the same order."""
    tree(tmp_path)
    for name in ("network", "ecr"):
        edit(tmp_path, name, Resources={f"Queue{n}": {"Type": "AWS::SQS::Queue"} for n in range(3)})
    first, second = report(tmp_path).findings, report(tmp_path).findings
    assert first == second
    places = [(it.file, it.line, it.column, it.rule) for it in first]
    assert len(places) == 12
    assert places == sorted(places)
