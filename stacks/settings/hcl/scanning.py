"""HCL's text as tokens: names, numbers, texts and signs; comments are spaces, or the ends of their lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from stacks.settings.entries import Unusable
from stacks.settings.wording import escape_and_cut

NAME, NUMBER, TEXT, NEWLINE, END = "name", "number", "text", "newline", "end"
_SPACE = re.compile(r"[ \t]+|/\*.*?\*/", re.DOTALL)
_COMMENT = re.compile(r"(?:#|//)[^\n]*")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SIGN = re.compile(r"==|!=|<=|>=|&&|\|\||=>|::|\.\.\.|[=<>!+\-*/%?:,.()\[\]{}]")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt\"\\]))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_INDENTED = re.compile(r"[^\S\n]*")
_DEEPEST = 20
UNFINISHED = "it ends in the middle of a value"
NO_ESCAPE = r"has an unknown escape: there are \n, \r, \t, \", \\, \uNNNN and \UNNNNNNNN"


class MalformedError(Exception):
    """Not HCL; `line` counts from 1, where it is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Token:
    """A piece of the text from `start` to `end`, which begins on `line`; the `kind` of a sign is the sign itself.

    `value` is what a text says, or why it cannot be used. `inserted` are the tokens of its `${...}` and `%{...}`.
    """

    kind: str
    line: int
    start: int
    end: int
    written: str
    value: str | Unusable = ""
    inserted: Sequence[Sequence[Token]] = field(default_factory=list)


def scan_tokens(text: str) -> list[Token]:
    """Return all tokens of a text, the last one an END. Raises MalformedError."""
    return _Scanner(text).all()


