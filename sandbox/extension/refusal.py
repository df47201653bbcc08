"""An error answer of a service that the extension adds, or adds to."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that the service refuses: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> RefusedError:
    """A ValidationException."""
    return RefusedError("ValidationException", message)
