"""A template with roles or policies requires its capability, as on AWS; ministack requires it only with its AUTH."""

from __future__ import annotations

from ministack.services.cloudformation import handlers


def install() -> None:
    """Require capabilities always. For children they are checked when `child_stacks` loads their templates."""
    handlers._capabilities_enforced = lambda: True
