"""Web ACLs, keys, and secrets without their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties


def _web_acl(it: Attributes) -> Properties:
    """Without its rules, which Terraform nests three levels deep: what is live has them."""
    visibility, default = it.block("visibility_config"), it.block("default_action")
    return {
        "Name": it.text("name"),
        "Scope": it.text("scope"),
        "Description": it.text("description"),
        "DefaultAction": {name.capitalize(): {} for name in ("allow", "block") if default.blocks(name)},
        "VisibilityConfig": {
            "CloudWatchMetricsEnabled": visibility.flag("cloudwatch_metrics_enabled"),
            "MetricName": visibility.text("metric_name"),
            "SampledRequestsEnabled": visibility.flag("sampled_requests_enabled"),
        },
        "Tags": it.tags,
    }


def _association(it: Attributes) -> dict[str, str]:
    return {"ResourceArn": it.needed("resource_arn"), "WebACLArn": it.needed("web_acl_arn")}


def _key(it: Attributes) -> Properties:
    return {
        "Description": it.text("description"),
        "Enabled": it.flag("is_enabled"),
        "EnableKeyRotation": it.flag("enable_key_rotation"),
        "KeyPolicy": it.document("policy"),
        "KeySpec": it.text("customer_master_key_spec"),
        "KeyUsage": it.text("key_usage"),
        "MultiRegion": it.flag("multi_region"),
        "Tags": it.tags,
    }


_VALUE = "Terraform's value of a secret; CloudFormation keeps whatever value the secret has"

TYPES: Mapping[str, TerraformType] = {
    "aws_wafv2_web_acl": Owned(
        type="AWS::WAFv2::WebACL",
        allowed=allowed(
            "id arn name scope description tags tags_all",
            default_action=allowed(allow=allowed(), block=allowed()),
            visibility_config=allowed("cloudwatch_metrics_enabled metric_name sampled_requests_enabled"),
        ),
        identify=lambda it: {"Name": it.needed("name"), "Id": it.needed("id"), "Scope": it.needed("scope")},
        write=_web_acl,
    ),
    "aws_wafv2_web_acl_association": Owned(
        type="AWS::WAFv2::WebACLAssociation",
        allowed=allowed("id resource_arn web_acl_arn"),
        identify=_association,
        write=lambda it: {"ResourceArn": it.text("resource_arn"), "WebACLArn": it.text("web_acl_arn")},
    ),
    "aws_wafv2_web_acl_logging_configuration": Owned(
        type="AWS::WAFv2::LoggingConfiguration",
        allowed=allowed("id resource_arn log_destination_configs"),
        identify=lambda it: {"ResourceArn": it.needed("resource_arn", "id")},
        write=lambda it: {
            "ResourceArn": it.text("resource_arn"),
            "LogDestinationConfigs": sorted(it.texts("log_destination_configs")),
        },
    ),
    "aws_kms_key": Owned(
        type="AWS::KMS::Key",
        allowed=allowed(
            "id arn key_id description is_enabled enable_key_rotation policy customer_master_key_spec key_usage "
            "multi_region tags tags_all"
        ),
        identify=lambda it: {"KeyId": it.needed("key_id", "id")},
        write=_key,
    ),
    "aws_kms_alias": Owned(
        type="AWS::KMS::Alias",
        allowed=allowed("id arn name target_key_id target_key_arn"),
        identify=lambda it: {"AliasName": it.needed("name", "id")},
        write=lambda it: {"AliasName": it.text("name"), "TargetKeyId": it.text("target_key_id")},
    ),
    "aws_secretsmanager_secret": Owned(
        type="AWS::SecretsManager::Secret",
        allowed=allowed("id arn name description kms_key_id tags tags_all"),
        identify=lambda it: {"Id": it.needed("arn", "id")},
        write=lambda it: {
            "Name": it.text("name"),
            "Description": it.text("description"),
            "KmsKeyId": it.text("kms_key_id"),
            "Tags": it.tags,
        },
    ),
    "aws_secretsmanager_secret_version": Stays(why=_VALUE),
    "aws_ssm_parameter": Stays(
        why="a parameter of SSM stays with Terraform; ecs.secrets names it", allowed=allowed("arn name")
    ),
}
