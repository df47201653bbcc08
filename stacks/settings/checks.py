"""From values to settings, or to everything that is wrong with them, in our words instead of pydantic's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from stacks.settings.findings import Finding, list_findings
from stacks.settings.forms import annotation_at, annotation_inside, annotation_of, section_of
from stacks.settings.keys import dotted_name
from stacks.settings.problems import Problem
from stacks.settings.wording import describe_allowed, escape_and_cut, format_value
from templates.profiles import DEFAULT, defaults_by_framework

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.settings.entries import Entry
    from stacks.settings.forms import Place
    from stacks.settings.keys import Catalogue, Model, Path

FRAMEWORK = ("app", "framework")
"""The key on which the defaults of others depend."""
_STAND_INS: dict[Path, str] = {("project",): "p", ("environment",): "e", ("aws", "region"): "us-east-1"}
"""Values in the place of required ones that are wrong or missing, so that the other checks go on."""


def validate_entries(
    catalogue: Catalogue[Model], entries: Mapping[Path, Entry], *, wrong: Iterable[Path], file: str
) -> Model | tuple[Problem, ...]:
    """Return the settings, or what is wrong; keys that are known to be `wrong` are not reported again.

    A model's check of several keys waits until each of them is right. So places that are wrong are left out, and the
    rest is checked again, until nothing new is found; what then depends on one that was left out says nothing. Where
    a table or an item of a list cannot do without, it is left out as a whole.
    """
    left_out: set[Place] = set(wrong)
    problems: list[Problem] = []
    while True:
        try:
            settings = catalogue.model.model_validate(_values(catalogue, entries, left_out))
        except ValidationError as error:
            found = list_findings(catalogue.model, error)
        else:
            return tuple(problems) if left_out else settings
        meant = {finding.meant for finding in found if finding.meant}
        new = [
            finding
            for finding in found
            if not (_touches(finding.involved, left_out) or (finding.missing and finding.place in meant))
        ]
        problems += [_problem(catalogue, finding, entries, file) for finding in new]
        involved = {place for finding in found for place in finding.involved}
        wider = left_out | meant | {_whole(place) for place in involved}
        if wider == left_out:
            wider |= {_whole(place[:-1]) for place in involved if place[:-1]}
        if wider == left_out:
            return tuple(problems)
        left_out = wider


def _touches(involved: Iterable[Place], left_out: Iterable[Place]) -> bool:
    """Whether one of these places is inside of one that was left out, or around it."""
    return any(place[: len(other)] == other[: len(place)] for place in involved for other in left_out)


def _whole(place: Place) -> Place:
    """Return the place, or the whole list of an item: without it, the others would have other numbers."""
    while place and isinstance(place[-1], int):
        place = place[:-1]
    return place


def _values(catalogue: Catalogue[Any], entries: Mapping[Path, Entry], left_out: set[Place]) -> dict[str, Any]:
    """Return what the model takes: tables in tables, without the places that are left out."""
    used = {path: _value(entry.value, path, left_out) for path, entry in entries.items() if not _within(path, left_out)}
    used |= {path: text for path, text in _STAND_INS.items() if path in catalogue.keys and _within(path, left_out)}
    there = {path[:length] for path in used for length in range(len(path))}
    nested: dict[Path, dict[str, Any]] = {(): {}}
    for path, table in list(catalogue.tables.items())[1:]:
        if path[:-1] in nested and (not table.optional or path in there or path in used):
            nested[path] = nested[path[:-1]].setdefault(path[-1], {})
    for path, value in used.items():
        if path not in catalogue.tables:
            nested[path[:-1]][path[-1]] = value
    return nested[()]


def _within(place: Place, left_out: set[Place]) -> bool:
    return any(place[:length] in left_out for length in range(1, len(place) + 1))


def _value(value: object, place: Place, left_out: set[Place]) -> object:
    """Return a value as the strict models take it: their lists are tuples."""
    if isinstance(value, list):
        return tuple(_value(item, (*place, index), left_out) for index, item in enumerate(value))
    if isinstance(value, dict):
        inner = ((key, (*place, key), item) for key, item in value.items())
        return {key: _value(item, at, left_out) for key, at, item in inner if at not in left_out}
    return value


def _problem(catalogue: Catalogue[Any], finding: Finding, entries: Mapping[Path, Entry], file: str) -> Problem:
    entry, inside = _entry(finding.place, entries)
    source = entry.source if entry else file
    others = [_entry(place, entries) for place in sorted(finding.involved - {finding.place}, key=dotted_name)]
    why = _why(catalogue, finding, entry) + "".join(
        f"; {other.named(at)} = {other.written(at)} is from {other.source}"
        for other, at in others
        if other and other.source != source and other.has(at) and other.path not in catalogue.tables
    )
    if entry and entry.has(inside) and entry.path not in catalogue.tables:
        return entry.problem(why, finding.suggestion, inside=inside)
    return Problem(
        source=source,
        line=entry.line_of(inside) if entry else None,
        key=escape_and_cut(
            entry.named(inside) if entry and entry.path not in catalogue.tables else dotted_name(finding.place)
        ),
        value=None if finding.missing else _default(catalogue, finding.place, entries),
        why=why,
    )


def _why(catalogue: Catalogue[Any], finding: Finding, entry: Entry | None) -> str:
    """Return what is wrong; of one item that the source writes without its list, what such an item must be."""
    if entry is None or not entry.is_item:
        return finding.why
    taken = catalogue.keys[entry.path].annotation
    item = annotation_inside(taken, 0)
    return finding.why.replace(f"must be {describe_allowed(taken)}", f"must be {describe_allowed(item)}")


def _entry(place: Place, entries: Mapping[Path, Entry]) -> tuple[Entry | None, Place]:
    """Return the entry that says what is at a place or around it, and the place inside of that entry."""
    for length in range(len(place), 0, -1):
        path = tuple(step for step in place[:length] if isinstance(step, str))
        if len(path) == length and (entry := entries.get(path)):
            return entry, entry.inside(place[length:])
    return None, place


def _default(catalogue: Catalogue[Any], place: Place, entries: Mapping[Path, Entry]) -> str | None:
    section = section_of(annotation_at(catalogue.model, place[:-1]))
    field = section.model_fields.get(str(place[-1])) if section and place else None
    if field is None or field.is_required() or section_of(annotation_of(field)):
        return None
    framework = str(entries[FRAMEWORK].value) if FRAMEWORK in entries else DEFAULT.framework
    if framework != DEFAULT.framework and framework in (by_framework := defaults_by_framework(field)):
        return f"{format_value(by_framework[framework])} (the default of {framework})"
    return f"{format_value(field.get_default())} (the default)"
