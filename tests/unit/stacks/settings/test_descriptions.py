"""The docstrings of settings, which pydantic does not read."""

from __future__ import annotations

from stacks.settings.descriptions import descriptions
from templates.section import Section


class _Wall(Section):
    """A table."""

    height: int = 1
    """Height in metres,
    without the roof."""
    colour: str = ""
    width: int = 2
    """Width."""


class _House(_Wall):
    """Another one."""

    width: int = 3
    """Width of the house."""
    name: str = "x"


def test_each_field_has_the_docstring_that_follows_it() -> None:
    """Over several lines as one text; a field without one has no description."""
    assert descriptions(_Wall) == {"height": "Height in metres,\nwithout the roof.", "width": "Width."}


def test_a_derived_section_has_those_of_its_base() -> None:
    """But for a field that it declares anew."""
    assert descriptions(_House) == {"height": "Height in metres,\nwithout the roof.", "width": "Width of the house."}
