"""Trusted access of StackSets to AWS Organizations, which the management account activates.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension.errors import RefusedError
from sandbox.extension.stack_sets import store

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record


def refuse_without_access() -> None:
    """Raise RefusedError where it is not active."""
    if not store.ACCESS.get(store.TRUSTED):
        why = "You must enable organizations access to operate a service managed stack set"
        raise RefusedError("ValidationError", why)


def access(_: Record) -> Record:
    """Return whether it is active."""
    return {"Status": "ENABLED" if store.ACCESS.get(store.TRUSTED) else "DISABLED"}


def activate(_: Record) -> Record:
    """Activate it."""
    store.ACCESS[store.TRUSTED] = True
    return {}


def deactivate(_: Record) -> Record:
    """Take it back."""
    store.ACCESS[store.TRUSTED] = False
    return {}
