"""HTTPS: certificate, listeners, names in DNS."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.templates import of_type, properties, tree

CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0a1b2c3d-0000-1111-2222-333344445555"
DOMAIN = {"domain_name": "app.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"}


def network(**https: Any) -> dict[str, Any]:
    """The network's template with this `[network.https]`."""
    found: dict[str, Any] = tree(network={"https": https})["Network"]
    return found


def test_http_leads_to_https_for_good() -> None:
    """Port 80 answers 301 to the same address by HTTPS, once something listens there."""
    template = network(certificate_arn=CERTIFICATE)
    listener = properties(template, "Listener")
    assert (listener["Port"], listener["Protocol"]) == (80, "HTTP")
    (action,) = listener["DefaultActions"]
    assert action == {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    assert template["Resources"]["Listener"]["DependsOn"] == "HttpsListener"


def test_http_can_be_left_unanswered() -> None:
    """Then HTTPS is all that listens, and all that the load balancer's group lets in."""
    template = network(certificate_arn=CERTIFICATE, redirect_http=False)
    (listener,) = of_type(template, "AWS::ElasticLoadBalancingV2::Listener").values()
    assert (listener["Properties"]["Port"], listener["Properties"]["Protocol"]) == (443, "HTTPS")
    rules = properties(template, "LoadBalancerSecurityGroup")["SecurityGroupIngress"]
    assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(443, 443)]


def test_https_reaches_the_tasks_with_a_given_certificate() -> None:
    """The certificate is the given one, and TLS is 1.2 at the least; nothing is made in DNS."""
    template = network(certificate_arn=CERTIFICATE)
    listener = properties(template, "HttpsListener")
    assert (listener["Port"], listener["Protocol"]) == (443, "HTTPS")
    assert listener["Certificates"] == [{"CertificateArn": CERTIFICATE}]
    assert listener["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["DefaultActions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]
    assert not of_type(template, "AWS::Route53::RecordSet")
    assert not of_type(template, "AWS::CertificateManager::Certificate")


def test_browsers_come_in_by_both_ports() -> None:
    """The load balancer's group lets in 80 and 443, and only 80 without HTTPS."""
    for template, ports in ((network(certificate_arn=CERTIFICATE), [80, 443]), (tree()["Network"], [80])):
        rules = properties(template, "LoadBalancerSecurityGroup")["SecurityGroupIngress"]
        assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(port, port) for port in ports]
        assert all(rule["Description"] for rule in rules)


def test_a_certificate_is_issued_for_the_domain_and_proven_in_its_zone() -> None:
    """CloudFormation writes the proving records because it knows the zone of each name."""
    template = network(**DOMAIN, alternative_names=("www.example.com", "*.team.example.com"))
    certificate = properties(template, "Certificate")
    assert (certificate["DomainName"], certificate["ValidationMethod"]) == ("app.example.com", "DNS")
    assert certificate["SubjectAlternativeNames"] == ["www.example.com", "*.team.example.com"]
    assert certificate["DomainValidationOptions"] == [
        {"DomainName": name, "HostedZoneId": DOMAIN["hosted_zone_id"]}
        for name in ("app.example.com", "www.example.com", "*.team.example.com")
    ]
    assert properties(template, "HttpsListener")["Certificates"] == [{"CertificateArn": {"Ref": "Certificate"}}]


@pytest.mark.parametrize(
    ("names", "proven"),
    [
        (["example.com", "*.example.com"], ["example.com"]),
        (["a.example.com", "*.b.example.com", "b.example.com"], ["a.example.com", "b.example.com"]),
        (["a.example.com", "*.example.com"], ["a.example.com", "*.example.com"]),
        (["a.example.com", "*.a.example.com", "*.b.a.example.com"], ["a.example.com", "*.b.a.example.com"]),
    ],
)
def test_a_name_and_its_wildcard_are_proven_by_one_record(names: list[str], proven: list[str]) -> None:
    """ACM asks for the same record twice, and Route 53 takes a batch with it once only; both are on the certificate."""
    template = network(**{**DOMAIN, "domain_name": names[0]}, alternative_names=tuple(names[1:]))
    certificate = properties(template, "Certificate")
    assert [certificate["DomainName"], *certificate["SubjectAlternativeNames"]] == names
    assert [it["DomainName"] for it in certificate["DomainValidationOptions"]] == proven