class _Scanner:
    """A text, and how far it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0

    def all(self) -> list[Token]:
        found = []
        while self._at < len(self._text):
            if token := self._next(0):
                found.append(token)
        return [*found, self._token(END, self._at)]

    def _next(self, depth: int) -> Token | None:
        """Return the token that begins here; None for a space or a comment."""
        text, at = self._text, self._at
        if (space := _SPACE.match(text, at)) or (space := _COMMENT.match(text, at)):
            self._at = space.end()
            return None
        if text[at] == "\n" or text.startswith("\r\n", at):
            return self._token(NEWLINE, at + (1 if text[at] == "\n" else 2))
        if text[at] == '"':
            return self._quoted(depth)
        if heredoc := _HEREDOC.match(text, at):
            return self._heredoc(heredoc, depth)
        return self._word()

    def _word(self) -> Token:
        """Return a number, a name or a sign."""
        text, at = self._text, self._at
        if number := _DECIMAL.match(text, at):
            return self._token(NUMBER, number.end())
        if text[at].isidentifier():
            end = at + 1
            while end < len(text) and (text[end] == "-" or f"a{text[end]}".isidentifier()):
                end += 1
            return self._token(NAME, end)
        if sign := _SIGN.match(text, at):
            return self._token(sign[0], sign.end())
        if text[at] == "'":
            raise MalformedError('text goes in double quotes: "..."', self._line_of(at))
        raise self.malformed(at)

    def _token(
        self, kind: str, end: int, value: str | Unusable = "", inserted: Sequence[Sequence[Token]] = ()
    ) -> Token:
        start, self._at = self._at, end
        written = self._text[start:end]
        line = self._line_of(start)
        return Token(kind=kind, line=line, start=start, end=end, written=written, value=value, inserted=inserted)

    def _line_of(self, at: int) -> int:
        """Return the line of an offset; offsets grow, so that no line is counted twice."""
        if at < self._counted:
            return self._text.count("\n", 0, at) + 1
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def malformed(self, at: int) -> MalformedError:
        """Return where it cannot be understood any more."""
        return cannot_be_understood(self._text, at)

    def _quoted(self, depth: int) -> Token:
        """Return a text in quotes, with its escapes read."""
        start, at = self._at, self._at + 1
        pieces: list[str] = []
        wrong: Unusable | None = None
        inserted: list[Sequence[Token]] = []
        text = self._text
        while at < len(text) and text[at] != '"':
            if text[at] == "\n":
                why = "text must end on its line: a quotation mark is missing"
                raise MalformedError(why, self._line_of(start))
            if text[at] == "\\":
                escape = _ESCAPE.match(text, at)
                letter = _unescaped(escape) if escape else None
                wrong = wrong or (Unusable(why=NO_ESCAPE) if letter is None else None)
                pieces.append(letter or "")
                at = escape.end() if escape else at + 2
            else:
                at = self._piece(at, pieces, inserted, depth)
        if at >= len(text):
            raise MalformedError(UNFINISHED)
        self._at = start
        return self._token(TEXT, at + 1, wrong or _composed("".join(pieces)), inserted)

    def _piece(self, at: int, pieces: list[str], inserted: list[Sequence[Token]], depth: int) -> int:
        """Read a character, an escaped `$${`, or what is to be inserted; give where it ends."""
        text = self._text
        if text.startswith(("$${", "%%{"), at):
            pieces.append(text[at + 1 : at + 3])
            return at + 3
        if text[at] == "\r" and not text.startswith("\r\n", at):
            raise self.malformed(at)
        if not text.startswith(("${", "%{"), at):
            pieces.append(text[at])
            return at + 1
        if depth >= _DEEPEST:
            raise MalformedError("nested too deeply", self._line_of(at))
        self._at = at + 2 + text.startswith("~", at + 2)
        inside, open_braces = [], 1
        while self._at < len(text):
            token = self._next(depth + 1) if text[self._at] != "~" else self._token("~", self._at + 1)
            open_braces += {"{": 1, "}": -1}.get(token.kind, 0) if token else 0
            if token and open_braces:
                inside.append(token)
            elif token:
                kind = "directive" if text[at] == "%" else END
                last = Token(kind=kind, line=token.line, start=token.start, end=token.start, written="")
                inserted.append([it for it in inside if it.kind not in {"~", NEWLINE}] + [last])
                return self._at
        raise MalformedError(UNFINISHED)

    def _heredoc(self, opening: re.Match[str], depth: int) -> Token:
        """Return the lines up to the one that holds the marker alone; in `<<-`, without their common indentation."""
        start, at, marker = self._at, opening.end(), opening[2]
        lines: list[list[str]] = []
        inserted: list[Sequence[Token]] = []
        text = self._text
        while True:
            end = text.find("\n", at)
            line = text[at : end if end >= 0 else len(text)]
            if end >= 0 and line.strip() == marker:
                break
            if end < 0:
                raise MalformedError(f"the line {marker} is missing that ends a text of several", self._line_of(start))
            pieces: list[str] = []
            while not pieces or not pieces[-1].endswith("\n"):
                if at >= len(text):
                    raise MalformedError(UNFINISHED)
                at = self._piece(at, pieces, inserted, depth)
            lines.append(pieces)
        self._at = start
        found = ["".join(pieces) for pieces in lines]
        value = "".join(_flushed(found) if opening[1] else found)
        return self._token(TEXT, at + len(line.rstrip("\r")), _composed(value), inserted)


def cannot_be_understood(text: str, at: int) -> MalformedError:
    """Return the line and the column from which on there is no HCL; at the text's end, that it ends too early."""
    if not text[at:].strip():
        at = min(at, len(text.rstrip("\r\n")))
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin:].split("\n", 1)[0]
    return MalformedError(
        f"it cannot be understood from column {at - begin + 1} on: {escape_and_cut(line)}", text.count("\n", 0, at) + 1
    )


def _composed(text: str) -> str:
    """Text as Terraform keeps it: composed (Unicode's NFC)."""
    return unicodedata.normalize("NFC", text)


def _unescaped(found: re.Match[str]) -> str | None:
    """One escape's character; None where Unicode has none of that number, or half of a pair."""
    short, long, letter = found.groups()
    if letter is not None:
        return _ESCAPED[letter]
    code = int(short or long, 16)
    return None if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)  # noqa: PLR2004 - Unicode's bounds


def _flushed(lines: Sequence[str]) -> list[str]:
    """Lines without the spaces with which all of them begin; lines of spaces alone stay, and do not count."""
    spaces = [len(_INDENTED.match(line)[0]) for line in lines if line.strip()]  # type: ignore[index]  # it matches always
    least = min(spaces, default=0)
    return [line[least:] if line.strip() else line for line in lines]
