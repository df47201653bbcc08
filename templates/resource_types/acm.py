"""Certificates."""

from __future__ import annotations

from templates.resource_types.record import HERE, Grant, NotLookedUp, ResourceType, Service, arn, only

TYPES = (
    ResourceType(
        type="AWS::CertificateManager::Certificate",
        ref="arn",
        arns={
            "acm:certificate": arn("acm", "certificate/*"),
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{DomainValidationOptions.HostedZoneId}",
        },
        lookup=NotLookedUp("free", "a domain can have several certificates"),
        seconds=(239, 0),
        only=(
            only("acm-pca:*", "CertificateAuthorityArn"),
            only("route53:*", "DomainValidationOptions.HostedZoneId"),
            only("acm:UpdateCertificateOptions", "CertificateTransparencyLoggingPreference CertificateExport"),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Names": (
            Grant("AskForCertificate", "acm", "RequestCertificate", when=HERE),
            Grant(
                "KeepCertificate",
                "acm",
                "AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate "
                "RemoveTagsFromCertificate UpdateCertificateOptions",
                on=(arn("acm", "certificate/*"),),
            ),
        )
    },
    drift=(
        Grant("ReadCertificateTags", "acm", "ListTagsForCertificate", on=(arn("acm", "certificate/*"),), by_id=True),
    ),
)
