"""The values of expressions, as far as they are known before anything is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from stacks.rendered.expressions import Function, If, Join, Json, Reference, parse, plain, section
from stacks.rendered.names import NO_VALUE

Value: TypeAlias = Any
"""Any JSON, with `Later` in it."""

FROM_OUTSIDE = frozenset({"Fn::GetAZs", "Fn::GetAtt", "Fn::ImportValue", "Fn::Transform"})
"""Functions whose result can change although the template does not; `Fn::GetAtt` where its attribute is computed."""


@dataclass(frozen=True)
class Later:
    """A value that CloudFormation fills in. The same text means the same value where `is_settled`.

    `causes` are the resources (paths in the tree) whose change may change it; `is_open` says that it may change for a
    reason that is not seen here. `is_computed`: a function or a pseudo parameter gives it, so that another text need
    not be another value.
    """

    text: str
    causes: tuple[str, ...] = ()
    is_open: bool = False
    is_computed: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it is what it was, as long as the expression is."""
        return not self.causes and not self.is_open

    def __str__(self) -> str:
        return self.text


HIDDEN = Later("****", is_open=True)
"""The value of a parameter with `NoEcho`, as CloudFormation shows it."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the expressions of one template refer to.

    `reference` gives the value of a resource's attribute; the attribute of a `Ref` is "".
    """

    template: Mapping[str, Json]
    parameters: Mapping[str, Value]
    reference: Callable[[str, str], Value]
    pseudo: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, value: Value) -> Value:
        """Return the value with its functions applied; a part that is left out by `AWS::NoValue` is None."""
        match parse(value):
            case Reference(name, ""):
                found = self._ref(name)
            case Reference(name, attribute):
                found = self.reference(name, attribute)
            case Join(separator, parts):
                found = _joined(separator, self.resolve(parts))
            case If(condition, then, otherwise):
                holds = self.holds(condition)
                if isinstance(holds, Later):
                    found = _of_function("Fn::If", [holds, self.resolve(then), self.resolve(otherwise)])
                else:
                    found = self.resolve(then if holds else otherwise)
            case Function(name, argument):
                found = self._applied(name, self.resolve(argument))
            case None:
                found = self._plain(value)
        return found

    def _plain(self, value: Value) -> Value:
        """Return a value that is no function, with those in it applied."""
        match value:
            case dict():
                items = ((key, self.resolve(item)) for key, item in value.items())
                return {key: item for key, item in items if item is not None}
            case list():
                return [item for item in map(self.resolve, value) if item is not None]
            case str() if "{{resolve:" in value:
                return Later(value, is_open=True)
        return value

    def _ref(self, name: str) -> Value:
        if name == NO_VALUE:
            return None
        if name in self.parameters:
            value = self.parameters[name]
            kind = str(section(section(self.template, "Parameters"), name).get("Type"))
            return value.split(",") if isinstance(value, str) and "List" in kind else value
        if name.startswith("AWS::"):
            return self.pseudo.get(name, Later(f"${{{name}}}", is_computed=True))
        return self.reference(name, "")

    def _applied(self, name: str, argument: Value) -> Value:
        """Return the result of a function that is neither reference, join nor choice, with its argument's value."""
        match name, argument:
            case "Fn::Select", [index, list(items)] if str(index).isdigit() and int(index) < len(items):
                return items[int(index)]
            case "Fn::Split", [str(separator), str(text)]:
                return text.split(separator)
            case "Fn::FindInMap", [str(mapping), str(top), str(second), *_]:
                found = section(section(section(self.template, "Mappings"), mapping), top).get(second)
                if found is not None:
                    return found
        return _of_function(name, argument, is_open=name in FROM_OUTSIDE)

    def holds(self, condition: Json) -> bool | Later:
        """Return whether a condition holds; `Later` where that is not known yet."""
        match condition:
            case str(name) | {"Condition": str(name)}:
                return self.holds(section(self.template, "Conditions").get(name, {}))
            case {"Fn::Equals": [left, right]}:
                return equal(self.resolve(left), self.resolve(right))
            case {"Fn::Not": [part]}:
                found = self.holds(part)
                return found if isinstance(found, Later) else not found
            case {"Fn::And": list(parts)} | {"Fn::Or": list(parts)}:
                return _quantified(map(self.holds, parts), decides="Fn::Or" in condition)
        return Later(json.dumps(condition), is_open=True)

    def resources(self) -> dict[str, Json]:
        """Return the definitions that no condition leaves out, by logical id."""
        listed = section(self.template, "Resources")
        found = ((name, section(listed, name)) for name in listed)
        return {name: it for name, it in found if "Condition" not in it or self.holds(it["Condition"]) is not False}

    def output(self, name: str) -> Value:
        """Return an output's value; None where there is none of this name."""
        return self.resolve(section(section(self.template, "Outputs"), name).get("Value"))


def parameters(template: Mapping[str, Json], given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of a template's parameters: those that are given, or the defaults."""
    declared = section(template, "Parameters")
    defaults = {name: section(declared, name).get("Default") for name in declared}
    return {name: it for name, it in defaults.items() if it is not None} | dict(given)


def hidden(template: Mapping[str, Json]) -> dict[str, Value]:
    """Return `HIDDEN` for each parameter that has `NoEcho`."""
    declared = section(template, "Parameters")
    return {name: HIDDEN for name in declared if plain(section(declared, name).get("NoEcho")).lower() == "true"}


def equal(before: Value, after: Value) -> bool | Later:
    """Return whether two values are the same, a number and its text among them; `Later` where that is not known."""
    if isinstance(before, Later) or isinstance(after, Later):
        settled = all(part.is_settled for part in parts(after))
        return True if settled and str(before) == str(after) else _of_function("equal", [before, after])
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            return False
        return _quantified((equal(before[key], after[key]) for key in before), decides=False)
    if isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return False
        return _quantified((equal(*pair) for pair in zip(before, after, strict=True)), decides=False)
    return plain(before) == plain(after)


def parts(value: Value) -> list[Later]:
    """Return everything in a value that is filled in later."""
    match value:
        case Later():
            return [value]
        case dict():
            return [part for item in value.values() for part in parts(item)]
        case list():
            return [part for item in value for part in parts(item)]
    return []


def causes(value: Value) -> tuple[str, ...]:
    """Return the resources whose change may change a value, each once."""
    return tuple(dict.fromkeys(cause for part in parts(value) for cause in part.causes))


def text(written: str, made_of: Value) -> str | Later:
    """Return a text; one that is made of what is filled in later is itself filled in later."""
    unknown = parts(made_of)
    if not unknown:
        return written
    is_open, is_computed = any(it.is_open for it in unknown), any(it.is_computed for it in unknown)
    return Later(written, causes(made_of), is_open, is_computed)


def _of_function(name: str, argument: Value, *, is_open: bool = False) -> Later:
    """The result of a function that is not known, and is the same for the same argument unless it `is_open`."""
    is_open = is_open or any(part.is_open for part in parts(argument))
    return Later(f"{name} {plain(argument)}", causes(argument), is_open, is_computed=True)


def _quantified(found: Iterable[bool | Later], *, decides: bool) -> bool | Later:
    """And (`decides` False) or Or (True): one value decides, else what is unknown leaves it open."""
    results = list(found)
    if any(result is decides for result in results):
        return decides
    unknown = [result for result in results if isinstance(result, Later)]
    return _of_function("condition", unknown) if unknown else not decides


def _joined(separator: str, items: Value) -> Value:
    if not isinstance(items, list):
        return _of_function("Fn::Join", [separator, items])
    return text(separator.join(map(plain, items)), items)
