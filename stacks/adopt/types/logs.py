"""Log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

TYPE = "AWS::Logs::LogGroup"


def _log_group(it: Attributes) -> Properties:
    """Zero days mean that entries never expire, for which CloudFormation has no value."""
    return {
        "LogGroupName": it.text("name"),
        "RetentionInDays": it.number("retention_in_days") or None,
        "KmsKeyId": it.text("kms_key_id"),
        "LogGroupClass": it.text("log_group_class"),
        "DeletionProtectionEnabled": it.flag("deletion_protection_enabled"),
        "Tags": it.tags,
    }


TYPES: Mapping[str, TerraformType] = {
    "aws_cloudwatch_log_group": Owned(
        type=TYPE,
        allowed=allowed(
            "id arn name retention_in_days kms_key_id log_group_class deletion_protection_enabled tags tags_all"
        ),
        identify=lambda it: {"LogGroupName": it.needed("name", "id")},
        write=_log_group,
    ),
    "aws_cloudwatch_query_definition": Owned(
        type="AWS::Logs::QueryDefinition",
        allowed=allowed("id name query_definition_id query_string log_group_names"),
        identify=lambda it: {"QueryDefinitionId": it.needed("query_definition_id", "id")},
        write=lambda it: {
            "Name": it.text("name"),
            "QueryString": it.text("query_string"),
            "LogGroupNames": sorted(it.texts("log_group_names")),
        },
    ),
    "aws_cloudwatch_log_stream": Stays(why="tasks make their streams themselves", allowed=allowed("id name")),
}
