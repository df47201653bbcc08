"""HTTPS: the certificate, and the load balancer's names in DNS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import GetAtt, Ref
from troposphere.certificatemanager import Certificate, DomainValidationOption
from troposphere.route53 import AliasTarget, RecordSetType

from templates.section import Allowed, Section

if TYPE_CHECKING:
    from troposphere.elasticloadbalancingv2 import LoadBalancer

    from templates.model import Builder

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"[a-z][a-z0-9-]{0,61}[a-z0-9]"
"""A top-level domain: it starts with a letter, so that an IP address is no name."""
MAX_NAME = 64
"""Characters of a certificate's common name, its first name (ACM, RequestCertificate)."""
MAX_NAMES = 10
"""Names of one certificate; ACM's quota before it is raised (ACM, "Quotas")."""

DomainName = Annotated[
    str,
    Field(pattern=rf"^(?:{_LABEL}\.)+{_TOP}$", max_length=MAX_NAME),
    Allowed('a domain name in quotes, at most 64 lower-case characters, like "app.example.com"'),
]
CertificateName = Annotated[
    str,
    Field(pattern=rf"^(?:\*\.)?(?:{_LABEL}\.)+{_TOP}$", max_length=MAX_NAME),
    Allowed('a domain name in quotes, at most 64 lower-case characters, like "www.example.com" or "*.example.com"'),
]
TLS_POLICIES = (
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-FS-1-2-Res-2020-10",
    "ELBSecurityPolicy-FS-1-2-Res-2019-08",
    "ELBSecurityPolicy-FS-1-2-2019-08",
    "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
    "ELBSecurityPolicy-TLS-1-2-2017-01",
    "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-2016-08",
)
"""First policies with TLS 1.3 and 1.2 or 1.3 alone, and with forward secrecy. Those from Ext1 on are for a listener
that has one; the last is what Elastic Load Balancing takes where an API call names none
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)."""

TlsPolicy = Annotated[
    str,
    Field(pattern=f"^(?:{'|'.join(TLS_POLICIES)})$"),
    Allowed('a security policy of application load balancers in quotes, such as "ELBSecurityPolicy-TLS13-1-3-2021-06"'),
]


class Https(Section):
    """`[network.https]`: HTTPS for browsers, with a redirect from HTTP."""

    certificate_arn: Annotated[
        str | None,
        Field(
            pattern=r"^arn:aws[a-z-]*:(?:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+"
            r"|iam::[0-9]{12}:server-certificate/[\x21-\x7e]+)$"
        ),
        Allowed("the ARN of a certificate in ACM or IAM in quotes"),
    ] = None
    """An existing certificate in the region; left out, one is issued for `domain_name`."""
    domain_name: DomainName | None = None
    """The name under which browsers open the application."""
    hosted_zone_id: Annotated[
        str | None,
        Field(pattern=r"^Z[A-Z0-9]{1,31}$"),
        Allowed('the id of a hosted zone, like "Z0123456789ABCDEFGHIJ"'),
    ] = None
    """Route 53 zone of the names, for the validation records of ACM and the alias records of the load balancer."""
    alternative_names: Annotated[tuple[CertificateName, ...], Field(strict=False, max_length=MAX_NAMES - 1)] = ()
    """Further names in the hosted zone, on the certificate and in DNS."""
    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """TLS versions and ciphers that browsers may use. Those from `Ext1` on are for a listener that has one already:
    they allow older TLS, or ciphers without forward secrecy."""
    redirect_http: bool = True
    """Whether HTTP on port 80 redirects to HTTPS. If off, nothing listens there: only browsers that try HTTPS first
    find a name without a scheme."""

    @model_validator(mode="after")
    def _there_is_a_certificate(self) -> Self:
        if self.certificate_arn is None and (self.domain_name is None or self.hosted_zone_id is None):
            raise PydanticCustomError(
                "certificate",
                "HTTPS needs a certificate: name one, or both domain_name and hosted_zone_id to have one issued",
                {"key": "certificate_arn", "with": ("domain_name", "hosted_zone_id")},
            )
        return self

    @model_validator(mode="after")
    def _zone_has_names(self) -> Self:
        if self.hosted_zone_id is not None and self.domain_name is None:
            raise PydanticCustomError(
                "zone",
                "there is no domain_name that the hosted zone is for",
                {"key": "hosted_zone_id", "with": ("domain_name",)},
            )
        if self.alternative_names and self.hosted_zone_id is None:
            raise PydanticCustomError(
                "zone",
                "names are given, but not the hosted_zone_id that they are in",
                {"key": "alternative_names", "with": ("hosted_zone_id",)},
            )
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = self.names
        if twice := [name for index, name in enumerate(names) if name in names[:index]]:
            raise PydanticCustomError(
                "names",
                "{name} is there twice",
                {"key": "alternative_names", "with": ("domain_name",), "name": twice[0]},
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the certificate; the first is its common name."""
        return (*((self.domain_name,) if self.domain_name else ()), *self.alternative_names)


def certificate_arn(stack: Builder[Any], https: Https) -> Any:
    """Return the ARN of the certificate in the settings, or add one that ACM validates by DNS.

    CloudFormation writes the validation records into the hosted zone itself, and waits for ACM.
    """
    if https.certificate_arn is not None:
        return https.certificate_arn
    issued = stack.add(
        Certificate(
            "Certificate",
            DomainName=https.domain_name,
            ValidationMethod="DNS",
            DomainValidationOptions=[
                DomainValidationOption(DomainName=name, HostedZoneId=https.hosted_zone_id)
                for name in _proven(https.names)
            ],
            **({"SubjectAlternativeNames": list(https.alternative_names)} if https.alternative_names else {}),
        )
    )
    return Ref(issued)


def _proven(names: tuple[str, ...]) -> list[str]:
    """Return the names that need a validation record: a wildcard shares that of its domain.

    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html, https://github.com/aws/aws-cdk/issues/9248
    """
    return [name for name in names if not name.startswith("*.") or name.removeprefix("*.") not in names]


def add_alias_records(stack: Builder[Any], https: Https, balancer: LoadBalancer, *, ipv6: bool) -> None:
    """Add alias records of all names: A, and AAAA with IPv6. Without a hosted zone there are none."""
    if https.hosted_zone_id is None:
        return
    for name in https.names:
        for kind, title in (("A", "Alias"), *((("AAAA", "Ipv6Alias"),) if ipv6 else ())):
            stack.add(
                RecordSetType(
                    f"{_words(name)}{title}",
                    HostedZoneId=https.hosted_zone_id,
                    Name=name,
                    Type=kind,
                    AliasTarget=AliasTarget(
                        DNSName=GetAtt(balancer, "DNSName"),
                        HostedZoneId=GetAtt(balancer, "CanonicalHostedZoneID"),
                        EvaluateTargetHealth=False,
                    ),
                )
            )


def _words(name: str) -> str:
    """Return the part of a logical id, which does not depend on other names: `AppDotExampleDotCom`."""
    spelt = {".": "Dot", "-": "Dash", "*": "Any"}
    return "".join(spelt.get(part, part.capitalize()) for part in re.split(r"([.*-])", name))
