"""A template with roles or policies wants its capability acknowledged, as on AWS; ministack asks only with its AUTH."""

from __future__ import annotations

from ministack.services.cloudformation import handlers


def install() -> None:
    """Ask always; of children when they are planned or made, where `nested` asks."""
    handlers._capabilities_enforced = lambda: True
