"""Defaults of settings that depend on the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from templates.profiles.settings import DEFAULT, PROFILES, Settings
from templates.section import Section

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from templates.profiles.profile import Profile


@dataclass(frozen=True)
class ByFramework:
    """A note on a field of a section: a field of the profile is its default. Its own default is that of `DEFAULT`.

    Not for a key that `refuse_idle` or `changed` is asked about: these know the field's own default alone.
    """

    field: str

    def of(self, profile: Profile) -> Any:
        """Return the default in a profile."""
        return getattr(profile, self.field)


def by_framework(field: FieldInfo) -> ByFramework | None:
    """Return the note of a field, None if its default is the same for all frameworks."""
    return next((it for it in field.metadata if isinstance(it, ByFramework)), None)


def defaults_by_framework(field: FieldInfo) -> dict[str, Any]:
    """Return the default of a field for each framework; nothing if it is the same for all of them."""
    note = by_framework(field)
    return {name: note.of(profile) for name, profile in PROFILES.items()} if note else {}


def completed(model: type[Section], data: Any) -> Any:
    """Return what a model of the whole tree is validated with, completed by the defaults of its framework.

    A framework that is not known counts as the default one; the model refuses it.
    """
    if not isinstance(data, Mapping):
        return data
    profile = PROFILES.get(_framework(data.get("app")), DEFAULT)
    return data if profile is DEFAULT else {**data, **_tables(model, data, profile)}


def _tables(model: type[Section], data: Mapping[str, Any], profile: Profile) -> dict[str, dict[str, Any]]:
    """Return the tables that have such defaults, without those that are none, which the model refuses."""
    found = {}
    for name, notes in _notes_by_table(model).items():
        given = _given(data.get(name, {}))
        if given is not None:
            defaults = {key: note.of(profile) for key, note in notes.items()}
            found[name] = defaults | _derived(profile, name, given) | given
    return found


def _derived(profile: Profile, table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return defaults that follow from other settings of the table."""
    if table == "network" and isinstance(base := given.get("base_url_path", ""), str):
        return {"health_check_path": profile.health_path_below(base)}
    if table == "ecs" and given.get("health_check_command"):
        return {"container_health_check": True}
    return {}


def _framework(app: object) -> str:
    framework = app.get("framework") if isinstance(app, Mapping) else getattr(app, "framework", None)
    return framework if isinstance(framework, str) else Settings().framework


def _given(table: object) -> dict[str, Any] | None:
    """Return what a table sets; None if it is none."""
    if isinstance(table, Section):
        return {key: getattr(table, key) for key in table.model_fields_set}
    return dict(table) if isinstance(table, Mapping) else None


@cache
def _notes_by_table(model: type[Section]) -> dict[str, dict[str, ByFramework]]:
    found = {name: _notes(field.annotation) for name, field in model.model_fields.items()}
    return {name: notes for name, notes in found.items() if notes}


def _notes(section: object) -> dict[str, ByFramework]:
    if not (isinstance(section, type) and issubclass(section, Section)):
        return {}
    marked = {key: by_framework(field) for key, field in section.model_fields.items()}
    return {key: note for key, note in marked.items() if note}
