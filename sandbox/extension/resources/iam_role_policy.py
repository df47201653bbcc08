"""AWS::IAM::RolePolicy: an inline policy of an existing role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.resources.iam_quotas import check_inline
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record


def install() -> None:
    """Register the type."""
    register("AWS::IAM::RolePolicy", create=_create, update=_update, delete=_delete)


def _create(_: str, props: Properties, __: str) -> Made:
    return _put(props)


def _update(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    moved = (old["RoleName"], old["PolicyName"]) != (new["RoleName"], new["PolicyName"])
    made = _put(new)
    if moved:
        _delete(physical_id, old)
    return made


def _put(props: Properties) -> Made:
    document = props.get("PolicyDocument", {})
    check_inline(props["RoleName"], {props["PolicyName"]: document})
    _role(props["RoleName"])["InlinePolicies"][props["PolicyName"]] = (
        document if isinstance(document, str) else json.dumps(document)
    )
    return f"{props['PolicyName']}|{props['RoleName']}", {}


def _role(name: str) -> Record:
    role: Record | None = iam._roles.get(name)
    if role is None:
        raise ValueError(f"The role with name {name} cannot be found. (Service: Iam, Status Code: 404)")
    return role


def _delete(_: str, props: Properties) -> None:
    if role := iam._roles.get(props["RoleName"]):
        role["InlinePolicies"].pop(props["PolicyName"], None)
