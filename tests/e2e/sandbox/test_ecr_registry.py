"""Settings of the whole image registry: scanning, and pull-through cache rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def _scanning(*filters: str) -> dict[str, Any]:
    rule = {
        "ScanFrequency": "CONTINUOUS_SCAN",
        "RepositoryFilters": [{"Filter": it, "FilterType": "WILDCARD"} for it in filters],
    }
    properties = {"ScanType": "ENHANCED", "Rules": [rule]}
    return template({"Scanning": {"Type": "AWS::ECR::RegistryScanningConfiguration", "Properties": properties}})


def test_the_registry_is_scanned_as_the_last_template_said(cloud: Cloud) -> None:
    """There is one configuration; deleting the resource sets it back to ECR's own."""
    ecr = cloud.account.client("ecr")
    assert ecr.get_registry_scanning_configuration()["scanningConfiguration"] == {"scanType": "BASIC", "rules": []}
    assert cloud.create("root", _scanning("one-*")) == "CREATE_COMPLETE"
    assert cloud.physical("root", "Scanning") == cloud.account.account_id
    assert cloud.update("root", _scanning("one-*", "two-*")) == "UPDATE_COMPLETE"
    found = ecr.get_registry_scanning_configuration()["scanningConfiguration"]
    assert found["scanType"] == "ENHANCED"
    assert [it["filter"] for it in found["rules"][0]["repositoryFilters"]] == ["one-*", "two-*"]
    cloud.delete("root")
    assert ecr.get_registry_scanning_configuration()["scanningConfiguration"]["scanType"] == "BASIC"


def test_a_rule_of_the_cache_is_replaced_as_a_whole(cloud: Cloud) -> None:
    """Another prefix is another rule; in the end there is none."""

    def rule(prefix: str) -> dict[str, Any]:
        properties = {"EcrRepositoryPrefix": prefix, "UpstreamRegistry": "quay", "UpstreamRegistryUrl": "quay.io"}
        return template({"Rule": {"Type": "AWS::ECR::PullThroughCacheRule", "Properties": properties}})

    assert cloud.create("root", rule("first")) == "CREATE_COMPLETE"
    ecr = cloud.account.client("ecr")
    assert cloud.update("root", rule("second")) == "UPDATE_COMPLETE"
    (found,) = ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (found["ecrRepositoryPrefix"], found["upstreamRegistryUrl"]) == ("second", "quay.io")
    cloud.delete("root")
    assert ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []
    with pytest.raises(ClientError, match="PullThroughCacheRuleNotFoundException"):
        ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="second")
