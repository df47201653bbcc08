"""Whole environment files: a few settings on top of a file that is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stacks.settings import Settings
from stacks.settings.keys import catalogue
from tests.generated import combinations
from tests.generated.drawing import REGIONS, Drawing
from tests.generated.realistic import REALISTIC

if TYPE_CHECKING:
    from collections.abc import Collection

    from stacks.settings.keys import Path
    from templates.section import Section
    from tests.generated.drawing import Draw

CATALOGUE = catalogue(Settings)
ALWAYS = frozenset({("project",), ("environment",), ("aws", "region")})
"""Keys that every file has."""
NAMES = (*[("preto-2", "whole")] * 6, ("p", "e"), ("p" * 20, "whole2"))
"""Project and environment; the last ones are as long as a load balancer's name allows with a port of four digits."""
MOST_SETTINGS = 6
"""Settings that are drawn together."""


def _optional() -> list[Path]:
    """What a file may set: all keys outside of tables that are themselves optional, and those tables."""
    switches = [path for path, table in CATALOGUE.tables.items() if table.optional]
    inside = {path for path in CATALOGUE.keys if any(path[: len(switch)] == switch for switch in switches)}
    return sorted(({*CATALOGUE.keys} | {*switches}) - ALWAYS - inside)


SETTINGS = _optional()
INSIDE = sorted({*CATALOGUE.keys} - {*SETTINGS} - ALWAYS)
"""Keys of tables that are there only where they are wanted; without the table there is no key."""


@st.composite
def documents(draw: Draw, *, wanted: Path | None = None) -> dict[str, Any]:
    """Give an environment file as nested dicts and lists, with one setting in any case."""
    drawing = Drawing(draw(st.sampled_from([*REGIONS])), REALISTIC, combinations.COMPLETE)
    chosen = {*draw(choices(SETTINGS)), *([wanted] if wanted else [])}
    document = draw(with_settings(chosen, drawing))
    document["project"], document["environment"] = draw(st.sampled_from(NAMES))
    return document


def choices(settings: Collection[Path]) -> st.SearchStrategy[list[Path]]:
    """Give a few of these settings."""
    return st.lists(st.sampled_from(sorted(settings)), min_size=1, max_size=MOST_SETTINGS, unique=True)


@st.composite
def with_settings(draw: Draw, chosen: Collection[Path], drawing: Drawing) -> dict[str, Any]:
    """Give a file with these settings, and what they need."""
    document = _table(draw, drawing, (), chosen)
    combinations.complete(draw, document)
    return document


def _table(draw: Draw, drawing: Drawing, path: Path, chosen: Collection[Path]) -> dict[str, Any]:
    """Give the table at a path with the chosen keys in it, the required ones, and tables with such keys."""
    model: type[Section] = CATALOGUE.tables[path].section
    table: dict[str, Any] = {}
    optional = CATALOGUE.tables[path].optional
    for name, field in model.model_fields.items():
        at = (*path, name)
        if at in CATALOGUE.tables:
            if at == ("aws",) or any(it[: len(at)] == at for it in chosen):
                table[name] = _table(draw, drawing, at, chosen)
        elif at in ALWAYS or at in chosen or field.is_required() or (optional and draw(st.booleans())):
            table[name] = draw(drawing.field(model, name))
    if complete := drawing.complete.get(model):
        complete(draw, table, drawing)
    return table


def as_taken(value: Any) -> Any:
    """The values as the strict models take them: their lists are tuples."""
    if isinstance(value, dict):
        return {key: as_taken(item) for key, item in value.items()}
    return tuple(map(as_taken, value)) if isinstance(value, list) else value
