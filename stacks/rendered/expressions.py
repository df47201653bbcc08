"""Template expressions with their values, as far as they are known before anything is done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""Any JSON, with `Later` in it."""

Reference: TypeAlias = Callable[[str, str], Value]
"""Gives the value of a resource's attribute; the attribute of a Ref is ""."""

NO_VALUE = "AWS::NoValue"
SUBSTITUTION = re.compile(r"\$\{(!?)([^}]+)\}")
FROM_OUTSIDE = frozenset({"Fn::GetAZs", "Fn::ImportValue", "Fn::Transform"})
"""Functions whose result can change although the template does not."""


@dataclass(frozen=True)
class Later:
    """A value that CloudFormation fills in. The same text means the same value where `is_settled`.

    `causes` are the resources (paths in the tree) whose change may change it; `is_open` says that it may change for a
    reason that is not seen here.
    """

    text: str
    causes: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it is what it was, as long as the expression is."""
        return not self.causes and not self.is_open

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the expressions of one template refer to.

    `reference` gives the value of a resource's attribute; the attribute of a Ref is "".
    """

    template: Mapping[str, Value]
    parameters: Mapping[str, Value]
    reference: Reference
    pseudo: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, value: Value) -> Value:
        """The value with its functions applied; a part that is left out by `AWS::NoValue` is None."""
        match value:
            case dict() if len(value) == 1 and (name := next(iter(value))) in FUNCTIONS:
                return FUNCTIONS[name](self, value[name])
            case dict() if len(value) == 1 and (name := next(iter(value))).startswith("Fn::"):
                return combined(name, self.resolve(value[name]), is_open=name in FROM_OUTSIDE)
            case dict():
                items = ((key, self.resolve(item)) for key, item in value.items())
                return {key: item for key, item in items if item is not None}
            case list():
                return [item for item in map(self.resolve, value) if item is not None]
            case str() if "{{resolve:" in value:
                return Later(value, is_open=True)
            case _:
                return value

    def holds(self, condition: Value) -> bool | Later:
        """Whether a condition holds; `Later` where that is not known yet."""
        if isinstance(condition, str):
            return self.holds(self.template.get("Conditions", {}).get(condition, {}))
        match condition:
            case {"Condition": name}:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return equal(self.resolve(left), self.resolve(right))
            case {"Fn::Not": [part]}:
                found = self.holds(part)
                return found if isinstance(found, Later) else not found
            case {"Fn::And": list(parts)} | {"Fn::Or": list(parts)}:
                return _quantified(map(self.holds, parts), decides="Fn::Or" in condition)
            case _:
                return Later(json.dumps(condition), is_open=True)

    def resources(self) -> dict[str, Value]:
        """The definitions that no condition leaves out."""
        return {
            name: definition
            for name, definition in self.template.get("Resources", {}).items()
            if "Condition" not in definition or self.holds(definition["Condition"]) is not False
        }

    def ref(self, name: str) -> Value:
        """What Ref gives."""
        if name == NO_VALUE:
            return None
        if name in self.parameters:
            value = self.parameters[name]
            kind = str(self.template.get("Parameters", {}).get(name, {}).get("Type", ""))
            return value.split(",") if isinstance(value, str) and "List" in kind else value
        if name.startswith("AWS::"):
            return self.pseudo.get(name, Later(f"${{{name}}}"))
        return self.reference(name, "")


def equal(before: Value, after: Value) -> bool | Later:
    """Whether two values are the same, a number and its text among them; `Later` where that is not known."""
    if isinstance(before, Later) or isinstance(after, Later):
        settled = all(part.is_settled for part in parts(after))
        return True if settled and str(before) == str(after) else combined("equal", [before, after])
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            return False
        return _quantified((equal(before[key], after[key]) for key in before), decides=False)
    if isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return False
        return _quantified((equal(*pair) for pair in zip(before, after, strict=True)), decides=False)
    return plain(before) == plain(after)


def plain(value: Value) -> str:
    """A value as CloudFormation writes it as text: `true`, `256`; lists and objects as JSON."""
    match value:
        case bool():
            return str(value).lower()
        case dict() | list():
            return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
        case _:
            return str(value)


def parts(value: Value) -> list[Later]:
    """Everything in a value that is filled in later."""
    match value:
        case Later():
            return [value]
        case dict():
            return [part for item in value.values() for part in parts(item)]
        case list():
            return [part for item in value for part in parts(item)]
        case _:
            return []


def combined(text: str, value: Value, *, is_open: bool = False) -> Later:
    """The result of a function of values that are not all known."""
    found = parts(value)
    causes = dict.fromkeys(cause for part in found for cause in part.causes)
    return Later(f"{text} {plain(value)}", tuple(causes), is_open or any(part.is_open for part in found))


def _quantified(found: Iterable[bool | Later], *, decides: bool) -> bool | Later:
    """And (`decides` False) or Or (True): one value decides, else what is unknown leaves it open."""
    results = list(found)
    if any(result is decides for result in results):
        return decides
    unknown = [result for result in results if isinstance(result, Later)]
    return combined("condition", unknown) if unknown else not decides


def _get_att(scope: Scope, argument: Value) -> Value:
    name, _, attribute = argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
    return scope.reference(name, attribute)


def _sub(scope: Scope, argument: Value) -> Value:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    names = {match[2] for match in SUBSTITUTION.finditer(text) if not match[1]}
    values = {name: scope.resolve(given[name]) if name in given else _named(scope, name) for name in names}
    filled = SUBSTITUTION.sub(lambda match: f"${{{match[2]}}}" if match[1] else plain(values[match[2]]), text)
    return _text(filled, values)


def _named(scope: Scope, name: str) -> Value:
    return _get_att(scope, name) if "." in name else scope.ref(name)


def _join(scope: Scope, argument: Value) -> Value:
    separator, items = argument[0], scope.resolve(argument[1])
    if isinstance(items, Later):
        return combined("Fn::Join", [separator, items])
    return _text(separator.join(plain(item) for item in items), items)


def _text(text: str, made_of: Value) -> Value:
    """A text, or what it will be where a part of it is not known."""
    unknown = parts(made_of)
    if not unknown:
        return text
    causes = dict.fromkeys(cause for part in unknown for cause in part.causes)
    return Later(text, tuple(causes), any(part.is_open for part in unknown))


def _if(scope: Scope, argument: Value) -> Value:
    holds = scope.holds(argument[0])
    if isinstance(holds, Later):
        return combined("Fn::If", [holds, scope.resolve(argument[1]), scope.resolve(argument[2])])
    return scope.resolve(argument[1] if holds else argument[2])


def _select(scope: Scope, argument: Value) -> Value:
    index, items = scope.resolve(argument[0]), scope.resolve(argument[1])
    if isinstance(items, list) and str(index).isdigit() and int(index) < len(items):
        return items[int(index)]
    return combined("Fn::Select", [index, items])


def _split(scope: Scope, argument: Value) -> Value:
    text = scope.resolve(argument[1])
    return text.split(argument[0]) if isinstance(text, str) else combined("Fn::Split", [argument[0], text])


def _find_in_map(scope: Scope, argument: Value) -> Value:
    keys = [scope.resolve(key) for key in argument[:3]]
    found: Any = scope.template.get("Mappings", {})
    for key in keys:
        found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
    return combined("Fn::FindInMap", keys) if found is None else found


FUNCTIONS: Mapping[str, Callable[[Scope, Value], Value]] = {
    "Ref": Scope.ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
}
"""Functions that can be applied here; others stay what they are, with their arguments' values."""
