"""The one exception that a user sees: what went wrong, why, and what to do next."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can act on; the command line prints it and exits with 1.

    `what` names the thing that could not be done or used, `why` the reason, `then` what to do next (or "").
    `str()` is the form that is printed: `{what}: {why}`, and `then` on a line of its own.
    """

    def __init__(self, what: str, why: str, then: str = "") -> None:
        super().__init__(what, why, then)
        self.what = what
        self.why = why
        self.then = then

    def __str__(self) -> str:
        line = f"{self.what}: {self.why}"
        return f"{line}\n{self.then}" if self.then else line
