"""The page that documents every setting, from the models.

`python -m stacks.settings.reference > docs/reference/settings.md` writes the committed page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.settings.descriptions import descriptions
from stacks.settings.forms import annotation_inside, annotation_of, plain_type, section_of
from stacks.settings.models import Settings
from stacks.settings.variables import variable_names
from stacks.settings.wording import describe_allowed, format_value
from templates.profiles import defaults_by_framework
from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_TITLE = """# Settings

Every key of an environment file, `environments/NAME.toml`, and of `.tfvars` files and `--var`, where it has the name of
the last column; a second one there is its name in the [Terraform project](../start/from-terraform.md#variables).
This page is written by `make reference` from the models that check the files.

A table may be written inline, `https = { ... }`, as may a list of tables. In `.tfvars` files and `--var`, a map and a
list of tables are one value each, an object and a list of objects: `--var 'NAME={"KEY":"VALUE"}'`. A later source
replaces a value as a whole, and `null` takes it back. A key without a default that is not required may be left out.
Some defaults depend on `app.framework`.
"""
_OPTIONAL = "Only where a file has this table, or a variable sets one of its keys; `{name} = null` takes it back."
_OWN_NAME = re.compile(r"^`\[+[^`]*\]+`: ")
_NAME = "NAME"
"""Stands for the free key of a table of tables."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A table of the page: a section below its header; in a list or a map its keys are no variables of their own."""

    section: type[Section]
    path: tuple[str, ...] = ()
    listed: bool = False
    variables: bool = True
    intro: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        """Yield its section in Markdown, then those of the tables in it."""
        yield f"## {self._header()}"
        yield ""
        yield from (f"{line}\n" for line in dict.fromkeys(self.intro) if line)
        rows = [
            self._row(name, field)
            for name, field in self.section.model_fields.items()
            if not section_of(annotation_of(field))
        ]
        if rows:
            columns = ["key", "takes", "default", "effect", *(["Terraform"] if self.variables else [])]
            yield from (_line(cells) for cells in (columns, ["---"] * len(columns), *rows))
            yield ""
        for name, field in self.section.model_fields.items():
            for part in self._below(name, field):
                yield from part.lines()

    def _header(self) -> str:
        if not self.path:
            return "Outside of tables"
        name = ".".join(self.path)
        return f"`[[{name}]]`" if self.listed else f"`[{name}]`"

    def _row(self, name: str, field: FieldInfo) -> list[str]:
        path = (*self.path, name)
        cells = [
            f"`{name}`",
            describe_allowed(annotation_of(field)),
            _default(path, field),
            _one_line(descriptions(self.section).get(name)),
        ]
        return [*cells, ", ".join(f"`{it}`" for it in variable_names(path))] if self.variables else cells

    def _below(self, name: str, field: FieldInfo) -> Iterator[_Part]:
        """Yield the tables in this one: sections, and what lists and maps have inside."""
        path, annotation = (*self.path, name), annotation_of(field)
        if section := section_of(annotation):
            optional = not field.is_required() and field.get_default() is None
            note = _optional(path, variables=self.variables) if optional else ""
            intro = (_intro(section), _one_line(descriptions(self.section).get(name)), note)
            yield _Part(section=section, path=path, variables=self.variables, intro=intro)
        elif inner := _inner(annotation, path):
            section, path, listed = inner
            yield _Part(section=section, path=path, listed=listed, variables=False, intro=(_intro(section),))


def _inner(annotation: Any, path: tuple[str, ...]) -> tuple[type[Section], tuple[str, ...], bool] | None:  # noqa: ANN401 - an annotation
    """Return the section in a list or a map, its path with NAME for a free key, and whether it is a list's item."""
    listed = False
    while (kind := plain_type(annotation)) in {tuple, Map}:
        listed = kind is tuple
        path = path if listed else (*path, _NAME)
        annotation = annotation_inside(annotation, 0 if listed else _NAME)
    section = section_of(annotation)
    return (section, path, listed) if section else None


def render_reference(model: type[Section] = Settings) -> str:
    """Return the whole page in Markdown."""
    return "\n".join([_TITLE, *_Part(section=model).lines()]).rstrip() + "\n"


def _intro(section: type[Section]) -> str:
    first = (section.__doc__ or "").strip().split("\n\n")[0]
    words = _OWN_NAME.sub("", _one_line(first))
    return words[:1].upper() + words[1:]


def _optional(path: tuple[str, ...], *, variables: bool) -> str:
    return _OPTIONAL.format(name="_".join(path)) if variables else "Only where there is this table."


def _default(path: tuple[str, ...], field: FieldInfo) -> str:
    if path == ("environment",):
        return "the file's name"
    if field.is_required():
        return "required"
    if by_framework := defaults_by_framework(field):
        return ", ".join(f"`{name}`: `{format_value(value)}`" for name, value in by_framework.items())
    default = field.get_default(call_default_factory=True, validated_data={})
    return "" if default is None else f"`{format_value(default)}`"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(render_reference())
