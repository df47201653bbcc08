"""Values in HCL, the language of `.tfvars` files: literals only, as Terraform wants them there.

python-hcl2 parses; its dictionaries lose lines, duplicates and the difference between text and references, so that the
values are taken from its syntax tree. It is imported where there is HCL to read: that takes about 60 ms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.settings.entries import Unusable
from stacks.settings.forms import Place
from stacks.settings.wording import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Tree
    from lark.exceptions import UnexpectedInput

_DEEPEST = 20
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DIGITS = 400
"""More digits than any number that could be meant; Python refuses to read 4,301 of them."""
_LITERALS = {"true": True, "false": False, "null": None}

_NOT_LITERAL = "must be a literal value: variables are set without references, functions and calculations"
_REFUSED = {
    "identifier": "must be a literal value: text goes in quotes",
    "heredoc_template": "must be on one line: no setting has several",
    "heredoc_template_trim": "must be on one line: no setting has several",
}


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """`name = value` on a line (from 1); `text` is the value as written, `lines` those of what is inside of it."""

    name: str
    line: int
    text: str
    value: object
    lines: Mapping[Place, int] = field(default_factory=dict)


class MalformedError(Exception):
    """Not HCL; `line` counts from 1, where it is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


def attributes(text: str) -> list[Attribute]:
    """All attributes of a text in their order, duplicates included.

    The value of what is no literal is an `Unusable`. Raises MalformedError.
    """
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        body = hcl2.parses_to_tree(text).children[0]
    except UnexpectedInput as error:
        raise _malformed(text, error) from error
    except (LarkError, RecursionError) as error:
        raise MalformedError("it cannot be parsed") from error
    found: list[Attribute] = []
    end = 0
    for node in body.children:
        if node.data not in {"attribute", "block"}:
            continue
        if found and "\n" not in text[end - 1 : node.meta.start_pos]:
            raise MalformedError("two settings on one line", node.meta.line)
        end = node.meta.end_pos
        found.append(_attribute(text, node))
    return found


def number(text: str) -> int | float | None:
    """The number that a text writes in decimal, a whole one as int; None where it is none, or out of all bounds."""
    if len(text) > _DIGITS or not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("-").isdecimal():
        return int(text)
    value = float(text)
    return int(value) if value.is_integer() else value


def _attribute(text: str, node: Tree[Any]) -> Attribute:
    name = str(node.children[0].children[0])
    if node.data == "block":
        block = Unusable(why="must not be a block: a tfvars file has lines of the form NAME = VALUE")
        return Attribute(name=name, line=node.meta.line, text="{ ... }", value=block)
    expression = node.children[-1]
    written = visible(text[expression.meta.start_pos : expression.meta.end_pos].strip())
    value = _value(expression)
    lines = {} if isinstance(value, Unusable) else dict(_lines(expression, ()))
    return Attribute(name=name, line=node.meta.line, text=written, value=value, lines=lines)


def _value(node: Tree[Any], depth: int = 0) -> object:
    """The value of an expression, or an `Unusable`."""
    rule = str(node.data)
    if depth > _DEEPEST:
        return Unusable(why="is nested too deeply")
    if rule in {"int_lit", "float_lit"}:
        value = number(str(node.children[0]))
        return Unusable(why="is no number that could be meant") if value is None else value
    if rule == "literal_value":
        return _LITERALS[str(node.children[0])]
    if rule in {"expr_term", "tuple", "unary_op"}:
        return _composed(node, [_value(child, depth + 1) for child in _rules(node)])
    if rule == "object":
        return _object([[*_rules(pair)] for pair in _rules(node)], depth + 1)
    return _string(_rules(node)) if rule == "string" else Unusable(why=_REFUSED.get(rule, _NOT_LITERAL))


def _rules(node: Tree[Any]) -> list[Tree[Any]]:
    """The parts of an expression without its punctuation and comments."""
    return [child for child in node.children if getattr(child, "data", "") not in {"", "new_line_or_comment"}]


def _composed(node: Tree[Any], values: list[object]) -> object:
    """A list, a value in parentheses or a negative number, if all that it is made of can be used."""
    if refused := next((value for value in values if isinstance(value, Unusable)), None):
        return refused
    match str(node.data), values:
        case "tuple", _:
            return values
        case "expr_term", [value]:
            return value
        case "unary_op", [int() | float() as amount] if str(node.children[0]) == "-" and not isinstance(amount, bool):
            return -amount
    return Unusable(why=_NOT_LITERAL)


def _object(pairs: list[list[Tree[Any]]], depth: int) -> object:
    """An object, if all its keys and values can be used and no key is there twice."""
    found: dict[str, object] = {}
    for key, expression in pairs:
        name, value = _key(key), _value(expression, depth)
        if refused := next((part for part in (name, value) if isinstance(part, Unusable)), None):
            return refused
        if name in found:
            return Unusable(why=f"sets {visible(str(name))} twice")
        found[str(name)] = value
    return found


def _key(node: Tree[Any]) -> str | Unusable:
    """The key of an object: a name, a quoted text or a number."""
    expression = _rules(node)[0]
    parts = _rules(expression)
    if len(parts) == 1 and str(parts[0].data) == "identifier":
        return str(parts[0].children[0])
    value = _value(expression)
    if isinstance(value, str | Unusable):
        return value
    return str(value) if type(value) in {int, float} else Unusable(why=_NOT_LITERAL)


def _lines(node: Tree[Any], place: Place) -> Iterator[tuple[Place, int]]:
    """The lines of everything inside a value that can be used."""
    rule, parts = str(node.data), _rules(node)
    inner: list[tuple[Place, Tree[Any], Tree[Any]]] = []
    if rule == "tuple":
        inner = [((*place, index), part, part) for index, part in enumerate(parts)]
    elif rule == "object":
        inner = [((*place, str(_key(key))), key, value) for key, value in map(_rules, parts)]
    elif rule == "expr_term":
        yield from (found for part in parts for found in _lines(part, place))
    for at, start, value in inner:
        yield at, start.meta.line
        yield from _lines(value, at)


def _string(parts: list[Tree[Any]]) -> str | Unusable:
    """A quoted text with its escapes read, where it holds nothing that would have to be calculated."""
    pieces: list[str] = []
    for part in parts:
        token = part.children[0]
        kind = getattr(token, "type", "")
        if kind in {"ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}:
            pieces.append(str(token)[1:])
            continue
        if kind != "STRING_CHARS":
            return Unusable(why=_NOT_LITERAL)
        if "\n" in str(token):
            return Unusable(why="must end on its line: a quotation mark is missing")
        try:
            pieces.append(_ESCAPE.sub(_unescaped, str(token)))
        except (ValueError, OverflowError):
            return Unusable(why=r"has an unknown escape: there are \n, \r, \t, \", \\, \uNNNN and \UNNNNNNNN")
    return "".join(pieces)


def _unescaped(found: re.Match[str]) -> str:
    """One escape's character; ValueError or OverflowError where there is none."""
    short, long, letter = found.groups()
    if letter is not None and letter not in _ESCAPED:
        raise ValueError(letter)
    return _ESCAPED[letter] if letter is not None else chr(int(short or long, 16))


def _malformed(text: str, error: UnexpectedInput) -> MalformedError:
    """Where the parser stopped, without its list of tokens."""
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return MalformedError("it ends in the middle of a value")
    line, lines = error.line, text.split("\n")
    if not 1 <= line <= len(lines):
        return MalformedError("it ends in the middle of a value")
    return MalformedError(f"it cannot be understood from column {error.column} on: {visible(lines[line - 1])}", line)
