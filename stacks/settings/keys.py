"""Every key that can be set, under its name in TOML (`[ecs] cpu`) and in Terraform (`ecs_cpu`)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from stacks.settings.models import Settings
from stacks.settings.wording import allowed, kind
from templates.section import Section

Path = tuple[str, ...]
"""Where a key is: `("ecs", "cpu")`, or `("project",)` outside the tables."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key and what it takes."""

    path: Path
    field: FieldInfo

    @property
    def dotted(self) -> str:
        """`ecs.cpu`: its name in a TOML file."""
        return ".".join(self.path)

    @property
    def terraform(self) -> str:
        """`ecs_cpu`: its name as a Terraform variable."""
        return "_".join(self.path)

    @property
    def kind(self) -> type:
        """The plain type of its value."""
        return kind(self.field.annotation)

    @property
    def allowed(self) -> str:
        """What it takes, in words that follow `must be`."""
        return allowed(self.field)


def _section(field: FieldInfo) -> type[Section] | None:
    annotation: Any = field.annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, Section) else None


def _keys() -> dict[Path, Key]:
    found: dict[Path, Key] = {}
    for name, field in Settings.model_fields.items():
        if section := _section(field):
            found |= {(name, key): Key(path=(name, key), field=inner) for key, inner in section.model_fields.items()}
        else:
            found[name,] = Key(path=(name,), field=field)
    return found


KEYS = MappingProxyType(_keys())
"""All keys by their path, in the order of the models."""
TERRAFORM = MappingProxyType({key.terraform: key for key in KEYS.values()})
"""All keys by their Terraform name."""
SECTIONS = tuple(name for name, field in Settings.model_fields.items() if _section(field))
"""The tables of an environment file."""
