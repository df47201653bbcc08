"""`removed` blocks, with which an ordinary apply removes resources from the state and destroys nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_KEY = re.compile(r'\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\]')
FIRST_VERSION = (1, 7)
"""Version of Terraform and of OpenTofu that has the block first
(https://developer.hashicorp.com/terraform/language/block/removed, https://opentofu.org/blog/opentofu-1-7-0/)."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """`blocks` is the text; `apart` are the addresses that no block can name, because others of the resource stay."""

    blocks: str
    apart: tuple[str, ...]


def configured_address(address: str) -> str:
    """Return the address of the block in the configuration: that of an instance without its keys."""
    return _KEY.sub("", address)


def removed_blocks(released: Sequence[str], staying: Collection[str], *, is_opentofu: bool) -> Removed:
    """Return a block for each resource all of whose instances are released.

    `from` takes no keys of instances (https://developer.hashicorp.com/terraform/language/state/remove). OpenTofu
    destroys nothing unless it is asked to, and has `lifecycle` there since 1.10 only
    (https://github.com/opentofu/opentofu/pull/2628).
    """
    kept = {configured_address(it) for it in staying}
    names = dict.fromkeys(map(configured_address, released))
    body = "" if is_opentofu else "\n  lifecycle {\n    destroy = false\n  }\n"
    blocks = [f"removed {{\n  from = {name}\n{body}}}\n" for name in names if name not in kept]
    return Removed(blocks="\n".join(blocks), apart=tuple(it for it in released if configured_address(it) in kept))


def has_removed_blocks(version: str) -> bool:
    """Whether the version of Terraform or OpenTofu has the block; also where the version is not known."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is None or (int(found[1]), int(found[2])) >= FIRST_VERSION
