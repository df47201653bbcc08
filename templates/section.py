"""Sections: the base class of the settings, and helpers for their validation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

K = TypeVar("K", bound=str)
V = TypeVar("V")


class Section(BaseModel):
    """A table of an environment file: frozen, no unknown keys, no silent conversion of types.

    A field may be a text, number, flag or Literal; another Section (a table in this one), `Section | None = None` where
    the table switches something on; `tuple[X, ...]`; `Map[Name, X]`. Any of these may be inside any other.

    The docstring after a field describes it in the documentation (`stacks.settings.descriptions`).
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def changed(section: Section, keys: Iterable[str]) -> Iterator[str]:
    """Return the keys whose values differ from their defaults."""
    fields = type(section).model_fields
    return (key for key in keys if getattr(section, key) != fields[key].get_default(call_default_factory=True))


def refuse_idle(section: Section, keys: Iterable[str], why: str, *beside: str, at: str = "") -> None:
    """Raise PydanticCustomError for the first of these keys with another value than its default: it has no effect.

    `why` is the reason, `beside` are the keys of the settings that cause it. A parameter of a deployment is no reason:
    it can change later. `at` is the section's place, with a dot, if another section checks it.
    """
    for key in changed(section, keys):
        raise PydanticCustomError("idle", "means nothing: {why}", {"key": f"{at}{key}", "with": beside, "why": why})


def refuse_twice(key: str, values: Sequence[str]) -> None:
    """Raise PydanticCustomError for the first of these values that is there already; `key` is the list's."""
    for index, value in enumerate(values):
        if value in values[:index]:
            raise PydanticCustomError("twice", "{value} is there twice", {"key": f"{key}[{index}]", "value": value})


class Map(Mapping[K, V]):
    """A table with any keys: `environment: Map[Name, str] = Map()`. It is frozen and sorted by its keys.

    So the order in a file does not change the templates.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._items = dict(sorted((items or {}).items()))

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return f"Map({self._items!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return a schema that validates a dict of these keys and values, and freezes it."""
        key, value = get_args(source)
        inner = core_schema.no_info_before_validator_function(
            _thawed, handler.generate_schema(GenericAlias(dict, (key, value)))
        )
        return core_schema.no_info_after_validator_function(
            cls, inner, serialization=core_schema.plain_serializer_function_ser_schema(_thawed)
        )


def _thawed(value: object) -> object:
    return dict(value) if isinstance(value, Map) else value


@dataclass(frozen=True)
class Allowed:
    """What a pattern allows, in words for a message: `must be {words}`. It does not validate."""

    words: str
