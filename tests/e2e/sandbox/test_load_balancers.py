"""Listeners, rules, WAF, certificates and names: deployed, changed, read back through their own APIs, deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from templates import network
from templates.identity import Identity
from templates.values import ZoneNames
from tests.support.clouds import role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

POOL = {
    "user_pool_arn": "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_AbCdEfGhI",
    "user_pool_client_id": "1example23456789",
    "user_pool_domain": "preto",
}


def rendered(*, blue_green: bool = False, **settings: Any) -> dict[str, Any]:
    """The network's template, stand-alone."""
    stack = network.build(
        Identity("preto-2", "prod"),
        network.Settings.model_validate(settings),
        network.Inputs(availability_zones=ZoneNames("ap-northeast-2a,ap-northeast-2c")),
        blue_green=blue_green,
    )
    found: dict[str, Any] = json.loads(stack.body)
    found["Parameters"]["AvailabilityZones"]["Default"] = "ap-northeast-2a,ap-northeast-2c"
    return found


def front(cloud: Cloud, listener: str = "Listener") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A listener as the API tells it, and its rules by rising priority, the default one last."""
    elb, arn = cloud.account.client("elbv2"), cloud.physical("net", listener)
    (found,) = elb.describe_listeners(ListenerArns=[arn])["Listeners"]
    rules = elb.describe_rules(ListenerArn=arn)["Rules"]
    return found, sorted(
        rules, key=lambda rule: (rule["IsDefault"], int(rule["Priority"]) if rule["Priority"].isdigit() else 0)
    )


def test_https_with_a_domain_is_issued_named_and_served(cloud: Cloud) -> None:
    """Certificate, redirect and records are there, an update to it keeps the listener, and a delete leaves none."""
    zone_made = cloud.account.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")
    zone = zone_made["HostedZone"]["Id"].rpartition("/")[2]
    assert cloud.create("net", rendered()) == "CREATE_COMPLETE"
    before, _ = front(cloud)
    https = {"domain_name": "app.example.com", "hosted_zone_id": zone}
    assert cloud.update("net", rendered(https=https, ipv6=True)) == "UPDATE_COMPLETE"
    plain, _ = front(cloud)
    assert plain["ListenerArn"] == before["ListenerArn"]
    assert plain["DefaultActions"][0]["RedirectConfig"]["StatusCode"] == "HTTP_301"
    secure, _ = front(cloud, "HttpsListener")
    assert (secure["Port"], secure["SslPolicy"]) == (443, "ELBSecurityPolicy-TLS13-1-2-2021-06")
    certificate = secure["Certificates"][0]["CertificateArn"]
    issued = cloud.account.client("acm").describe_certificate(CertificateArn=certificate)["Certificate"]
    assert (issued["DomainName"], issued["Status"]) == ("app.example.com", "ISSUED")
    records = cloud.account.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    aliases = {it["Type"]: it["AliasTarget"]["DNSName"] for it in records if "AliasTarget" in it}
    assert aliases == dict.fromkeys(("A", "AAAA"), f"{cloud.outputs('net')['AlbDnsName']}.")
    assert cloud.outputs("net")["Url"] == "https://app.example.com"
    assert cloud.delete("net") == "DELETE_COMPLETE"
    records = cloud.account.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert not [it for it in records if "AliasTarget" in it]


def test_sign_in_reads_the_secret_and_never_returns_it(cloud: Cloud) -> None:
    """OpenID Connect with a secret of Secrets Manager, then Cognito: the actions are what the templates say."""
    secret = cloud.account.client("secretsmanager").create_secret(Name="sign-in", SecretString="do not tell")["ARN"]
    provider = "https://login.example.com"
    oidc = {
        "issuer": provider,
        "authorization_endpoint": f"{provider}/authorize?a=1&b=2",
        "token_endpoint": f"{provider}/token",
        "user_info_endpoint": f"{provider}/userinfo",
        "client_id": "preto-2",
        "client_secret_arn": secret,
    }
    https = {"certificate_arn": "arn:aws:acm:ap-northeast-2:123456789012:certificate/0a1b"}
    assert cloud.create("net", rendered(https=https, sign_in=oidc)) == "CREATE_COMPLETE"
    listener, rules = front(cloud, "HttpsListener")
    authenticate, forward = listener["DefaultActions"]
    config = authenticate["AuthenticateOidcConfig"]
    assert (config["AuthorizationEndpoint"], config["SessionTimeout"]) == (oidc["authorization_endpoint"], 28800)
    assert "do not tell" not in json.dumps([listener, rules], default=str)
    assert forward["TargetGroupArn"] == cloud.physical("net", "TargetGroup")
    assert [rule["Conditions"][0]["Values"] for rule in rules if not rule["IsDefault"]] == [["/_stcore/health"]]
    assert cloud.update("net", rendered(https=https, sign_in=POOL)) == "UPDATE_COMPLETE"
    listener, _ = front(cloud, "HttpsListener")
    assert listener["DefaultActions"][0]["AuthenticateCognitoConfig"]["UserPoolDomain"] == "preto"


def test_two_target_groups_come_and_go_behind_one_listener(cloud: Cloud) -> None:
    """Weights and stickiness are read back; both groups are behind the load balancer, as ECS wants them."""
    assert cloud.create("net", rendered()) == "CREATE_COMPLETE"
    assert cloud.update("net", rendered(blue_green=True)) == "UPDATE_COMPLETE"
    _, (test, production, default) = front(cloud)
    assert test["Conditions"][1]["HttpHeaderConfig"]["HttpHeaderName"] == "X-Test-Traffic"
    config = production["Actions"][0]["ForwardConfig"]
    groups = [cloud.physical("net", name) for name in ("TargetGroup", "AlternateTargetGroup")]
    assert [(it["TargetGroupArn"], it["Weight"]) for it in config["TargetGroups"]] == list(
        zip(groups, (1, 0), strict=True)
    )
    assert config["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 300}
    assert default["Actions"][0]["TargetGroupArn"] == groups[0]
    described = cloud.account.client("elbv2").describe_target_groups(TargetGroupArns=groups)["TargetGroups"]
    assert [it["LoadBalancerArns"] for it in described] == [[cloud.physical("net", "LoadBalancer")]] * 2
    assert cloud.update("net", rendered(base_url_path="app")) == "UPDATE_COMPLETE"
    _, (only, root, _) = front(cloud)
    assert only["Conditions"][0]["Values"] == ["/app", "/app/*"]
    assert root["Actions"][0]["RedirectConfig"]["Path"] == "/app/"
    assert cloud.delete("net") == "DELETE_COMPLETE"
    assert cloud.account.client("elbv2").describe_target_groups()["TargetGroups"] == []


def test_a_rule_with_an_existing_priority_or_an_invalid_host_fails(cloud: Cloud) -> None:
    """The one that is there stays."""
    assert cloud.create("net", rendered()) == "CREATE_COMPLETE"
    rule: dict[str, Any] = {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": cloud.physical("net", "Listener"),
            "Priority": 7,
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x"]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": cloud.physical("net", "TargetGroup")}],
            "Tags": [{"Key": "Project", "Value": "x"}],
        },
    }
    assert cloud.create("one", template({"Rule": rule})) == "CREATE_COMPLETE"
    assert cloud.create("two", template({"Rule": rule})) == "ROLLBACK_COMPLETE"
    assert "Priority '7' is currently in use" in cloud.reason("two", "CREATE_FAILED", "Rule")
    strange = {"Field": "host-header", "HostHeaderConfig": {"Values": ["app.example.com", "localhost"]}}
    rule["Properties"] |= {"Priority": 8, "Conditions": [strange]}
    assert cloud.create("three", template({"Rule": rule})) == "ROLLBACK_COMPLETE"
    assert "Host name 'localhost' is not valid" in cloud.reason("three", "CREATE_FAILED", "Rule")
    arn = cloud.physical("one", "Rule")
    (tags,) = cloud.account.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert {"Key": "Project", "Value": "x"} in tags["Tags"]


def test_logs_are_switched_on_and_off(cloud: Cloud) -> None:
    """The load balancer's attributes name the bucket, whose policy is there before; false ends it, the bucket stays."""
    elb = cloud.account.client("elbv2")

    def attributes() -> dict[str, str]:
        found = elb.describe_load_balancer_attributes(LoadBalancerArn=cloud.physical("net", "LoadBalancer"))
        return {it["Key"]: it["Value"] for it in found["Attributes"]}

    assert cloud.create("net", rendered(logs={})) == "CREATE_COMPLETE"
    bucket = cloud.physical("net", "LogBucket")
    assert attributes()["access_logs.s3.bucket"] == attributes()["connection_logs.s3.bucket"] == bucket
    policy = json.loads(cloud.account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    folders = policy["Statement"][0]["Resource"]
    assert folders[0] == f"arn:aws:s3:::{bucket}/access/AWSLogs/{cloud.account.account_id}/*"
    statuses = cloud.statuses("net")
    assert statuses.index(("LogBucketPolicy", "CREATE_COMPLETE")) < statuses.index(
        ("LoadBalancer", "CREATE_IN_PROGRESS")
    )
    assert cloud.update("net", rendered(logs={"access": False})) == "UPDATE_COMPLETE"
    assert attributes()["access_logs.s3.enabled"] == "false"
    assert cloud.delete("net") == "DELETE_COMPLETE"
    cloud.account.client("s3").head_bucket(Bucket=bucket)


def test_a_first_deployment_that_fails_is_rolled_back_although_logs_exist(cloud: Cloud) -> None:
    """The load balancer has written its test files by then: the bucket stays, and keeps nobody from trying again."""
    wanted = rendered(logs={})
    cloud.create_role("taken")
    resources = {**wanted["Resources"], "Refused": role("taken") | {"DependsOn": "LoadBalancer"}}
    assert cloud.create("net", {**wanted, "Resources": resources}) == "ROLLBACK_COMPLETE"
    s3 = cloud.account.client("s3")
    (bucket,) = (it["Name"] for it in s3.list_buckets()["Buckets"] if "logbucket" in it["Name"])
    written = s3.list_objects_v2(Bucket=bucket)["Contents"]
    account = cloud.account.account_id
    assert [it["Key"] for it in written] == [
        f"access/AWSLogs/{account}/ELBAccessLogTestFile",
        f"connection/AWSLogs/{account}/ELBConnectionLogTestFile",
    ]
    assert cloud.delete("net") == "DELETE_COMPLETE"
    assert cloud.create("net", wanted) == "CREATE_COMPLETE"


def test_a_web_acl_is_associated_changed_and_removed(cloud: Cloud) -> None:
    """The web ACL is the load balancer's, logs to its group, keeps its identity, and leaves neither behind."""
    waf = cloud.account.client("wafv2")
    assert cloud.create("net", rendered(waf={})) == "CREATE_COMPLETE"
    balancer = cloud.physical("net", "LoadBalancer")
    acl = waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]
    logging = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    assert logging["LogDestinationConfigs"][0].endswith(":log-group:aws-waf-logs-preto-2-prod")
    assert [it["SingleHeader"]["Name"] for it in logging["RedactedFields"]] == ["authorization", "cookie"]
    assert cloud.update("net", rendered(waf={"rate_limit": 77})) == "UPDATE_COMPLETE"
    changed = waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]
    assert changed["Id"] == acl["Id"]
    assert changed["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"] == 77
    assert waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"] == logging
    assert cloud.update("net", rendered()) == "UPDATE_COMPLETE"
    assert waf.list_web_acls(Scope="REGIONAL")["WebACLs"] == []
