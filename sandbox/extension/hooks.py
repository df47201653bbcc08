"""The private parts of ministack that the extension uses: each is looked for before anything is changed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.extension.untyped import Untyped


class MissingHookError(RuntimeError):
    """ministack lacks private names that the extension uses; the message lists every one."""


def require(hooks: Iterable[str]) -> None:
    """Raise MissingHookError, naming all that are missing of these `module:attribute` names (below `ministack`)."""
    missing = sorted({hook for hook in hooks if not _exists(hook)})
    if missing:
        raise MissingHookError(f"this ministack has no {', '.join(missing)}")


def module(name: str) -> Untyped:
    """Import a module of ministack by its name below the package."""
    return importlib.import_module(f"ministack.{name}")


def _exists(hook: str) -> bool:
    name, _, attribute = hook.partition(":")
    try:
        return hasattr(module(name), attribute)
    except ImportError:
        return False
