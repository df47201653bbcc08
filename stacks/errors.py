"""The one exception that a user sees: what went wrong, why, and what to do next."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = ("sandbox", "stacks", "templates")


class Code(StrEnum):
    """The kind of an error, for programs, which rely on the names: docs/reference/errors.md."""

    USAGE = "usage"
    INSTALLATION = "installation"
    FILE = "file"
    SETTINGS = "settings"
    LINT = "lint"
    CREDENTIALS = "credentials"
    ACCOUNT = "account"
    ENDPOINT = "endpoint"
    DENIED = "denied"
    THROTTLED = "throttled"
    AWS = "aws"
    RIGHTS = "rights"
    BOOTSTRAP = "bootstrap"
    ABSENT = "absent"
    STATE = "state"
    PREFLIGHT = "preflight"
    REPLACEMENT = "replacement"
    SAVED_PLAN = "saved-plan"
    UNCONFIRMED = "unconfirmed"
    SANDBOX = "sandbox"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"


class UserError(Exception):
    """Something the user can act on; the command line prints it and exits with 1.

    `what` names the thing that could not be done or used, `why` the reason, `then` what to do next (or ""), `code` the
    kind. `str()` is the form that is printed: `{what}: {why}`, and `then` on a line of its own.
    """

    def __init__(self, what: str, why: str, then: str = "", *, code: Code = Code.REFUSED) -> None:
        super().__init__(what, why, then)
        self.what = what
        self.why = why
        self.then = then
        self.code = code

    def __str__(self) -> str:
        line = f"{self.what}: {self.why}"
        return f"{line}\n{self.then}" if self.then else line

    def document(self) -> dict[str, Any]:
        """The error as `--json` shows it."""
        return {"error": {"code": self.code.value, "what": self.what, "why": self.why, "next": self.then}}


def uninstalled(error: ImportError) -> UserError:
    """A package that is not there, or in another version than is needed; our own modules' errors go on as they are."""
    package = (error.name or "").partition(".")[0]
    if not package or package in OWN:
        raise error
    missing = isinstance(error, ModuleNotFoundError)
    why = f"{sys.executable} does not have it" if missing else f"{sys.executable} has another version of it: {error}"
    then = (
        "Use .venv/bin/python, which `make demo` sets up, or install what is needed: "
        "python -m pip install -c constraints.txt -e '.[sandbox]'"
    )
    return UserError(f"Python package {package}", why, then, code=Code.INSTALLATION)


@contextmanager
def coded(code: Code) -> Iterator[None]:
    """Give each UserError of the block, or of the function that it decorates, this code if it has none of its own."""
    try:
        yield
    except UserError as error:
        if error.code is Code.REFUSED:
            error.code = code
        raise
