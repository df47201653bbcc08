"""The image is for the processor that the tasks run on; another one's tasks stop with `exec format error`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.errors import UserError
from stacks.preflight.configuration import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.preflight.contents import Contents
    from stacks.settings import Settings

IMAGE_NAMES = {"X86_64": "amd64", "ARM64": "arm64"}
"""What images call them.
https://github.com/opencontainers/image-spec/blob/main/image-index.md"""
ALIASES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
"""Other names for them, which containerd takes for the same (its `platforms` package, `normalizeArch`)."""


def check_architecture(contents: Contents, settings: Settings, tag: str) -> str:
    """Raise UserError where the image is there for others only; give what to say where that is not known, or "".

    An index names the architectures (`docker buildx` always pushes one). The manifest of a single image does not: its
    configuration does, which is a download of its own.
    """
    wanted = settings.ecs.architecture
    try:
        there = _platforms(contents, wanted)
    except UnknownError as reason:
        return f"Image {tag}: its architecture is not known, because {reason}; the tasks run on {wanted}"
    if IMAGE_NAMES[wanted] not in there:
        then = f"Build it with --platform linux/{IMAGE_NAMES[wanted]}, or set [ecs] architecture."
        raise UserError(f"image {tag}", f"it is for {', '.join(there)}, and the tasks run on {wanted}", then)
    return ""


def _platforms(contents: Contents, wanted: str) -> list[str]:
    """Return the platforms that the image is for: for Linux, on which the tasks run, the architecture alone.

    Raises UnknownError; an entry of an index that names no platform could be for the `wanted` one.
    """
    manifest = contents.manifest
    if "manifests" in manifest:
        platforms = [it.get("platform") for it in manifest["manifests"]]
        named = sorted({platform_name(it or {}) for it in platforms} - {""})
        missing = "its index names none"
        if IMAGE_NAMES[wanted] not in named and None in platforms:
            raise UnknownError("its index does not name all of them")
    else:
        named = [platform_name(contents.configuration())]
        missing = "its configuration names none"
    if not any(named):
        raise UnknownError(missing)
    return named


def platform_name(platform: Mapping[str, Any]) -> str:
    """Return `arm64`, or `windows/amd64`; "" where there is none: attestations in an index are for an unknown one."""
    architecture, system = platform.get("architecture", "unknown"), platform.get("os", "linux")
    if architecture == "unknown":
        return ""
    plain = ALIASES.get(str(architecture).lower(), str(architecture))
    return plain if system == "linux" else f"{system}/{plain}"
