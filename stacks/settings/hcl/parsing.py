"""The attributes of an HCL text, each with the constant that it is set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from stacks.settings.entries import Unusable
from stacks.settings.forms import Place
from stacks.settings.hcl.constants import (
    LEVELS,
    NO_NUMBER,
    UNSUPPORTED,
    apply_binary,
    apply_conditional,
    apply_unary,
    parse_number,
    written,
)
from stacks.settings.hcl.scanning import (
    END,
    NAME,
    NEWLINE,
    NUMBER,
    TEXT,
    UNFINISHED,
    MalformedError,
    Token,
    cannot_be_understood,
    scan_tokens,
)
from stacks.settings.wording import escape_and_cut

_DEEPEST = 20
_KEYWORDS = {"true": True, "false": False, "null": None}
_OPENING = {"(": ")", "[": "]", "{": "}"}

BARE = "must be a literal value: text goes in quotes"
REFERENCE = "must be a literal value: Terraform, too, allows no reference here"
FUNCTION = "must be a literal value: Terraform, too, allows no function here"
BLOCK = "must not be a block: a tfvars file has lines of the form NAME = VALUE"
INSERTED = f"{UNSUPPORTED}; a $ or % before a brace that is text is written twice"


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """`name = value` on a line (from 1); `text` is the value as written, `lines` those of what is inside of it."""

    name: str
    line: int
    text: str
    value: object
    lines: Mapping[Place, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Expression:
    """A value, or an `Unusable`; `name` is the name or keyword that it is written as: an object's key can be one."""

    value: object
    lines: Mapping[Place, int] = field(default_factory=dict)
    name: str = ""


def parse_attributes(text: str) -> list[Attribute]:
    """Return all attributes of a text in their order, duplicates included.

    The value of what is no constant is an `Unusable`. Raises MalformedError.
    """
    return _Parser(text.removeprefix("\ufeff"), scan_tokens(text.removeprefix("\ufeff"))).body()


