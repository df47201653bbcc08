"""DNS records."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, ResourceType, Service

TYPES = (
    ResourceType(
        type="AWS::Route53::RecordSet",
        noun="DNS record",
        arns={
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{HostedZoneId}",
            "route53:change": "arn:{partition}:route53:::change/*",
        },
        lookup=Lookup(
            properties=("HostedZoneId", "Type", "Name"),
            client="route53",
            action="route53:ListResourceRecordSets",
            sid="LookForDnsRecords",
            on="arn:{partition}:route53:::hostedzone/*",
            operation="list_resource_record_sets",
            parameters={
                "HostedZoneId": "{HostedZoneId}",
                "StartRecordName": "{Name}",
                "StartRecordType": "{Type}",
                "MaxItems": "10",
            },
            items=("ResourceRecordSets",),
            # A CNAME takes the whole name.
            matching={"Name": ("{Name}",), "Type": ("{Type}", "CNAME")},
            is_domain=True,
            setting="[network.https] domain_name",
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Names": (
            Grant(
                "DomainName",
                "route53",
                "AssociateVPCWithHostedZone ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets",
                on=tuple(f"arn:{{partition}}:route53:::{kind}/*" for kind in ("hostedzone", "change")),
            ),
            Grant("FindDomainName", "route53", "ListHostedZones"),
        )
    },
    drift=(Grant("FindHostedZones", "route53", "ListHostedZones"),),
)
