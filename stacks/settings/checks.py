"""From values to `Settings`, or to everything that is wrong with them, in our words instead of pydantic's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from stacks.settings.keys import KEYS, SECTIONS, Path
from stacks.settings.models import Settings
from stacks.settings.problems import Problem
from stacks.settings.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

    from stacks.settings.entries import Entry

_PYDANTICS_OWN = frozenset(get_args(ErrorType))
_STAND_INS: dict[Path, str] = {("project",): "p", ("environment",): "e", ("aws", "region"): "us-east-1"}
"""Values in the place of required ones that are wrong or missing, so that the other checks go on."""


@dataclass(frozen=True, kw_only=True)
class _Finding:
    """What pydantic or a model of ours says: about the key at `path`, by looking at all that are `involved`."""

    path: Path
    involved: frozenset[Path]
    why: str
    missing: bool = False


def check(entries: Mapping[Path, Entry], *, wrong: Iterable[Path], file: str) -> Settings | tuple[Problem, ...]:
    """The settings, or what is wrong; keys that are known to be `wrong` are not reported again.

    A model's check of several keys waits until each of them is right. So keys that are wrong are left out, and the rest
    is checked again, until nothing new is found; what then depends on a key that was left out says nothing.
    """
    wrong = set(wrong)
    problems: list[Problem] = []
    while True:
        values = {path: entry.value for path, entry in entries.items() if path not in wrong}
        values |= {path: value for path, value in _STAND_INS.items() if path in wrong}
        try:
            settings = Settings.model_validate(_nested(values))
        except ValidationError as error:
            found = [_finding(item) for item in error.errors(include_url=False, include_input=False)]
        else:
            return tuple(problems) if wrong else settings
        problems += [_problem(finding, entries, file) for finding in found if not finding.involved & wrong]
        wrong = wrong.union(*(finding.involved for finding in found))


def _nested(values: Mapping[Path, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {section: {} for section in SECTIONS}
    for path, value in values.items():
        place = nested
        for table in path[:-1]:
            place = place[table]
        place[path[-1]] = value
    return nested


def _finding(item: ErrorDetails) -> _Finding:
    place = tuple(step for step in item["loc"] if isinstance(step, str))
    context = item.get("ctx", {})
    if "key" in context:
        path = _below(place, context["key"])
        others = (_below(place, other) for other in context.get("with", ()))
        return _Finding(path=path, involved=frozenset({path, *others}), why=item["msg"])
    missing = item["type"] == "missing"
    if item["type"] in _PYDANTICS_OWN:
        why = f"{'is missing; it ' if missing else ''}must be {KEYS[place].allowed}"
    else:
        why = item["msg"]
    return _Finding(path=place, involved=frozenset({place}), why=why, missing=missing)


def _below(place: Path, key: str) -> Path:
    return (*place, *key.split("."))


def _problem(finding: _Finding, entries: Mapping[Path, Entry], file: str) -> Problem:
    key, entry = KEYS[finding.path], entries.get(finding.path)
    others = [entries[path] for path in sorted(finding.involved - {finding.path}) if path in entries]
    source = entry.source if entry else file
    why = finding.why + "".join(
        f"; {other.name} = {other.text} is from {other.source}" for other in others if other.source != source
    )
    if entry is not None:
        return entry.problem(why)
    value = None if finding.missing else f"{shown(key.field.get_default())} (the default)"
    return Problem(source=source, key=key.dotted, value=value, why=why)
