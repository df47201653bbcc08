"""Log groups and saved queries."""

from __future__ import annotations

from templates.resource_types.record import HERE, Grant, NotLookedUp, ResourceType, Service, arn, only

_GROUPS = (
    *(arn("logs", f"log-group:{prefix}{{any}}") for prefix in ("/ecs/", "/vpc/", "aws-waf-logs-")),
    arn("logs", "log-group:{given}*"),
)

TYPES = (
    ResourceType(
        type="AWS::Logs::LogGroup",
        name="LogGroupName",
        ref="name",
        arns={
            # Tags are put on the first form, everything else is done to the second (CloudWatch Logs, "Resource ARNs").
            "logs:log-group": (arn("logs", "log-group:{name}"), arn("logs", "log-group:{name}:*")),
        },
        lookup=NotLookedUp("adopted", "docs/decisions/0004-retained-and-adopted.md"),
        shown=("LogGroupName", "RetentionInDays"),
        replaced="a new, empty log group; the old entries stay behind in the old one",
        removed="its entries go with it",
        fixed=("Arn",),
        seconds=(1, 1),
        only=(
            only("logs:PutRetentionPolicy logs:DeleteRetentionPolicy", "RetentionInDays"),
            only("logs:AssociateKmsKey logs:DisassociateKmsKey", "KmsKeyId"),
            only("logs:PutDataProtectionPolicy logs:DeleteDataProtectionPolicy", "DataProtectionPolicy"),
            only("logs:CreateLogDelivery firehose:TagDeliveryStream", "DataProtectionPolicy"),
            only("logs:PutResourcePolicy logs:DeleteResourcePolicy", "ResourcePolicyDocument"),
            only("logs:PutIndexPolicy logs:DeleteIndexPolicy", "FieldIndexPolicies"),
            only("logs:PutLogGroupDeletionProtection", "DeletionProtectionEnabled"),
            only("logs:PutBearerTokenAuthentication", "BearerTokenAuthenticationEnabled"),
        ),
    ),
    ResourceType(type="AWS::Logs::QueryDefinition", lookup=NotLookedUp("free", "two of one name can exist")),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Data": (
            Grant("LogGroups", "logs", "*", on=_GROUPS),
            Grant(
                "LogsWithoutResource",
                "logs",
                "CreateLogDelivery DeleteLogDelivery DeleteQueryDefinition DescribeIndexPolicies DescribeLogGroups "
                "DescribeQueryDefinitions DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutQueryDefinition "
                "PutResourcePolicy UpdateLogDelivery",
                when=HERE,
            ),
        )
    },
    drift=(
        Grant("ReadLogGroups", "logs", "GetDataProtectionPolicy ListTagsForResource", on=_GROUPS),
        Grant(
            "ReadForDrift",
            "logs",
            "DescribeIndexPolicies DescribeLogGroups DescribeQueryDefinitions DescribeResourcePolicies",
            when=HERE,
        ),
    ),
)
