"""AWS WAF in front of the load balancer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.templates import of_type, properties, tree
from tests.unit.templates.test_network_https import CERTIFICATE
from tests.unit.templates.test_network_sign_in import COGNITO


def network(**more: Any) -> dict[str, Any]:
    """The network's template with WAF."""
    found: dict[str, Any] = tree(network={"waf": {}, **more})["Network"]
    return found


def rules(template: dict[str, Any]) -> dict[str, Any]:
    """The web ACL's rules by name."""
    return {rule["Name"]: rule for rule in properties(template, "WebAcl")["Rules"]}


def counted(template: dict[str, Any]) -> set[str]:
    """The rules of the common group that only count."""
    group = rules(template)["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    assert all(it["ActionToUse"] == {"Count": {}} for it in group["RuleActionOverrides"])
    return {it["Name"] for it in group["RuleActionOverrides"]}


def test_every_request_passes_the_web_acl() -> None:
    """It is the load balancer's, and lets through what no rule stops."""
    template = network()
    assert properties(template, "WebAcl")["Scope"] == "REGIONAL"
    assert properties(template, "WebAcl")["DefaultAction"] == {"Allow": {}}
    association = properties(template, "WebAclAssociation")
    assert association == {"ResourceArn": {"Ref": "LoadBalancer"}, "WebACLArn": {"Fn::GetAtt": ["WebAcl", "Arn"]}}


def test_known_attacks_and_addresses_are_blocked() -> None:
    """Three managed groups with their own actions, in an order of their own."""
    found = rules(network())
    for name in (
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
    ):
        assert found[name]["OverrideAction"] == {"None": {}}
        assert found[name]["Statement"]["ManagedRuleGroupStatement"]["VendorName"] == "AWS"
    priorities = [rule["Priority"] for rule in found.values()]
    assert len(set(priorities)) == len(priorities) == 4


def test_uploads_pass() -> None:
    """Only uploaded files come in bodies: large ones and ones with HTML in them are counted, not blocked."""
    assert counted(network()) == {
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    }


def test_the_cookies_of_signed_in_users_pass() -> None:
    """The load balancer's session cookies can be larger than the common group takes."""
    template = network(https={"certificate_arn": CERTIFICATE}, sign_in=COGNITO)
    assert counted(template) - counted(network()) == {"SizeRestrictions_Cookie_HEADER"}


def test_an_address_that_sends_too_much_is_blocked() -> None:
    """It is told so by HTTP's status for that."""
    rule = rules(network(waf={"rate_limit": 500}))["rate-limit"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "Limit": 500,
        "EvaluationWindowSec": 300,
        "AggregateKeyType": "IP",
    }
    assert rule["Action"] == {"Block": {"CustomResponse": {"ResponseCode": 429}}}


def test_what_it_does_is_logged_without_secrets() -> None:
    """In a log group of the name that WAF wants; neither cookies nor authorization come into it."""
    template = network()
    group = properties(template, "WebAclLogGroup")
    assert (group["LogGroupName"], group["RetentionInDays"]) == ("aws-waf-logs-preto-2-prod", 30)
    logging = properties(template, "WebAclLogging")
    assert logging["ResourceArn"] == {"Fn::GetAtt": ["WebAcl", "Arn"]}
    (destination,) = logging["LogDestinationConfigs"]
    assert destination["Fn::Sub"].endswith(":log-group:aws-waf-logs-preto-2-prod")
    assert [field["SingleHeader"]["Name"] for field in logging["RedactedFields"]] == ["authorization", "cookie"]
    assert template["Resources"]["WebAclLogging"]["DependsOn"] == "WebAclLogGroup"


@pytest.mark.parametrize(("kms_key", "encrypted"), [("aws", False), ("own", True)])
def test_its_log_is_encrypted_with_our_key_where_there_is_one(kms_key: str, *, encrypted: bool) -> None:
    """As all logs are."""
    templates = tree(network={"waf": {}}, security={"kms_key": kms_key})
    group = properties(templates["Network"], "WebAclLogGroup")
    assert group.get("KmsKeyId") == ({"Ref": "KmsKeyArn"} if encrypted else None)
    passed = templates["Root"]["Resources"]["Network"]["Properties"].get("Parameters", {})
    assert ("KmsKeyArn" in passed) is encrypted


def test_without_waf_there_is_nothing_of_it() -> None:
    """No web ACL, which costs money, and no key for a network that writes no log."""
    templates = tree(security={"kms_key": "own"})
    assert not of_type(templates["Network"], "AWS::WAFv2::WebACL")
    assert set(templates["Root"]["Resources"]["Network"]["Properties"]["Parameters"]) == {"AvailabilityZones"}
