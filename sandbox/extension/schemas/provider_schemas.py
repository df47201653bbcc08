"""The resource provider schemas that cfn-lint ships, read as files, because importing cfn-lint would take too long.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.extension import hooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.extension.untyped import Record

_ELSEWHERE = "us-east-1"
"""The region whose types count for regions that cfn-lint does not list."""


@cache
def schema_of(region: str, resource_type: str) -> Record | None:
    """Return the schema of a type in this region; None if the region does not have the type."""
    name = types_of(region).get(resource_type)
    return None if name is None else _read("resources", name)


@cache
def types_of(region: str) -> Mapping[str, str]:
    """Return the types of this region, or of us-east-1 if it is not listed, with the names of their schemas' files."""
    listed = region if (_folder() / "providers" / f"{region}.json").exists() else _ELSEWHERE
    return _read("providers", listed)


def require_schemas() -> None:
    """Raise MissingHookError if the installed cfn-lint does not have its schemas in the expected path."""
    try:
        types_of(_ELSEWHERE)
    except FileNotFoundError as error:
        raise hooks.MissingHookError(f"this cfn-lint has no {error.filename}") from error


def _read(kind: str, name: str) -> Record:
    found: Record = json.loads((_folder() / kind / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def _folder() -> Path:
    package = importlib.util.find_spec("cfnlint")
    if package is None or package.origin is None:
        raise hooks.MissingHookError("cfn-lint is not installed, whose schemas say what a resource may be like")
    return Path(package.origin).parent / "data" / "schemas"