class _Parser:
    """Tokens, and how far they are read."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self._text = text
        self._tokens = found
        self._at = 0
        self._in_lines = [True]
        """Whether the end of a line ends something: in brackets and parentheses it does not."""

    def body(self) -> list[Attribute]:
        found: list[Attribute] = []
        while True:
            while self._is(NEWLINE):
                self._take()
            if self._is(END):
                return found
            found.append(self._attribute())
            if self._is(NAME) and self._peek().start > self._tokens[self._at - 1].end:
                raise MalformedError("two settings on one line", self._peek().line)
            if not self._is(END):
                self._take(NEWLINE)

    def _attribute(self) -> Attribute:
        name = self._take(NAME)
        if self._is(NAME, TEXT, "{"):
            while not self._is("{"):
                self._take(NAME, TEXT)
            self._skip()
            return Attribute(name=name.written, line=name.line, text="{ ... }", value=Unusable(why=BLOCK))
        self._take("=")
        start = self._peek().start
        found = self._expression(0)
        text = escape_and_cut(self._text[start : self._tokens[self._at - 1].end].strip())
        value, usable = found.value, not isinstance(found.value, Unusable)
        return Attribute(name=name.written, line=name.line, text=text, value=value, lines=found.lines if usable else {})

    def _peek(self) -> Token:
        while not self._in_lines[-1] and self._tokens[self._at].kind == NEWLINE:
            self._at += 1
        return self._tokens[self._at]

    def _is(self, *kinds: str) -> bool:
        return self._peek().kind in kinds

    def _take(self, *kinds: str) -> Token:
        """Return the next token. Raises MalformedError where it is none of these kinds."""
        token = self._peek()
        if kinds and token.kind not in kinds:
            self._refuse(token)
        self._at += token.kind != END
        return token

    def _refuse(self, token: Token) -> NoReturn:
        if token.kind == END and any(not it for it in self._in_lines):
            raise MalformedError(UNFINISHED)
        raise cannot_be_understood(self._text, token.start)

    def _expression(self, depth: int) -> _Expression:
        """Return a condition with its two values, or what operators make of terms."""
        found = self._operation(0, depth)
        if not self._is("?"):
            return found
        if depth > _DEEPEST:
            raise MalformedError("nested too deeply", self._peek().line)
        self._take("?")
        chosen = self._expression(depth + 1)
        self._take(":")
        other = self._expression(depth + 1)
        return _Expression(value=apply_conditional(found.value, chosen.value, other.value))

    def _operation(self, above: int, depth: int) -> _Expression:
        """Terms, joined by operators that bind more tightly than `above`."""
        found = self._term(depth)
        while (level := LEVELS.get(self._peek().kind, 0)) > above:
            operator = self._take().kind
            found = _Expression(value=apply_binary(operator, found.value, self._operation(level, depth).value))
        return found

    def _term(self, depth: int) -> _Expression:
        signs = []
        while self._is("-", "!"):
            signs.append(self._take().kind)
        found = self._followed(self._primary(depth), depth)
        for sign in reversed(signs):
            found = _Expression(value=apply_unary(sign, found.value))
        return found

    def _primary(self, depth: int) -> _Expression:
        if self._is(*_OPENING):
            if depth > _DEEPEST:
                self._skip()
                return _Expression(value=Unusable(why="is nested too deeply"))
            return {"(": self._parenthesis, "[": self._tuple, "{": self._object}[self._peek().kind](depth + 1)
        token = self._take(NAME, NUMBER, TEXT)
        if token.kind == NUMBER:
            value = parse_number(token.written)
            return _Expression(value=Unusable(why=NO_NUMBER) if value is None else value)
        if token.kind == TEXT:
            return _Expression(value=self._inserted(token, depth) if token.inserted else token.value)
        if self._is("(", "::"):
            return self._function(depth)
        name = token.written
        return _Expression(value=_KEYWORDS[name] if name in _KEYWORDS else Unusable(why=BARE), name=name)

    def _inserted(self, token: Token, depth: int) -> Unusable:
        """Return why a text with an insertion cannot be used: what is wrong with what is inserted, or the insertion."""
        for inside in token.inserted:
            if inside[-1].kind != END or depth > _DEEPEST:
                continue
            parser = _Parser(self._text, list(inside))
            inner = parser._expression(depth + 1).value
            parser._take(END)
            if isinstance(inner, Unusable):
                return Unusable(why=REFERENCE) if inner.why == BARE else inner
        return Unusable(why=INSERTED)

    def _function(self, depth: int) -> _Expression:
        while self._is("::"):
            self._take()
            self._take(NAME)
        if depth > _DEEPEST:
            self._skip()
        else:
            self._listed("(", depth + 1)
        return _Expression(value=Unusable(why=FUNCTION))

    def _followed(self, found: _Expression, depth: int) -> _Expression:
        """Return a term, or a part of it: `.name`, `[0]`, `.*`."""
        why = REFERENCE if found.value == Unusable(why=BARE) else UNSUPPORTED
        while self._is(".", "["):
            if self._take().kind == ".":
                self._take(NAME, NUMBER, "*")
            else:
                self._in_lines.append(False)
                self._take("*") if self._is("*") else self._expression(depth + 1)
                self._take("]")
                self._in_lines.pop()
            found = _Expression(value=found.value if _is_own(found.value) else Unusable(why=why))
        return found

    def _parenthesis(self, depth: int) -> _Expression:
        self._in_lines.append(False)
        self._take("(")
        found = self._expression(depth)
        self._take(")")
        self._in_lines.pop()
        return _Expression(value=found.value, lines=found.lines)

    def _tuple(self, depth: int) -> _Expression:
        return self._listed("[", depth)

    def _listed(self, opening: str, depth: int) -> _Expression:
        """Expressions between brackets or parentheses, with commas between them and perhaps after them."""
        closing = _OPENING[opening]
        self._in_lines.append(False)
        self._take(opening)
        items: list[_Expression] = []
        lines: dict[Place, int] = {}
        if opening == "[" and self._is_loop():
            return self._loop(closing)
        while not self._is(closing):
            line = self._peek().line
            items.append(self._expression(depth))
            lines |= _within(len(items) - 1, line, items[-1])
            if opening == "(" and self._is("..."):
                self._take()
            elif not self._is(closing):
                self._take(",")
        self._take(closing)
        self._in_lines.pop()
        refused = next((item.value for item in items if isinstance(item.value, Unusable)), None)
        return _Expression(value=refused or [item.value for item in items], lines=lines)

    def _object(self, depth: int) -> _Expression:
        self._in_lines.append(True)
        self._take("{")
        found: dict[str, object] = {}
        lines: dict[Place, int] = {}
        refused: Unusable | None = None
        while True:
            while self._is(NEWLINE):
                self._take()
            if not found and self._is_loop():
                return self._loop("}")
            if self._is("}"):
                break
            line = self._peek().line
            key = _key(self._expression(depth))
            self._take("=", ":")
            item = self._expression(depth)
            refused = refused or next((it for it in (key, item.value) if isinstance(it, Unusable)), None)
            if isinstance(key, str):
                refused = refused or (Unusable(why=f"sets {escape_and_cut(key)} twice") if key in found else None)
                found[key] = item.value
                lines |= _within(key, line, item)
            if not self._is("}"):
                self._take(",", NEWLINE)
        self._take("}")
        self._in_lines.pop()
        return _Expression(value=refused or found, lines=lines)

    def _is_loop(self) -> bool:
        return self._is(NAME) and self._peek().written == "for"

    def _loop(self, closing: str) -> _Expression:
        """Return a `for` expression, whose opening is read already."""
        self._in_lines.pop()
        self._take(NAME)
        self._take(NAME)
        self._rest(closing)
        return _Expression(value=Unusable(why=UNSUPPORTED))

    def _skip(self) -> None:
        """Pass over brackets with everything in them, unread."""
        self._rest(_OPENING[self._take(*_OPENING).kind])

    def _rest(self, closing: str) -> None:
        expected = [closing]
        while expected:
            token = self._tokens[self._at]
            if token.kind == END:
                raise MalformedError(UNFINISHED)
            if token.kind in _OPENING:
                expected.append(_OPENING[token.kind])
            elif token.kind in _OPENING.values() and token.kind != expected.pop():
                self._refuse(token)
            self._at += 1


def _is_own(value: object) -> bool:
    """Whether it is refused for a reason of its own, which a part of it has, too."""
    return isinstance(value, Unusable) and value.why != BARE


def _within(step: str | int, line: int, item: _Expression) -> dict[Place, int]:
    return {(step,): line} | {(step, *place): inner for place, inner in item.lines.items()}


def _key(found: _Expression) -> str | Unusable:
    """Return the key of an object: a name, or what a constant is as text."""
    if found.name:
        return found.name
    value = written(found.value)
    return value if isinstance(value, str | Unusable) else Unusable(why="has a key that is no text")
