"""https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.security_hub.deployment import AbsentError, attributes

if TYPE_CHECKING:
    from tests.security_hub.deployment import Deployment

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
RECOMMENDED = {
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
}
"""What ELB.17 takes; it is stricter than TLS 1.2 with forward secrecy: no CBC ciphers."""


def balancer(seen: Deployment) -> dict[str, str]:
    """The attributes of the one load balancer."""
    (found,) = seen.of(BALANCER).values()
    return attributes(found, "LoadBalancerAttributes")


def test_ELB_1_http_leads_to_https(hardened: Deployment) -> None:
    """[ELB.1] Application Load Balancer should be configured to redirect all HTTP requests to HTTPS."""
    for name, listener in hardened.of(LISTENER).items():
        if listener["Protocol"] == "HTTP":
            leads = [it.get("RedirectConfig", {}).get("Protocol") for it in listener["DefaultActions"]]
            assert leads == ["HTTPS"], name


def test_ELB_4_invalid_headers_are_dropped(hardened: Deployment) -> None:
    """[ELB.4] Application Load Balancer should be configured to drop invalid http headers."""
    assert balancer(hardened)["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_ELB_5_requests_are_logged(hardened: Deployment) -> None:
    """[ELB.5] Application and Classic Load Balancers logging should be enabled."""
    assert balancer(hardened).get("access_logs.s3.enabled") == "true"
    assert balancer(hardened)["access_logs.s3.bucket"]


def test_ELB_6_the_load_balancer_cannot_be_deleted(hardened: Deployment) -> None:
    """[ELB.6] Application, Gateway, and Network Load Balancers should have deletion protection enabled."""
    assert balancer(hardened).get("deletion_protection.enabled") == "true"


def test_ELB_12_smuggled_requests_are_refused(hardened: Deployment) -> None:
    """[ELB.12] Application Load Balancer should be configured with defensive or strictest desync mitigation mode.

    It is defensive where nothing is said (Elastic Load Balancing, "Desync mitigation mode").
    """
    assert balancer(hardened).get("routing.http.desync_mitigation_mode", "defensive") in {"defensive", "strictest"}


def test_ELB_13_the_load_balancer_is_in_several_zones(hardened: Deployment) -> None:
    """[ELB.13] Application, Network and Gateway Load Balancers should span multiple Availability Zones."""
    subnets = hardened.of("AWS::EC2::Subnet")
    for name, found in hardened.of(BALANCER).items():
        zones = {json.dumps(subnets[f"Network.{it['Ref']}"]["AvailabilityZone"]) for it in found["Subnets"]}
        assert len(zones) >= 2, name


def test_ELB_16_the_load_balancer_has_a_web_acl(hardened: Deployment) -> None:
    """[ELB.16] Application Load Balancers should be associated with an AWS WAF web ACL."""
    guarded = [it["ResourceArn"] for it in hardened.any_of("AWS::WAFv2::WebACLAssociation").values()]
    assert guarded == [{"Ref": "LoadBalancer"}]


def test_ELB_17_the_tls_policy_is_a_recommended_one(hardened: Deployment) -> None:
    """[ELB.17] Application and Network Load Balancers with listeners should use recommended security policies."""
    secure = {name: it for name, it in hardened.of(LISTENER).items() if it["Protocol"] == "HTTPS"}
    if not secure:
        raise AbsentError("HTTPS listeners")
    for name, listener in secure.items():
        assert listener["SslPolicy"] in RECOMMENDED, name


def test_ELB_18_every_listener_speaks_tls(hardened: Deployment) -> None:
    """[ELB.18] Application and Network Load Balancer listeners should use secure protocols.

    A listener that only redirects speaks HTTP too, and the control makes no exception for it.
    """
    assert {it["Protocol"] for it in hardened.of(LISTENER).values()} == {"HTTPS"}


def test_ELB_21_health_is_asked_for_over_tls(hardened: Deployment) -> None:
    """[ELB.21] Application and Network Load Balancer target groups should use encrypted health check protocols."""
    for name, group in hardened.of(GROUP).items():
        assert group["HealthCheckProtocol"] == "HTTPS", name


def test_ELB_22_tasks_are_reached_over_tls(hardened: Deployment) -> None:
    """[ELB.22] ELB target groups should use encrypted transport protocols."""
    for name, group in hardened.of(GROUP).items():
        assert group["Protocol"] == "HTTPS", name


def test_ACM_2_certificates_have_long_keys(hardened: Deployment) -> None:
    """[ACM.2] RSA certificates managed by ACM should use a key length of at least 2,048 bits."""
    certificates: dict[str, Any] = hardened.of("AWS::CertificateManager::Certificate")
    for name, certificate in certificates.items():
        assert certificate.get("KeyAlgorithm", "RSA_2048") != "RSA_1024", name
