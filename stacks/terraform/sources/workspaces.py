"""The workspace of a Terraform directory: what was asked for, TF_WORKSPACE, or the one that is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.terraform.sources.s3 import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def chosen_workspace(asked: str, data: Path, environment: Mapping[str, str]) -> str:
    """Return a workspace's name; `data` is Terraform's folder `.terraform`. Raises UserError where it can be none."""
    if asked:
        return valid_workspace(asked, "--workspace")
    if found := environment.get("TF_WORKSPACE", ""):
        return valid_workspace(found, "TF_WORKSPACE")
    try:
        selected = (data / "environment").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        selected = ""
    return valid_workspace(selected, str(data / "environment")) if selected else DEFAULT


def valid_workspace(name: str, source: str) -> str:
    """Return the name. Raises UserError where it is none, such as one that leads to another folder."""
    if not name.isprintable() or "/" in name or "\\" in name or name in {".", ".."}:
        raise UserError(source, "it names no workspace", "`terraform workspace list` lists them.", code=Code.USAGE)
    return name
