"""Deployments of several environments with one command, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stacks.errors import UserError
from stacks.operations.deploy import Deployment
from stacks.views import deploy


@dataclass(kw_only=True)
class Several:
    """What has come so far of the environments in `names`: of those that were begun, the last can have an `error`.

    `image` is the tag that all get, "" for none.
    """

    names: list[str]
    image: str = ""
    error: UserError | None = None
    begun: int = 0
    results: dict[str, Deployment] = field(default_factory=dict)

    def begin(self) -> None:
        """Note that the next environment's turn has come."""
        self.begun += 1

    def keep(self, result: Deployment) -> None:
        """Keep the last result of the environment whose turn it is."""
        self.results[self.names[self.begun - 1]] = result

    @property
    def stopped_at(self) -> str:
        """The environment that was interrupted or refused; "" where none was."""
        return self.names[max(self.begun - 1, 0)] if self.error else ""


def text(several: Several) -> str:
    """Return a line for each environment."""
    width = max(map(len, several.names))
    return "\n".join(["", *(f"{name:<{width}}  {_how(several, name)}" for name in several.names)])


def _how(several: Several, name: str) -> str:
    result = several.results.get(name)
    if name == several.stopped_at and several.error:
        return f"stopped: {several.error.what}: {several.error.why}"
    if result is None:
        return "not begun"
    if not result.succeeded:
        return f"failed after {result.seconds:.0f} s"
    image = f" with image {several.image}" if several.image else ""
    return f"deployed{image} in {result.seconds:.0f} s" if result.changed else f"no changes{image}"


def document(several: Several) -> dict[str, Any]:
    """Return one document: what `deploy` of one environment gives for each, an error in its place, or neither."""
    return {
        "image": several.image or None,
        "succeeded": several.error is None
        and all(name in several.results and several.results[name].succeeded for name in several.names),
        "deployments": [deploy.document(result) for result in several.results.values()],
        "error": {"environment": several.stopped_at, **several.error.document()["error"]} if several.error else None,
        "not_begun": several.names[several.begun :],
    }
