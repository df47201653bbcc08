"""AWS::EC2::FlowLog, on ministack's own store of flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.services import cloudwatch_logs, ec2, iam
from ministack.services.cloudformation import provisioners

from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Register the type."""
    register("AWS::EC2::FlowLog", create=_create, update=_update, delete=_delete, tagged=True)


def _create(_: str, props: Properties, __: str) -> Made:
    if props["ResourceType"] == "VPC" and props["ResourceId"] not in ec2._vpcs:
        raise ValueError(f"The vpc ID '{props['ResourceId']}' does not exist")
    group, role = props.get("LogGroupName"), props.get("DeliverLogsPermissionArn")
    if group is not None and group not in cloudwatch_logs._log_groups:
        raise ValueError(f"LogDestination: {group} does not exist")
    if group is not None and role not in {found["Arn"] for found in iam._roles.values()}:
        raise ValueError(f"Unable to assume given IAM role: {role}")
    flow_log_id = f"fl-{uuid4().hex[:17]}"
    ec2._flow_logs[flow_log_id] = {
        "FlowLogId": flow_log_id,
        "ResourceId": props["ResourceId"],
        "ResourceType": props["ResourceType"],
        "TrafficType": props.get("TrafficType", "ALL"),
        "LogDestinationType": props.get("LogDestinationType", "cloud-watch-logs"),
        "LogDestination": props.get("LogDestination") or cloudwatch_logs._log_groups[group]["arn"],
        "FlowLogStatus": "ACTIVE",
        "CreationTime": ec2._now_ts(),
    }
    provisioners._ec2_apply_tags(flow_log_id, props)
    return flow_log_id, {"Id": flow_log_id}


def _update(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    provisioners._ec2_apply_tags(physical_id, new, old)
    return physical_id, {"Id": physical_id}


def _delete(physical_id: str, _: Properties) -> None:
    ec2._flow_logs.pop(physical_id, None)
    ec2._tags.pop(physical_id, None)
