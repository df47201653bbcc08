"""Certificates."""

from __future__ import annotations

from templates.resource_types.record import NotLookedUp, ResourceType, arn, only

TYPES = (
    ResourceType(
        type="AWS::CertificateManager::Certificate",
        ref="arn",
        arns={
            "acm:certificate": arn("acm", "certificate/*"),
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{DomainValidationOptions.HostedZoneId}",
        },
        taken=NotLookedUp("free", "a domain can have several certificates"),
        seconds=(239, 0),
        only=(
            only("acm-pca:*", "CertificateAuthorityArn"),
            only("route53:*", "DomainValidationOptions.HostedZoneId"),
            only("acm:UpdateCertificateOptions", "CertificateTransparencyLoggingPreference CertificateExport"),
        ),
    ),
)
