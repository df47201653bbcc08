"""What an update certainly replaces, told from the templates alone: the deployed ones and the rendered ones.

Values are followed from stack to stack: what refers to a resource that is new, or is replaced, gets another value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stacks.cloudformation import schemas
from stacks.rendered.expressions import plain
from stacks.rendered.names import NESTED_STACK, OUTPUTS
from stacks.rendered.values import Later, Scope, Value, equal, hidden, parameters, parts, text

if TYPE_CHECKING:
    from stacks.plan.current_tree import CurrentStack
    from stacks.rendered.tree import Module

ANY_ELEMENT = "*"
"""In a path of a schema: every element of a list."""


@dataclass(frozen=True, kw_only=True)
class ResolvedResource:
    """A resource of one of the trees: its type, and its properties as far as they are known."""

    type: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class ResourcePair:
    """A resource before and after; None where it is not. `why` are the properties that have it replaced."""

    path: str
    before: ResolvedResource | None
    after: ResolvedResource | None
    why: tuple[str, ...] = ()


class StackPair:
    """One stack of both trees, side by side; one that comes or goes has nothing on one side."""

    def __init__(
        self,
        region: str,
        old: tuple[CurrentStack | None, Mapping[str, Value]],
        new: tuple[Module | None, Mapping[str, Value]],
        path: str = "",
    ) -> None:
        self._region = region
        self._path = path
        self._standing, self._coming = old[0], new[0]
        self._old = self._scope(old[0].template if old[0] else None, old[1], self._is)
        self._new = self._scope(new[0].template if new[0] else None, new[1], self._becomes)
        self._why: dict[str, tuple[str, ...]] = {}
        self._levels: dict[str, StackPair] = {}

    @staticmethod
    def _scope(template: Mapping[str, Any] | None, given: Mapping[str, Value], reference: Any) -> Scope:  # noqa: ANN401 - a method of this class
        known = template or {}
        return Scope(template=known, parameters=parameters(known, given) | hidden(known), reference=reference)

    @cached_property
    def _there(self) -> Mapping[str, Any]:
        return self._old.resources()

    @cached_property
    def _wanted(self) -> Mapping[str, Any]:
        return self._new.resources()

    def pairs(self) -> Iterator[ResourcePair]:
        """Yield every resource of this stack and those in it, but for the nested stacks themselves."""
        for name in dict.fromkeys([*self._there, *self._wanted]):
            if NESTED_STACK in {self._there.get(name, {}).get("Type"), self._wanted.get(name, {}).get("Type")}:
                yield from self._level(name).pairs()
            else:
                yield ResourcePair(
                    path=f"{self._path}{name}",
                    before=self._side(self._old, self._there.get(name)),
                    after=self._side(self._new, self._wanted.get(name)),
                    why=self._replaced_by(name),
                )

    @staticmethod
    def _side(scope: Scope, definition: Mapping[str, Any] | None) -> ResolvedResource | None:
        if definition is None:
            return None
        return ResolvedResource(type=definition["Type"], properties=scope.resolve(definition.get("Properties", {})))

    def output(self, name: str, *, now: bool) -> Value:
        """Return an output's value, as it is now or as it will be; None where there is none."""
        return (self._old if now else self._new).output(name)

    def _level(self, name: str) -> StackPair:
        if name not in self._levels:
            standing = self._standing.children.get(name) if self._standing and name in self._there else None
            coming = self._coming.children.get(name) if self._coming and name in self._wanted else None
            self._levels[name] = StackPair(
                self._region,
                (standing, self._arguments(self._old, self._there.get(name))),
                (coming, self._arguments(self._new, self._wanted.get(name))),
                f"{self._path}{name}/",
            )
        return self._levels[name]

    @staticmethod
    def _arguments(scope: Scope, definition: Mapping[str, Any] | None) -> dict[str, Value]:
        given = (definition or {}).get("Properties", {}).get("Parameters", {})
        found = {name: scope.resolve(value) for name, value in given.items()}
        return {name: _passed(value) for name, value in found.items() if value is not None}

    def _is(self, name: str, attribute: str) -> Value:
        """Return what a reference gives now."""
        if attribute.startswith(OUTPUTS) and self._there.get(name, {}).get("Type") == NESTED_STACK:
            return self._level(name).output(attribute.removeprefix(OUTPUTS), now=True)
        return self._reference(name, attribute)

    def _becomes(self, name: str, attribute: str) -> Value:
        """Return what a reference will give: the same, unless what it refers to becomes another."""
        definition = self._wanted.get(name, {})
        if attribute.startswith(OUTPUTS) and definition.get("Type") == NESTED_STACK:
            return self._level(name).output(attribute.removeprefix(OUTPUTS), now=False)
        found = self._reference(name, attribute)
        is_another = name not in self._there or bool(self._replaced_by(name))
        return Later(found.text, causes=(f"{self._path}{name}",)) if is_another else found

    def _reference(self, name: str, attribute: str) -> Later:
        return Later(f"${{{self._path}{name}{f'.{attribute}' if attribute else ''}}}")

    def _replaced_by(self, name: str) -> tuple[str, ...]:
        """Return the properties that certainly have the resource replaced; none where it comes, goes, or stays."""
        if name not in self._why:
            self._why[name] = ()  # No template refers in a circle.
            before, after = self._there.get(name), self._wanted.get(name)
            if before and after and before["Type"] == after["Type"] and before["Type"] != NESTED_STACK:
                self._why[name] = self._changed(before, after)
        return self._why[name]

    def _changed(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
        old = self._old.resolve(before.get("Properties", {}))
        new = self._new.resolve(after.get("Properties", {}))
        others = {key for key in old.keys() | new.keys() if differs(old.get(key), new.get(key))}
        if not others:
            return ()
        found = [
            path
            for path in schemas.paths(self._region, before["Type"], "createOnlyProperties")
            if path[0] in others and differs(_at(old, path), _at(new, path))
        ]
        return tuple(sorted({path[0] for path in found}))


def differs(before: Value, after: Value) -> bool:
    """Whether two values are certainly not the same: the id of what is new is none that was there.

    What a function gives that is not applied here, such as `Fn::GetAZs`, or a pseudo parameter, can be anything.
    """
    if before is None or after is None:
        return before is not after
    found = equal(before, after)
    if isinstance(found, bool):
        return not found
    if any(part.is_open or part.is_computed for part in [*parts(before), *parts(after)]):
        return False
    return any(part.causes for part in parts(after)) or plain(before) != plain(after)


def _passed(value: Value) -> Value:
    """Return a value as a parameter takes it: a list is a text."""
    if not isinstance(value, list):
        return value
    return text(",".join(map(plain, value)), value)


def _at(value: Value, path: tuple[str, ...]) -> Value:
    """Return what is at this place in the properties; None where nothing is."""
    if not path or value is None or isinstance(value, Later):
        return value
    if isinstance(value, list):
        rest = path[1:] if path[0] == ANY_ELEMENT else path
        return [_at(item, rest) for item in value]
    return _at(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None
