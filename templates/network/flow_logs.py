"""Flow logs of a new VPC: accepted and rejected connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from awacs import logs
from awacs.aws import Allow, PolicyDocument, Statement
from troposphere import GetAtt, Ref
from troposphere.ec2 import FlowLog
from troposphere.iam import Policy, Role
from troposphere.logs import LogGroup

from templates.identity import arn
from templates.names import role_properties
from templates.retention import RetentionDays
from templates.section import Section
from templates.trust import service_trust_policy

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder
    from templates.values import KeyArn


class FlowLogs(Section):
    """`[network.flow_logs]`: a log of the new VPC's connections."""

    retention_days: RetentionDays = 30
    """Days after which entries are deleted."""
    traffic: Literal["ALL", "REJECT"] = "REJECT"
    """`REJECT` for what security groups refuse, which is little; `ALL` for every connection, at a price for each GB."""


def add_flow_logs(stack: Builder[Any], identity: Identity, settings: FlowLogs, vpc: Any, key: KeyArn | None) -> None:
    """Add the flow log, its log group, and the role with which it writes."""
    group = stack.add(
        LogGroup(
            "FlowLogGroup",
            DeletionPolicy="RetainExceptOnCreate",
            UpdateReplacePolicy="Retain",
            LogGroupName=identity.flow_log_group,
            RetentionInDays=settings.retention_days,
            **({"KmsKeyId": key.expression} if key else {}),
        )
    )
    role = stack.add(
        Role(
            "FlowLogRole",
            Description=f"{identity.name}: VPC flow logs are written",
            **role_properties(identity.names.flow_log_role),
            AssumeRolePolicyDocument=_trust(),
            Policies=[Policy(PolicyName="write-flow-logs", PolicyDocument=_write(identity.flow_log_group))],
        )
    )
    stack.add(
        FlowLog(
            "FlowLog",
            ResourceType="VPC",
            ResourceId=vpc,
            TrafficType=settings.traffic,
            LogDestinationType="cloud-watch-logs",
            LogGroupName=Ref(group),
            DeliverLogsPermissionArn=GetAtt(role, "Arn"),
            Tags=stack.tags(Name=identity.stem),
        )
    )


def _trust() -> Any:
    """Return the trust policy for flow logs of this account and region (the confused deputy).

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    return service_trust_policy("FlowLogsOfThisAccount", "vpc-flow-logs.amazonaws.com", ("ec2", "vpc-flow-log/*"))


def _write(log_group: str) -> Any:
    """Return a policy to write to one log group; log groups can only be listed on `*`."""
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="WriteFlowLogs",
                Effect=Allow,
                Action=[logs.CreateLogStream, logs.DescribeLogStreams, logs.PutLogEvents],
                Resource=[arn("logs", f"log-group:{log_group}:*")],
            ),
            Statement(
                Sid="FindLogGroup",
                Effect=Allow,
                Action=[logs.DescribeLogGroups],
                Resource=["*"],
            ),
        ],
    )
