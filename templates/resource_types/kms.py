"""Keys."""

from __future__ import annotations

from templates.resource_types.record import Lookup, ResourceType, arn, only

TYPES = (
    ResourceType(
        type="AWS::KMS::Alias",
        noun="key alias",
        name="AliasName",
        ref="name",
        arns={"kms:alias": arn("kms", "{name}")},
        taken=Lookup(
            properties=("AliasName",),
            client="kms",
            action="kms:ListAliases",
            operation="list_aliases",
            parameters={},
            items=("Aliases",),
            matching={"AliasName": ("{AliasName}",)},
            pages=("NextMarker", "Marker"),
        ),
    ),
    ResourceType(
        type="AWS::KMS::Key",
        arns={"kms:key": arn("kms", "key/*")},
        only=(
            only("kms:EnableKey kms:DisableKey", "Enabled"),
            only("kms:EnableKeyRotation kms:DisableKeyRotation", "EnableKeyRotation"),
            only("kms:UpdateKeyDescription", "Description"),
        ),
    ),
)
