"""Keys."""

from __future__ import annotations

from templates.resource_types.record import HERE, Grant, Lookup, ResourceType, Service, arn, only

_KEYS = (arn("kms", "key/*"),)

TYPES = (
    ResourceType(
        type="AWS::KMS::Alias",
        noun="key alias",
        name="AliasName",
        ref="name",
        arns={"kms:alias": arn("kms", "{name}")},
        lookup=Lookup(
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

SERVICE = Service(
    types=TYPES,
    execution={
        "Data": (
            Grant("MakeKey", "kms", "CreateKey TagResource", when={"aws:RequestTag/Project": ("{project}",)}),
            Grant("UseKey", "kms", "*", on=_KEYS, when={"aws:ResourceTag/Project": ("{project}",)}),
            # A new key's tags count up to five minutes after it is made. None of this changes who may use a key, except
            # for repositories and secrets. https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
            Grant(
                "StartKey",
                "kms",
                "CreateAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags",
                on=_KEYS,
            ),
            Grant(
                "EncryptWithNewKey",
                "kms",
                "CreateGrant Decrypt GenerateDataKey RetireGrant",
                on=_KEYS,
                when={
                    "kms:ViaService": tuple(f"{name}.{{region}}.{{url_suffix}}" for name in ("ecr", "secretsmanager"))
                },
            ),
            Grant("FindKeyNames", "kms", "ListAliases", when=HERE),
            Grant(
                "NameKey",
                "kms",
                "CreateAlias DeleteAlias UpdateAlias",
                on=(arn("kms", "alias/{any}"),),
            ),
        )
    },
    drift=(
        Grant(
            "ReadKeys",
            "kms",
            "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
            on=_KEYS,
            by_id=True,
        ),
    ),
)
