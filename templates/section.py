"""What all sections of an environment file have in common."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of an environment file: frozen, no unknown keys, no silent conversion of types."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class Allowed:
    """What a pattern lets through, in the words of a message: `must be {words}`. It checks nothing itself."""

    words: str
