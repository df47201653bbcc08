"""Where an environment goes, unless somebody says otherwise: as the others, or as AWS's own tools are set up."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from stacks.aws.session import configured_region
from stacks.errors import UserError
from stacks.new.clues import Clue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stacks.new.sources import Sources

REGION_VARIABLE = "AWS_REGION"
"""What the AWS CLI and most SDKs read; boto3 reads AWS_DEFAULT_REGION."""
FIRST = ("prod", "production", "live")
"""Environments that others are like."""
REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}")


def others(sources: Sources, directory: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """Return name and document of the other environments' files, the productive one first.

    One that cannot be read says nothing here.
    """
    found: list[tuple[str, Mapping[str, Any]]] = []
    folder = sources.folder / directory
    names = sorted(path.name for path in folder.glob("*.toml")) if folder.is_dir() else []
    for name in sorted(names, key=lambda name: name.removesuffix(".toml") not in FIRST):
        try:
            found.append((f"{directory}/{name}", sources.toml(f"{directory}/{name}")))
        except UserError:
            continue
    return found


def project(files: list[tuple[str, Mapping[str, Any]]]) -> Clue[str] | None:
    """Return the project of the other environments."""
    for file, document in files:
        if isinstance(name := document.get("project"), str):
            return Clue(value=name, why=f"as in {file}")
    return None


def region(files: list[tuple[str, Mapping[str, Any]]]) -> Clue[str] | None:
    """Return the region of AWS's configuration, else that of the other environments."""
    if REGION.fullmatch(given := os.environ.get(REGION_VARIABLE, "")):
        return Clue(value=given, why=REGION_VARIABLE)
    if (configured := configured_region()) and REGION.fullmatch(configured):
        return Clue(value=configured, why="AWS's configuration")
    for file, document in files:
        aws = document.get("aws")
        if isinstance(aws, dict) and isinstance(name := aws.get("region"), str):
            return Clue(value=name, why=f"as in {file}")
    return None
