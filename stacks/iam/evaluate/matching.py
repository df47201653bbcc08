"""Wildcards of IAM, one pattern against another, and policy variables.

A request may be a pattern itself: all ARNs of services in a cluster, say. `classes` sorts everything that such a
pattern stands for by which other patterns match it; that is exact, not a guess from samples.

What is matched how is said by
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (wildcards in ARNs) and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (policy variables).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

Context: TypeAlias = Mapping[str, tuple[str, ...] | None]
"""Condition keys in lower case with the values that a request has for them. A key with None, or with no values, is
known to be absent from the request; a key that is not in the mapping is unknown."""


class Wild(Enum):
    """A wildcard: one character or any number of them, of any kind or all but some.

    `*_INSIDE` a segment are all but colons, `MADE_UP` all but the separators of names.
    """

    ONE = "?"
    MANY = "*"
    ONE_INSIDE = "?:"
    MANY_INSIDE = "*:"
    MADE_UP = "*-"


Glob: TypeAlias = tuple[str | Wild, ...]
"""Characters that stand for themselves, and wildcards."""

ARN_SEPARATORS = 5
"""Colons before the part of an ARN that names the resource."""

SEPARATORS = ":-/"
MADE = re.compile(r"-\*-[A-Za-z0-9]+-\*$")
"""The end of a name that CloudFormation makes in a nested stack: what it puts after the ids is letters and digits."""

MOST_STATES = 20_000
"""How far `classes` goes before it gives up; ordinary policies need some hundred states."""

VARIABLE = re.compile(r"\$\{(?:([*?$])|([^},]+?)(?:,\s*'([^']*)')?)\}")
"""A policy variable: a special character, or a key with perhaps a default value."""


class TooManyWildcardsError(Exception):
    """The patterns have so many ways to match that comparing them would take too long."""


@dataclass(frozen=True)
class Pattern:
    """A string of a policy, its variables replaced as far as the request's context is known.

    `unknown` names the keys of variables whose value is unknown: then `glob` matches all that the pattern may match.
    `absent` names the keys of variables that the request does not have.
    """

    glob: Glob
    unknown: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def glob(text: str) -> Glob:
    """Return `text` with `*` and `?` as wildcards for any characters."""
    wildcards = {"*": Wild.MANY, "?": Wild.ONE}
    return tuple(wildcards.get(character, character) for character in text)


@lru_cache(maxsize=10_000)
def action_glob(text: str) -> Glob:
    """Return the actions that `text` names, to be compared with what is in lower case.

    "The prefix and the action name are case insensitive" (reference_policies_elements_action.html).
    """
    return glob(text.lower())


def has_wildcards(resource: str) -> bool:
    """Whether a resource that is asked for is a pattern."""
    return resource != "*" and ("*" in resource or "?" in resource)


def inside(tokens: Glob, *, last_crosses: bool) -> Glob:
    """Return an ARN's tokens, its wildcards kept inside of the segments before the resource part.

    `last_crosses` leaves out those `*` that end a segment.
    """
    narrow = {Wild.ONE: Wild.ONE_INSIDE, Wild.MANY: Wild.MANY_INSIDE}
    result: list[str | Wild] = []
    separators = 0
    for one, following in zip(tokens, (*tokens[1:], None), strict=True):
        separators += one == ":"
        is_last = one is Wild.MANY and (following is None or (last_crosses and following == ":"))
        is_open = is_last or separators >= ARN_SEPARATORS
        result.append(one if is_open or not isinstance(one, Wild) else narrow[one])
    return tuple(result)


@lru_cache(maxsize=10_000)
def asked_glob(resource: str) -> Glob:
    """Return the ARNs that a request may be about: before the resource part, a wildcard is a segment's unknown value.

    In a name that CloudFormation makes in a nested stack it is what is made up: otherwise such a name could look like
    that of another resource in the same stack. `*` alone is not a pattern: it is what actions without resource types
    are checked against.
    """
    if resource == "*":
        return ("*",)
    name = MADE.search(resource)
    made_up = {name.start() + 1, name.end() - 1} if name else ()
    tokens = inside(glob(resource), last_crosses=False)
    return tuple(Wild.MADE_UP if place in made_up else token for place, token in enumerate(tokens))


def pattern(text: str, context: Context | None, *, wildcards: bool = True) -> Pattern:
    """Return a policy's string with its variables replaced; before version 2012-10-17 (no context) it has none."""
    tokens: list[str | Wild] = []
    unknown, absent = [], []
    end = 0
    for found in VARIABLE.finditer(text) if context is not None else ():
        tokens += glob(text[end : found.start()]) if wildcards else text[end : found.start()]
        special, key, default = found.groups()
        values = (special,) if special else _values(key, default, context or {})
        if values is None:
            unknown.append(key)
            tokens.append(Wild.MANY)
        elif len(values) != 1:  # A variable has one value: there is none, or the key has several.
            absent.append(key)
        else:
            tokens += values[0]
        end = found.end()
    tokens += glob(text[end:]) if wildcards else text[end:]
    return Pattern(tuple(tokens), tuple(unknown), tuple(absent))


