"""Errors as services answer with them, and as CloudFormation reports them of a resource handler."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that a service refuses: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> RefusedError:
    """Return a ValidationException."""
    return RefusedError("ValidationException", message)


def handler_error(text: str, code: str, *, service: str = "", status: int = 400) -> ValueError:
    """Return the error of a resource handler, with what its service has said where one is named."""
    said = f"{text} (Service: {service}, Status Code: {status})" if service else text
    return ValueError(f'Resource handler returned message: "{said}" (HandlerErrorCode: {code})')
