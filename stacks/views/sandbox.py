"""How to point the AWS CLI at the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import Address


def text(address: Address) -> str:
    """Return the lines to paste into another terminal."""
    lines = [f"export {name}={value}" for name, value in address.environment().items()]
    return "\n".join(
        [
            f"The embedded AWS answers at {address.endpoint_url} until Ctrl-C. In another terminal:",
            "",
            *(f"  {line}" for line in lines),
            "  aws cloudformation list-stacks",
        ]
    )
