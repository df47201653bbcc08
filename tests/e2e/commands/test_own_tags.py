"""Tags of one's own, for accounts whose policies demand some: on everything, or refused when the file is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.build.render import render
from stacks.iam.derive.deployment import deployment_needs
from stacks.settings import Settings, SettingsError, load
from tests.support.commands import ROOT, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

FILE = 'project = "preto-2"\n\n[aws]\nregion = "ap-northeast-2"\n\n[stack.tags]\n'
OWN = {"CostCenter": "4711", "org/team.name": "Größe é@example.com"}


def settings(folder: Path, tags: dict[str, str]) -> Settings:
    """The settings of a file with these tags."""
    lines = (f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in tags.items())
    (folder / "prod.toml").write_text(FILE + "".join(lines), encoding="utf-8")
    return load("prod", directory=folder)


def test_everything_that_is_deployed_has_the_tags(tmp_path: Path, account: Account) -> None:
    """The bootstrap stack, the root, a nested stack, and what is in them; the next plan changes nothing."""
    here = project(tmp_path, account.env)
    settings(tmp_path / "environments", OWN)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--skip-permissions")
    cloudformation, ec2, ecr = (account.client(name) for name in ("cloudformation", "ec2", "ecr"))
    for stack in cloudformation.describe_stacks()["Stacks"]:
        assert OWN.items() <= {it["Key"]: it["Value"] for it in stack["Tags"]}.items(), stack["StackName"]
    vpc = next(it for it in ec2.describe_vpcs()["Vpcs"] if not it["IsDefault"])
    assert OWN.items() <= {it["Key"]: it["Value"] for it in vpc["Tags"]}.items()
    (repository,) = ecr.describe_repositories()["repositories"]
    tags = ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    assert OWN.items() <= {it["Key"]: it["Value"] for it in tags}.items()
    assert here.run("plan", "prod", "--quiet", "--skip-permissions").returncode == 0


@pytest.mark.parametrize("environment", ["prod", "hardened"])
def test_every_resource_that_has_ours_has_ones_own(environment: str) -> None:
    """In all templates; tasks have those of their service."""
    variables = ['stack_tags={CostCenter = "4711"}']
    rendered = render(load(environment, directory=ROOT / "environments", variables=variables))
    resources: list[dict[str, Any]] = [
        it for text in rendered.templates.values() for it in json.loads(text)["Resources"].values()
    ]
    tagged = [it for it in resources if "Project" in str(it.get("Properties", {}).get("Tags"))]
    assert len(tagged) > 20
    assert all({"Key": "CostCenter", "Value": "4711"} in it["Properties"]["Tags"] for it in tagged)
    (service,) = (it for it in resources if it["Type"] == "AWS::ECS::Service")
    assert service["Properties"]["PropagateTags"] == "SERVICE"
    assert rendered.tags["CostCenter"] == "4711"


def test_rights_do_not_depend_on_tags_that_change() -> None:
    """A new cost center is put on what has the old one: what is known by its tags is known by ours alone."""
    plain, own = (
        load("hardened", directory=ROOT / "environments", variables=variables)
        for variables in ([], ['stack_tags={CostCenter = "4711"}'])
    )
    assert deployment_needs(own, render(own)).cloudformation == deployment_needs(plain, render(plain)).cloudformation


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"aws:team": "a"}, "AWS's own"),
        ({"AWS:team": "a"}, "AWS's own"),
        ({"Project": "a"}, "is set by the templates"),
        ({"environment": "a"}, "is set by the templates"),
        ({"managedby": "a"}, "is set by the templates"),
        ({"Name": "a"}, "is set by the templates"),
        ({"team": "a", "Team": "b"}, "one key for IAM"),
        ({"": "a"}, "1 to 128"),
        ({"k" * 129: "a"}, "1 to 128"),
        ({"a": ""}, "1 to 256"),
        ({"a": "v" * 257}, "1 to 256"),
        ({"a!": "b"}, "a tag has letters"),
        ({"a": "b, c"}, "a tag has letters"),
        ({"a": "b\nc"}, "a tag has letters"),
        ({f"key{number}": "a" for number in range(46)}, "45"),
    ],
)
def test_what_aws_would_not_take_is_refused(tmp_path: Path, tags: dict[str, str], said: str) -> None:
    """One problem, with the tag's key."""
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, tags)
    (problem,) = refused.value.problems
    assert problem.key.startswith("stack.tags")
    assert said in problem.reason


def test_what_aws_takes_is_taken(tmp_path: Path) -> None:
    """The longest, the most, and every sign that is allowed."""
    most = {f"key{number}": "a" for number in range(43)} | {"k" * 128: "v" * 256, "a _.:/=+-@": "0 _.:/=+-@"}
    assert dict(settings(tmp_path, most).stack.tags) == most
