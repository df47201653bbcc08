"""VPC endpoints: whether an endpoint has its service's own name, which ministack keeps but does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.sandbox.extension.untyped import Record
    from stacks.sandbox.server import Options

HOOKS = ("services.ec2:_vpce_fields_xml",)


def install(_: Options) -> None:
    """Tell it, and the endpoint's security groups."""
    stock: Callable[[Record, str], str] = ec2._vpce_fields_xml

    def describe(endpoint: Record, tag: str = "item") -> str:
        groups = "".join(f"<item><groupId>{it}</groupId></item>" for it in endpoint.get("SecurityGroupIds", []))
        named = "true" if endpoint.get("PrivateDnsEnabled") else "false"
        told = f"<privateDnsEnabled>{named}</privateDnsEnabled><groupSet>{groups}</groupSet>"
        head, _, _ = stock(endpoint, tag).rpartition(f"</{tag}>")
        return f"{head}{told}</{tag}>"

    ec2._vpce_fields_xml = describe
