"""Rules of security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef

EVERY_PROTOCOL = "-1"


def is_for(rule: IpPermissionOutputTypeDef, port: int) -> bool:
    """Whether a rule is for this port of TCP."""
    if rule["IpProtocol"] == EVERY_PROTOCOL:
        return True
    return rule["IpProtocol"] in {"tcp", "6"} and rule.get("FromPort", 0) <= port <= rule.get("ToPort", -1)
