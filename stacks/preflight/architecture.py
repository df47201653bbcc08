"""The image has the architecture of the tasks; otherwise they stop with `exec format error`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.errors import UserError
from stacks.preflight.configuration import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.preflight.contents import Contents
    from stacks.settings import Settings

IMAGE_NAMES = {"X86_64": "amd64", "ARM64": "arm64"}
"""The names of the architectures in images.
https://github.com/opencontainers/image-spec/blob/main/image-index.md"""
ALIASES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
"""Aliases that containerd accepts (its `platforms` package, `normalizeArch`)."""


def check_architecture(contents: Contents, settings: Settings, tag: str) -> str:
    """Raise UserError if the image has only other architectures; return a note if that is not known, or "".

    An index names the architectures (`docker buildx` always pushes one). For a single image they are in its
    configuration, which needs another download.
    """
    needed = settings.ecs.architecture
    try:
        found = _platforms(contents, needed)
    except UnknownError as reason:
        return f"Image {tag}: its architecture is not known, because {reason}; the tasks run on {needed}"
    if IMAGE_NAMES[needed] not in found:
        then = f"Build it with --platform linux/{IMAGE_NAMES[needed]}, or set [ecs] architecture."
        raise UserError(f"image {tag}", f"it is for {', '.join(found)}, and the tasks run on {needed}", then)
    return ""


def _platforms(contents: Contents, needed: str) -> list[str]:
    """Return the platforms of the image; for Linux the architecture alone.

    Raises UnknownError, also if an entry of an index without a platform could be the `needed` one.
    """
    manifest = contents.manifest
    if "manifests" in manifest:
        platforms = [it.get("platform") for it in manifest["manifests"]]
        named = sorted({platform_name(it or {}) for it in platforms} - {""})
        missing = "its index names none"
        if IMAGE_NAMES[needed] not in named and None in platforms:
            raise UnknownError("its index does not name all of them")
    else:
        named = [platform_name(contents.configuration())]
        missing = "its configuration names none"
    if not any(named):
        raise UnknownError(missing)
    return named


def platform_name(platform: Mapping[str, Any]) -> str:
    """Return `arm64`, or `windows/amd64`; "" for an unknown platform, such as that of an attestation in an index."""
    architecture, system = platform.get("architecture", "unknown"), platform.get("os", "linux")
    if architecture == "unknown":
        return ""
    plain = ALIASES.get(str(architecture).lower(), str(architecture))
    return plain if system == "linux" else f"{system}/{plain}"
