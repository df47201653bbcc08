"""Filter patterns: terms, phrases, regular expressions, and comparisons of JSON fields.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html. Patterns for fields between blanks
(`[a, b]`) are refused. Terms are searched for with their capitals.
"""

from __future__ import annotations

import json
import operator
import re
from typing import TYPE_CHECKING

from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Untyped

    Matcher = Callable[[str], bool]

_TERM = re.compile(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))\s*')
_PLAIN = re.compile(r"\w+", re.ASCII)
_COMPARISON = re.compile(
    r"""\$((?:\.[\w@-]+|\["[^"]+"\]|\[\d+\])+)\s*
        (?:(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|%([^%]*)%|([\w.*+-]+))|(IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS))\s*""",
    re.VERBOSE,
)
_STEP = re.compile(r"\.([\w@-]+)|\[\"([^\"]+)\"\]|\[(\d+)\]")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ABSENT = object()


def compile_pattern(pattern: str) -> Matcher:
    """Return what matches a message. Raises RefusedError for a pattern that CloudWatch Logs would not take."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if text[0] == text[-1] == "%" and len(text) > 1:
        return _regex(text[1:-1])
    if text.startswith("{"):
        return _json(text)
    if text.startswith("["):
        raise _invalid(f"The embedded AWS knows no patterns of fields between blanks: {text}")
    return _terms(text)


def _terms(text: str) -> Matcher:
    terms: dict[str, list[str]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None or (found[3] is not None and _PLAIN.fullmatch(found[3]) is None):
            raise _invalid(f"Invalid character(s) in term '{text[position:].split(maxsplit=1)[0]}'")
        term = found[3] if found[2] is None else re.sub(r"\\(.)", r"\1", found[2])
        terms[found[1]].append(term)
        position = found.end()

    def matches(message: str) -> bool:
        return (
            all(term in message for term in terms[""])
            and (not terms["?"] or any(term in message for term in terms["?"]))
            and not any(term in message for term in terms["-"])
        )

    return matches


def _regex(text: str) -> Matcher:
    if "(" in text or ")" in text:
        raise _invalid("Invalid regex: parentheses are not supported")
    try:
        found = re.compile(text)
    except re.error as error:
        raise _invalid(f"Invalid regex: {error}") from error
    return lambda message: found.search(message) is not None


def _json(text: str) -> Matcher:
    """Return a matcher of comparisons that all are joined by `&&`, or all by `||`."""
    if not text.endswith("}"):
        raise _invalid("Invalid JSON pattern: no closing brace")
    inner = text[1:-1].replace("(", " ").replace(")", " ")
    joined = re.split(r"(&&|\|\|)", inner)
    kinds = set(joined[1::2])
    if len(kinds) > 1:
        raise _invalid("The embedded AWS knows no JSON pattern with both && and ||")
    tests = [_comparison(part.strip()) for part in joined[::2]]
    join: Untyped = any if kinds == {"||"} else all

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return isinstance(document, dict) and join(test(document) for test in tests)

    return matches


def _comparison(text: str) -> Callable[[Untyped], bool]:
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise _invalid(f"Invalid JSON pattern: {text}")
    path, sign, quoted, regex, bare, words = found.groups()
    steps = [name or key or int(index) for name, key, index in _STEP.findall(path)]

    def matches(document: Untyped) -> bool:
        value = _value(document, steps)
        if words:
            wanted: Untyped = {"NULL": None, "TRUE": True, "FALSE": False, "EXISTS": _ABSENT}[words.split()[-1]]
            return value is wanted
        if value is _ABSENT:
            return False
        if regex is not None:
            return (re.search(regex, str(value)) is not None) is (sign == "=")
        given = quoted if quoted is not None else bare
        if sign in _ORDER:
            return isinstance(value, int | float) and _ORDER[sign](value, float(given))
        return (_equal(value, given)) is (sign == "=")

    return matches


def _value(document: Untyped, steps: list[str | int]) -> Untyped:
    for step in steps:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return document


def _equal(value: Untyped, given: str) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(given) == value
        except ValueError:
            return False
    pattern = ".*".join(map(re.escape, given.split("*")))
    return re.fullmatch(pattern, value if isinstance(value, str) else json.dumps(value)) is not None


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterException", message)
