"""The settings `[push]`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from templates.section import Allowed, Map, Section

RelativePath: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._][A-Za-z0-9._/ -]*$"),
    Allowed("a relative path in quotes: letters, digits, '.', '_', '-', '/' and blanks"),
]
Argument: TypeAlias = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,254}$"),
    Allowed("a name of letters, digits and '_'"),
]
Value: TypeAlias = Annotated[
    str,
    Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$"),
    Allowed("up to 1000 characters in quotes, on one line"),
]


class PushSettings(Section):
    """`[push]`: how `push` builds the image. It changes no template."""

    context: RelativePath = "."
    """Folder with what the Dockerfile copies, from where the command runs."""
    dockerfile: RelativePath = "Dockerfile"
    """The Dockerfile, from `context`."""
    target: Annotated[
        str,
        Field(pattern=r"^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,127})?$"),
        Allowed("the name of a stage in quotes"),
    ] = ""
    """Stage of the Dockerfile that is built. Empty: the last one."""
    build_args: Map[Argument, Value] = Map()
    """Values for `ARG` of the Dockerfile, in plain text: they can be read in the image's history."""