@pytest.mark.parametrize(("ipv6", "kinds"), [(False, {"A"}), (True, {"A", "AAAA"})])
def test_every_name_leads_to_the_load_balancer(*, ipv6: bool, kinds: set[str]) -> None:
    """A, and AAAA with IPv6, as aliases of the load balancer, whose zone it tells itself in each partition."""
    https = {**DOMAIN, "alternative_names": ("www.example.com",)}
    template = tree(network={"https": https, "ipv6": ipv6})["Network"]
    records = [it["Properties"] for it in of_type(template, "AWS::Route53::RecordSet").values()]
    assert {(it["Name"], it["Type"]) for it in records} == {
        (name, kind) for name in ("app.example.com", "www.example.com") for kind in kinds
    }
    for record in records:
        assert record["AliasTarget"]["DNSName"] == {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}
        assert record["AliasTarget"]["HostedZoneId"] == {"Fn::GetAtt": ["LoadBalancer", "CanonicalHostedZoneID"]}


def test_a_name_that_goes_leaves_the_others_records_as_they_are() -> None:
    """A record's logical id comes from its name: one that moved to another id would be made while it is still there."""
    both = network(**DOMAIN, alternative_names=("a-b.example.com", "www.example.com"))
    one = network(**DOMAIN, alternative_names=("www.example.com",))
    kept, before = of_type(one, "AWS::Route53::RecordSet"), of_type(both, "AWS::Route53::RecordSet")
    assert kept.items() < before.items()


@pytest.mark.parametrize(
    ("https", "url"),
    [
        (None, ["http://", {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}]),
        ({"certificate_arn": CERTIFICATE}, ["https://", {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}]),
        ({"certificate_arn": CERTIFICATE, "domain_name": "app.example.com"}, ["https://", "app.example.com"]),
        (DOMAIN, ["https://", "app.example.com"]),
    ],
)
def test_the_address_to_open_is_the_domain_where_there_is_one(https: Any, url: list[Any]) -> None:
    """`alb_dns_name` stays the load balancer's own name."""
    templates = tree(network={"https": https} if https else {})
    assert templates["Network"]["Outputs"]["Url"]["Value"] == {"Fn::Join": ["", url]}
    assert templates["Network"]["Outputs"]["AlbDnsName"]["Value"] == {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}
    assert templates["Root"]["Outputs"]["AppUrl"]["Value"] == {"Fn::GetAtt": ["Network", "Outputs.Url"]}


@pytest.mark.parametrize(
    ("https", "why"),
    [
        ({}, "HTTPS needs a certificate"),
        ({"domain_name": "app.example.com"}, "HTTPS needs a certificate"),
        ({"certificate_arn": CERTIFICATE, "hosted_zone_id": "Z0123456789"}, "no domain_name"),
        ({"certificate_arn": CERTIFICATE, "alternative_names": ("a.example.com",)}, "not the hosted_zone_id"),
        ({**DOMAIN, "alternative_names": ("app.example.com",)}, "app.example.com is there twice"),
        ({**DOMAIN, "tls_policy": "ELBSecurityPolicy-2014-10"}, "match pattern"),
        ({**DOMAIN, "domain_name": "App.example.com"}, "match pattern"),
    ],
)
def test_what_does_not_make_https_is_refused(https: dict[str, Any], why: str) -> None:
    """Half a domain, names without a zone, and TLS that is too old."""
    with pytest.raises(ValidationError, match=why):
        network(**https)
