"""Intrinsic functions as templates write them: what they refer to, and the texts that they can become.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Json: TypeAlias = Any
"""A part of a template."""

MOST = 64
"""Texts of one expression that are told apart, beyond which it is unknown: each `Fn::If` doubles them."""
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass(frozen=True)
class Reference:
    """`Ref`, whose attribute is "", or `Fn::GetAtt`."""

    name: str
    attribute: str = ""


@dataclass(frozen=True)
class Join:
    """`Fn::Join`; an `Fn::Sub` is one of its text and its variables, with nothing between them."""

    separator: str
    parts: Json


@dataclass(frozen=True)
class If:
    """`Fn::If`."""

    condition: str
    then: Json
    otherwise: Json

    @property
    def branches(self) -> tuple[Json, ...]:
        """Both of its values."""
        return self.then, self.otherwise


@dataclass(frozen=True)
class Function:
    """Any other function, and one whose argument has not the form of a function above."""

    name: str
    argument: Json


def parse(value: Json) -> Reference | Join | If | Function | None:
    """Return the function that a value is, or None for a value without one at its top."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    [(name, argument)] = value.items()
    found: Reference | Join | If | Function | None
    match name, argument:
        case "Ref", str():
            found = Reference(argument)
        case "Fn::GetAtt", [str(logical_id), str(attribute)]:
            found = Reference(logical_id, attribute)
        case "Fn::GetAtt", str() if "." in argument:
            found = Reference(*argument.split(".", 1))
        case "Fn::Join", [str(separator), parts]:
            found = Join(separator, parts)
        case "Fn::Sub", str():
            found = Join("", _parts(argument, {}))
        case "Fn::Sub", [str(text), dict(values)]:
            found = Join("", _parts(text, values))
        case "Fn::If", [str(condition), then, otherwise]:
            found = If(condition, then, otherwise)
        case _:
            found = Function(name, argument) if name == "Ref" or str(name).startswith("Fn::") else None
    return found


def _parts(text: str, values: Mapping[str, Json]) -> list[Json]:
    """Return the text of an `Fn::Sub` between its variables, and the variables as references, without what is empty."""
    found = _VARIABLE.split(text)
    parts: list[Json] = found[:1]
    for escaped, name, after in zip(found[1::3], found[2::3], found[3::3], strict=True):
        reference = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
        parts += [f"${{{name}}}" if escaped else values.get(name, reference), after]
    return [part for part in parts if part != ""]


def plain(value: Json) -> str:
    """Return a value as CloudFormation writes it as text: `true`, `256`; lists and objects as JSON."""
    match value:
        case bool():
            return str(value).lower()
        case dict() | list():
            return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
        case _:
            return str(value)


def section(value: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return a part of a template that is a map; an empty one if it is not there, or not a map."""
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def atoms(value: Json, branches: Callable[[If], Iterable[Json]] = lambda it: it.branches) -> Iterator[str | Reference]:
    """Yield the texts and the references in a value, however deep; `branches` chooses among those of an `Fn::If`."""
    match parse(value):
        case Reference() as found:
            yield found
            return
        case If() as found:
            inner: Iterable[Json] = branches(found)
        case Join(_, parts):
            inner = [parts]
        case Function(_, argument):
            inner = [argument]
        case None if isinstance(value, (dict, list)):
            inner = value.values() if isinstance(value, dict) else value
        case None:
            inner = ()
            if value is not None:
                yield plain(value)
    for part in inner:
        yield from atoms(part, branches)


def texts(value: Json, of: Callable[[Reference], Iterable[str]], unknown: str) -> Iterator[str]:
    """Yield each text that a value can become: of a list the elements', of an `Fn::If` both branches'.

    `of` gives those of a reference; `unknown` stands for what only a deployment knows, also as a part of a text. A
    join by commas is a list on its way into another stack: its elements are given.
    """
    match parse(value):
        case Reference() as found:
            yield from of(found)
        case If(_, then, otherwise):
            yield from texts([then, otherwise], of, unknown)
        case Join(",", list(parts)):
            yield from texts(parts, of, unknown)
        case Join(separator, list(parts)):
            choices = [tuple(dict.fromkeys(texts(part, of, unknown))) for part in parts]
            few = math.prod(map(len, choices)) <= MOST
            yield from (separator.join(chosen) for chosen in product(*choices)) if few else [unknown]
        case None if isinstance(value, list):
            for element in value:
                yield from texts(element, of, unknown)
        case None if value is not None and not isinstance(value, dict):
            yield plain(value)
        case _:
            yield unknown
