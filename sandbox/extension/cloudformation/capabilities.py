"""A template with roles or policies wants its capability acknowledged, as on AWS; ministack asks only with its AUTH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import handlers

if TYPE_CHECKING:
    from sandbox.options import Options

HOOKS = ("services.cloudformation.handlers:_capabilities_enforced",)


def install(_: Options) -> None:
    """Ask always; of children when they are planned or made, where `nested` asks."""
    handlers._capabilities_enforced = lambda: True
