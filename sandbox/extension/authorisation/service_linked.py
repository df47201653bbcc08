"""Service-linked roles, which the first use of a service makes."""

from __future__ import annotations

import json

from ministack.core.responses import get_account_id
from ministack.services import iam


def role_exists(service: str) -> bool:
    """Whether the account has the service-linked role of this service."""
    return any(role.get("Path") == _path(service) for role in iam._roles.values())


def make_role(service: str, name: str) -> None:
    """Make the role as the service does. ministack's own request makes one with another name."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    iam._roles[name] = {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{get_account_id()}:role{_path(service)}{name}",
        "RoleId": iam._gen_id("AROA"),
        "CreateDate": iam._now(),
        "Path": _path(service),
        "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        "Description": f"Service-linked role for {service}",
        "MaxSessionDuration": 3600,
        "AttachedPolicies": [],
        "InlinePolicies": {},
        "Tags": [],
    }


def _path(service: str) -> str:
    return f"/aws-service-role/{service}/"
