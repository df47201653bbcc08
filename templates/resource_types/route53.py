"""DNS records."""

from __future__ import annotations

from templates.resource_types.record import Lookup, ResourceType

TYPES = (
    ResourceType(
        type="AWS::Route53::RecordSet",
        noun="DNS record",
        arns={
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{HostedZoneId}",
            "route53:change": "arn:{partition}:route53:::change/*",
        },
        taken=Lookup(
            properties=("HostedZoneId", "Type", "Name"),
            client="route53",
            action="route53:ListResourceRecordSets",
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
