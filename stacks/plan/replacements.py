"""What an update certainly replaces, by the deployed and the rendered templates alone.

Values are resolved across stacks: a reference to a new or replaced resource has another value.
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
from templates.resource_types import record

if TYPE_CHECKING:
    from stacks.plan.current_tree import CurrentStack
    from stacks.rendered.tree import Module

ANY_ELEMENT = "*"
"""Any element of a list, in a path of a schema."""


@dataclass(frozen=True, kw_only=True)
class ResolvedResource:
    """A resource with its type, and its properties as far as they are known."""

    type: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class ResourcePair:
    """A resource before and after, or None; `why` are the properties whose change replaces it."""

    path: str
    before: ResolvedResource | None
    after: ResolvedResource | None
    why: tuple[str, ...] = ()


class StackPair:
    """One stack before and after the update; a new or removed stack has one of both."""

    def __init__(
        self,
        region: str,
        old: tuple[CurrentStack | None, Mapping[str, Value]],
        new: tuple[Module | None, Mapping[str, Value]],
        path: str = "",
    ) -> None:
        self._region = region
        self._path = path
        self._current, self._module = old[0], new[0]
        self._old = self._scope(old[0].template if old[0] else None, old[1], self._current_value)
        self._new = self._scope(new[0].template if new[0] else None, new[1], self._new_value)
        self._why: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, StackPair] = {}

    @staticmethod
    def _scope(template: Mapping[str, Any] | None, given: Mapping[str, Value], reference: Any) -> Scope:  # noqa: ANN401 - a method of this class
        known = template or {}
        return Scope(template=known, parameters=parameters(known, given) | hidden(known), reference=reference)

    @cached_property
    def _old_resources(self) -> Mapping[str, Any]:
        return self._old.resources()

    @cached_property
    def _new_resources(self) -> Mapping[str, Any]:
        return self._new.resources()

    def pairs(self) -> Iterator[ResourcePair]:
        """Yield each resource of this stack and its nested stacks, without the nested stacks themselves."""
        for name in dict.fromkeys([*self._old_resources, *self._new_resources]):
            if NESTED_STACK in {
                self._old_resources.get(name, {}).get("Type"),
                self._new_resources.get(name, {}).get("Type"),
            }:
                yield from self._child(name).pairs()
            else:
                yield ResourcePair(
                    path=f"{self._path}{name}",
                    before=self._resource(self._old, self._old_resources.get(name)),
                    after=self._resource(self._new, self._new_resources.get(name)),
                    why=self._replaced_by(name),
                )

    @staticmethod
    def _resource(scope: Scope, definition: Mapping[str, Any] | None) -> ResolvedResource | None:
        if definition is None:
            return None
        return ResolvedResource(type=definition["Type"], properties=scope.resolve(definition.get("Properties", {})))

    def output(self, name: str, *, now: bool) -> Value:
        """Return the present or the new value of an output; None if there is none."""
        return (self._old if now else self._new).output(name)

    def _child(self, name: str) -> StackPair:
        if name not in self._children:
            current = self._current.children.get(name) if self._current and name in self._old_resources else None
            module = self._module.children.get(name) if self._module and name in self._new_resources else None
            self._children[name] = StackPair(
                self._region,
                (current, self._arguments(self._old, self._old_resources.get(name))),
                (module, self._arguments(self._new, self._new_resources.get(name))),
                f"{self._path}{name}/",
            )
        return self._children[name]

    @staticmethod
    def _arguments(scope: Scope, definition: Mapping[str, Any] | None) -> dict[str, Value]:
        given = (definition or {}).get("Properties", {}).get("Parameters", {})
        found = {name: scope.resolve(value) for name, value in given.items()}
        return {name: _argument(value) for name, value in found.items() if value is not None}

    def _current_value(self, name: str, attribute: str) -> Value:
        """Return the present value of a reference."""
        if attribute.startswith(OUTPUTS) and self._old_resources.get(name, {}).get("Type") == NESTED_STACK:
            return self._child(name).output(attribute.removeprefix(OUTPUTS), now=True)
        return self._reference(name, attribute)

    def _new_value(self, name: str, attribute: str) -> Value:
        """Return the new value of a reference: the present one, unless its resource is new or replaced."""
        definition = self._new_resources.get(name, {})
        if attribute.startswith(OUTPUTS) and definition.get("Type") == NESTED_STACK:
            return self._child(name).output(attribute.removeprefix(OUTPUTS), now=False)
        found = self._reference(name, attribute)
        is_another = name not in self._old_resources or bool(self._replaced_by(name))
        return Later(found.text, causes=(f"{self._path}{name}",)) if is_another else found

    def _reference(self, name: str, attribute: str) -> Later:
        return Later(f"${{{self._path}{name}{f'.{attribute}' if attribute else ''}}}")

    def _replaced_by(self, name: str) -> tuple[str, ...]:
        """Return the properties that certainly replace the resource; none if it is new, removed or kept."""
        if name not in self._why:
            self._why[name] = ()  # References are never circular.
            before, after = self._old_resources.get(name), self._new_resources.get(name)
            if before and after and before["Type"] == after["Type"] and before["Type"] != NESTED_STACK:
                self._why[name] = self._replacing_properties(before, after)
        return self._why[name]

    def _replacing_properties(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
        old = self._old.resolve(before.get("Properties", {}))
        new = self._new.resolve(after.get("Properties", {}))
        changed = {key for key in old.keys() | new.keys() if differs(old.get(key), new.get(key))}
        if not changed:
            return ()
        always = schemas.paths(self._region, before["Type"], "createOnlyProperties")
        found = [
            path
            for path in (*always, *((name,) for name in record(before["Type"]).replacing))
            if path[0] in changed and differs(_at(old, path), _at(new, path))
        ]
        return tuple(sorted({path[0] for path in found}))


def differs(before: Value, after: Value) -> bool:
    """Whether two values are certainly different: a new resource has a new id.

    The results of functions that are not evaluated here, such as `Fn::GetAZs`, and of pseudo parameters are unknown.
    """
    if before is None or after is None:
        return before is not after
    found = equal(before, after)
    if isinstance(found, bool):
        return not found
    if any(part.is_open or part.is_computed for part in [*parts(before), *parts(after)]):
        return False
    return any(part.causes for part in parts(after)) or plain(before) != plain(after)


def _argument(value: Value) -> Value:
    """Return a value as a parameter gets it: a list as text."""
    if not isinstance(value, list):
        return value
    return text(",".join(map(plain, value)), value)


def _at(value: Value, path: tuple[str, ...]) -> Value:
    """Return the value at this path; None if there is none."""
    if not path or value is None or isinstance(value, Later):
        return value
    if isinstance(value, list):
        rest = path[1:] if path[0] == ANY_ELEMENT else path
        return [_at(item, rest) for item in value]
    return _at(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None
