"""`[fleet]`: what it takes, and the bootstrap template for many accounts and regions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from templates import bootstrap
from templates.fleet import Settings
from tests.support.world import settings

SELF: dict[str, Any] = {"accounts": ("111111111111", "222222222222"), "regions": ("ap-northeast-2", "us-east-1")}
UNITS: dict[str, Any] = {"organizational_units": ("ou-ab12-c3d4e5f6",), "regions": ("ap-northeast-2",)}
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
GITHUB: dict[str, Any] = {
    "github_repository": "octo/preto",
    "github_branches": ("main",),
    "github_pull_requests": True,
    "execution_role": True,
}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"accounts": ("1",)}, "accounts.0"),
        ({"organizational_units": ("ou-1",)}, "organizational_units.0"),
        ({"organizational_units": ("root",)}, "organizational_units.0"),
        ({"regions": ("Seoul",)}, "regions.0"),
        ({"regions": ("ap-northeast-2",)}, "neither accounts nor organizational_units are named"),
        ({"accounts": ("111111111111",)}, "no regions are named"),
        (SELF | {"accounts": ("111111111111",) * 2}, "is there twice"),
        (SELF | {"regions": ("us-east-1", "us-east-1")}, "is there twice"),
        (SELF | {"regions": ("us-east-1", "cn-north-1")}, "is in the partition aws-cn"),
        (SELF | {"account_filter": "difference"}, "there are no organizational_units"),
        (SELF | {"call_as": "delegated_admin"}, "there are no organizational_units"),
        (SELF | {"auto_deployment": True}, "there are no organizational_units"),
        (UNITS | {"execution_role_name": "mine"}, "AWS makes the roles itself"),
        (UNITS | {"accounts": ("111111111111",)}, "accounts beside organizational_units need it"),
        (UNITS | {"account_filter": "difference"}, "accounts beside organizational_units need it"),
        (UNITS | {"retain_stacks_on_account_removal": True}, "accounts that join or leave change nothing"),
        (UNITS | {"organizational_units": tuple(f"ou-ab12-{it:08}" for it in range(51))}, "at most 50 items"),
        (SELF | {"failure_tolerance_count": 1, "failure_tolerance_percentage": 1}, "as a number and as a percentage"),
        (SELF | {"max_concurrent_count": 1, "max_concurrent_percentage": 1}, "as a number and as a percentage"),
        (SELF | {"max_concurrent_count": 2}, "at most one more than failure_tolerance_count"),
        (SELF | {"max_concurrent_percentage": 101}, "less than or equal to 100"),
        (SELF | {"failure_tolerance_count": -1}, "greater than or equal to 0"),
        (SELF | {"region_concurrency": "both"}, "region_concurrency"),
        (UNITS | {"accounts": ("111111111111",), "account_filter": "union"}, "account_filter"),
    ],
)
def test_settings_that_no_fleet_can_have_are_refused(values: dict[str, Any], words: str) -> None:
    """Before CloudFormation is asked anything."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(values)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        SELF,
        UNITS,
        UNITS | {"organizational_units": ("r-ab12",), "auto_deployment": True, "call_as": "delegated_admin"},
        UNITS | {"accounts": ("111111111111",), "account_filter": "difference"},
        SELF | {"max_concurrent_count": 5, "concurrency_mode": "soft_failure_tolerance"},
        SELF | {"max_concurrent_count": 5, "failure_tolerance_count": 4, "region_concurrency": "parallel"},
    ],
)
def test_what_goes_together_is_taken(values: dict[str, Any]) -> None:
    """Of either permission model."""
    assert Settings.model_validate(values).is_set


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bootstrap": {"execution_role": True, "execution_rights": "derived"}}, "bootstrap.execution_rights"),
        ({"bootstrap": {"execution_role": True, "execution_role_name": "mine"}}, "bootstrap.execution_role_name"),
        ({"bootstrap": GITHUB | {"github_role_name": "a" * 60}}, "bootstrap.github_role_name"),
        ({"aws": {"region": "cn-north-1"}}, "fleet.regions"),
    ],
)
def test_one_template_is_for_all(changed: dict[str, Any], words: str) -> None:
    """What differs between environments or regions has no place in it."""
    with pytest.raises(ValidationError) as caught:
        settings(fleet=SELF, **changed)
    assert words.rpartition(".")[2] in str(caught.value.errors()[0]["ctx"])


def test_a_template_for_each_account_and_region() -> None:
    """Roles have the region in their names, the provider is made once, and no account's number is in it."""
    table = bootstrap.Settings(**GITHUB, permissions_boundary_arn=BOUNDARY)
    body = bootstrap.build("preto-2", table, home_region="ap-northeast-2").body
    found = json.loads(body)
    resources = found["Resources"]
    assert "123456789012" not in body
    assert found["Conditions"] == {"InHomeRegion": {"Fn::Equals": [{"Ref": "AWS::Region"}, "ap-northeast-2"]}}
    assert [name for name, it in resources.items() if "Condition" in it] == ["GitHubProvider"]
    assert '"GitHubProvider",' not in body.replace('"GitHubProvider": {', "")
    names = {it["Properties"]["RoleName"]["Fn::Sub"] for it in resources.values() if it["Type"] == "AWS::IAM::Role"}
    assert names == {
        "GitHubActionsRole-${AWS::Region}",
        "GitHubPlanRole-${AWS::Region}",
        "preto-2-bootstrap-${AWS::Region}",
    }
    boundary = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundary"}
    roles = [it["Properties"] for it in resources.values() if it["Type"] == "AWS::IAM::Role"]
    assert [it["PermissionsBoundary"] for it in roles] == [boundary] * 3
    own = {
        "Fn::Sub": "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:"
        "stack/StackSet-preto-2-bootstrap-*/*"
    }
    for role in ("GitHubActionsRole", "GitHubPlanRole"):
        by_sid = {it["Sid"]: it for it in resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]}
        assert by_sid["ReadStackOfFleet"]["Resource"] == [own]
        assert own in by_sid["KeepOffThisStack"]["Resource"]
    assert "StackSet" not in bootstrap.build("preto-2", table).body
