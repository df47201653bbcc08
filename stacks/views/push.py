"""An image that was pushed, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from stacks.images.push import Pushed


def text(pushed: Pushed) -> str:
    """Return the tag alone, which is what the next command takes."""
    return pushed.tag


def report(pushed: Pushed) -> str:
    """Return what was done, and how the image is deployed."""
    done = f"Pushed {pushed.image} with {pushed.engine}." if pushed.engine else f"{pushed.image} is there already."
    return f"{done}\nDeploy it: {PROGRAM} deploy {pushed.environment} --image {pushed.tag}"


def document(pushed: Pushed) -> dict[str, Any]:
    """Return the image as a JSON document; `engine` is null where it was there already."""
    return {
        "environment": pushed.environment,
        "image": pushed.image,
        "tag": pushed.tag,
        "digest": pushed.digest,
        "repository": pushed.repository,
        "engine": pushed.engine or None,
    }
