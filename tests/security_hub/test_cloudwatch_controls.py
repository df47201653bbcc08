"""https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html, and those of SNS and WAF."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment

ALARM = "AWS::CloudWatch::Alarm"
ROLLBACK = "Rollback"
"""In the names of the alarms that ECS itself asks during a deployment."""
YEAR = 365


def test_CloudWatch_15_alarms_tell_somebody(hardened: Deployment) -> None:
    """[CloudWatch.15] CloudWatch alarms should have specified actions configured.

    But for those that ECS itself asks during a deployment: a task that is being tried out wakes nobody up.
    """
    for name, alarm in hardened.of(ALARM).items():
        assert alarm.get("AlarmActions") or ROLLBACK in name, name


def test_CloudWatch_16_logs_are_kept_for_a_year(hardened: Deployment) -> None:
    """[CloudWatch.16] CloudWatch log groups should be retained for a specified time period."""
    for name, group in hardened.of("AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] >= YEAR, name


def test_CloudWatch_17_alarm_actions_are_on(hardened: Deployment) -> None:
    """[CloudWatch.17] CloudWatch alarm actions should be activated."""
    for name, alarm in hardened.of(ALARM).items():
        assert alarm.get("ActionsEnabled", True) is True, name


def test_SNS_1_the_alarms_topic_is_encrypted(hardened: Deployment) -> None:
    """[SNS.1] SNS topics should be encrypted at-rest using AWS KMS."""
    for name, topic in hardened.of("AWS::SNS::Topic").items():
        assert topic.get("KmsMasterKeyId"), name


def test_SNS_4_the_alarms_topic_is_not_public(hardened: Deployment) -> None:
    """[SNS.4] SNS topic access policies should not allow public access."""
    for name, policy in hardened.of("AWS::SNS::TopicPolicy").items():
        allowed = [it["Principal"] for it in policy["PolicyDocument"]["Statement"] if it["Effect"] == "Allow"]
        assert allowed == [{"Service": "cloudwatch.amazonaws.com"}], name


def test_WAF_10_the_web_acl_has_rules(hardened: Deployment) -> None:
    """[WAF.10] AWS WAF web ACLs should have at least one rule or rule group."""
    for name, acl in hardened.of("AWS::WAFv2::WebACL").items():
        assert acl["Rules"], name


def test_WAF_11_what_the_web_acl_does_is_logged(hardened: Deployment) -> None:
    """[WAF.11] AWS WAF web ACL logging should be enabled."""
    logged = {f"Network.{it['ResourceArn']['Fn::GetAtt'][0]}"
              for it in hardened.any_of("AWS::WAFv2::LoggingConfiguration").values()}  # fmt: skip
    assert logged == set(hardened.of("AWS::WAFv2::WebACL"))


def test_WAF_12_rules_are_counted(hardened: Deployment) -> None:
    """[WAF.12] AWS WAF rules should have CloudWatch metrics enabled."""
    for name, acl in hardened.of("AWS::WAFv2::WebACL").items():
        for rule in acl["Rules"]:
            assert rule["VisibilityConfig"]["CloudWatchMetricsEnabled"] is True, f"{name} {rule['Name']}"