def arn_pattern(text: str, context: Context | None, *, asked: str) -> Pattern:
    """Return a policy's ARN with its variables replaced, to be compared with the ARN that is asked for.

    Wildcards stay inside of a segment, but "if the * wildcard is the last character of a resource ARN segment, it can
    expand to match beyond the colon boundaries". Not so against a pattern that is asked for, if the policy's ARN is
    whole: nobody who asks for all services of a cluster means one whose name looks like the end of another ARN.

    "You can't use a variable to replace parts of the ARN before the fifth colon": what such a one does is unknown.
    """
    if "${" not in text:
        return _plain_arn(text, is_pattern=has_wildcards(asked))
    variables = [key or special for special, key, _ in VARIABLE.findall(text)] if context is not None else []
    if variables and "\0" in "".join(VARIABLE.sub("\0", text).split(":", ARN_SEPARATORS)[:ARN_SEPARATORS]):
        return Pattern((Wild.MANY,), unknown=tuple(variables))
    resolved = pattern(text, context)
    inner = _inside_of_policy(resolved.glob, is_pattern=has_wildcards(asked))
    return Pattern(inner, resolved.unknown, resolved.absent)


@lru_cache(maxsize=10_000)
def _plain_arn(text: str, *, is_pattern: bool) -> Pattern:
    return Pattern(_inside_of_policy(glob(text), is_pattern=is_pattern))


def _inside_of_policy(tokens: Glob, *, is_pattern: bool) -> Glob:
    """Return a policy's ARN, `is_pattern` where what it is compared with is one too."""
    is_whole = tokens.count(":") >= ARN_SEPARATORS
    return inside(tokens, last_crosses=not is_whole or not is_pattern)


def matches(tokens: Glob, text: str) -> bool:
    """Whether `text` itself, without wildcards in it, is matched."""
    machine = _Machine([tokens])
    state = machine.start
    for character in text:
        state = machine.after(state, character)
    return bool(state & machine.accepting[0])


@lru_cache(maxsize=2_000)
def classes(asked: Glob, globs: tuple[Glob, ...]) -> Mapping[frozenset[int], str]:
    """Sorts what `asked` stands for by which of the globs match it: their indices, with a shortest example of each.

    Raises TooManyWildcardsError.
    """
    machine = _Machine([asked, *globs])
    alive = machine.accepting[0] * 2 - 1
    other = machine.unused()
    found: dict[frozenset[int], str] = {}
    seen = {machine.start}
    waiting = deque([(machine.start, "")])
    while waiting:
        state, word = waiting.popleft()
        if state & machine.accepting[0]:
            matching = frozenset(i for i, bit in enumerate(machine.accepting[1:]) if state & bit)
            found.setdefault(matching, word)
        for symbol in machine.symbols(state, other):
            following = machine.after(state, symbol)
            if following & alive and following not in seen:
                seen.add(following)
                waiting.append((following, word + symbol))
        if len(seen) > MOST_STATES:
            raise TooManyWildcardsError
    return found


class _Machine:
    """All globs run at once over a text, a bit for each place in each glob: the shift-and algorithm.

    `start` and what `after` gives are sets of places as bits; glob `i` matches what was read if `accepting[i]` is set.
    """

    def __init__(self, globs: Iterable[Glob]) -> None:
        self.start = 0
        self.accepting: list[int] = []
        self._places: dict[str | Wild, int] = {}
        offset = 0
        for tokens in globs:
            self.start |= 1 << offset
            for token in _merged(tokens):
                self._places[token] = self._places.get(token, 0) | 1 << offset
                offset += 1
            self.accepting.append(1 << offset)
            offset += 1
        self._many = self._places.get(Wild.MANY, 0)
        self._many_inside = self._places.get(Wild.MANY_INSIDE, 0)
        self._made_up = self._places.get(Wild.MADE_UP, 0)
        self._one = self._places.get(Wild.ONE, 0)
        self._one_inside = self._places.get(Wild.ONE_INSIDE, 0)
        self.start = self._with_empty(self.start)

    def after(self, state: int, symbol: str) -> int:
        """Return the places after one more character."""
        passing, staying = self._places.get(symbol, 0) | self._one, self._many
        if symbol != ":":
            passing |= self._one_inside
            staying |= self._many_inside
        if symbol not in SEPARATORS:
            staying |= self._made_up
        return self._with_empty((state & passing) << 1 | state & staying)

    def symbols(self, state: int, other: str) -> Iterator[str]:
        """Characters that make a difference here, `other` for all that make none."""
        wild = self._many | self._one | self._many_inside | self._one_inside | self._made_up
        yield from SEPARATORS if self._made_up & state else ()
        yield from (s for s, places in self._places.items() if isinstance(s, str) and s != ":" and places & state)
        yield from (":", other) if state & wild else (":",) if self._places.get(":", 0) & state else ()

    def unused(self) -> str:
        """Return a character that no glob has."""
        return next(c for c in map(chr, (*range(ord("a"), ord("z")), *range(0xE000, 0xF8FF))) if c not in self._places)

    def _with_empty(self, state: int) -> int:
        return state | (state & (self._many | self._many_inside | self._made_up)) << 1


def _merged(tokens: Glob) -> Iterator[str | Wild]:
    """Yield the tokens without neighbouring `*`, of which the wider one does for both."""
    many = {Wild.MANY, Wild.MANY_INSIDE}
    held: Wild | None = None
    for token in tokens:
        if isinstance(token, Wild) and token in many:
            held = Wild.MANY if Wild.MANY in {held, token} else token
            continue
        if held is not None:
            yield held
            held = None
        yield token
    if held is not None:
        yield held


def _values(key: str, default: str | None, context: Context) -> tuple[str, ...] | None:
    """Return a variable's values: one, none or several; None where that is unknown."""
    name = key.strip().lower()
    if name not in context:
        return None
    values = context[name] or ()
    return (default,) if not values and default is not None else values
