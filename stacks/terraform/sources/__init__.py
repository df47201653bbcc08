"""Where states are kept, and what `--state` can name."""

from __future__ import annotations

from stacks.terraform.sources.opening import open_source, restore_source
from stacks.terraform.sources.source import Source

__all__ = ["Source", "open_source", "restore_source"]
