"""Why an engine has failed, by its last lines, and what to do then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.images.programs import Ended

_EMULATION = (
    "Commands of the Dockerfile run on {platform}, which this machine does not execute. Let it emulate that "
    "(`docker run --privileged --rm tonistiigi/binfmt --install all`; on Linux also the package qemu-user-static), or "
    "build on such a machine."
)
_HINTS = (
    (r"exec format error|exec user process caused|qemu|binfmt", _EMULATION),
    (
        r"no match for platform|no image found in (?:image index|manifest list)|does not match the specified platform",
        "The image that the Dockerfile begins with is not there for {platform}: choose another one.",
    ),
    (
        r"toomanyrequests|rate limit",
        "The registry of the base image counts pulls: log in to it, or take the image from public.ecr.aws.",
    ),
    (r"unknown flag: --provenance", "This buildx is older than 0.10: update it, or choose another with --engine."),
    (r"no space left on device", "Make room: `{program} system prune`."),
    (
        r"not authorized to perform|denied: .*access|403 Forbidden",
        "`{command} permissions {environment} --for push --missing` says which right is lacking.",
    ),
    (r"no basic auth credentials|authorization token has expired|401 Unauthorized", "Repeat the command."),
    (r"immutable", "Tags of this repository cannot be moved: choose another one with --tag."),
    (r"no such host|name resolution", "Check the name of the registry, and that this machine reaches it."),
    (r"cannot connect to the docker daemon|connection refused|i/o timeout", "Repeat the command."),
)
"""Words of engines and registries, and what follows from them."""
_CAUSE = re.compile(r"error|denied|failed|cannot|refused|invalid|unauthorized", re.IGNORECASE)


def cause(ended: Ended) -> str:
    """Return the line that says why it failed: the last one that speaks of an error, or the last one."""
    lines = [line.strip() for line in ended.lines if line.strip()]
    named = [line for line in lines if _CAUSE.search(line)]
    return (named or lines or [""])[-1]


def hint(ended: Ended, *, program: str, platform: str, environment: str) -> str:
    """Return what to do after a failure, where its words are known; else ""."""
    found: Iterable[str] = (then for words, then in _HINTS if re.search(words, ended.text, re.IGNORECASE))
    then = next(iter(found), "")
    return then.format(program=program, platform=platform, environment=environment, command=PROGRAM)
