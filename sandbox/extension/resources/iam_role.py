"""AWS::IAM::Role with its permissions boundary, which ministack's handlers drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.resources.provisioners import extend

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Complete each role that is made or changed."""
    extend("AWS::IAM::Role", after_change=_set_boundary)


def _set_boundary(made: Made, props: Properties) -> None:
    iam._roles[made[0]]["PermissionsBoundary"] = props.get("PermissionsBoundary", "")
