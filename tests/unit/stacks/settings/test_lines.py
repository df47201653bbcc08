"""The lines of a TOML file: whatever it holds, each place is told, and its line is right."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stacks.settings.lines import find_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings.forms import Place

PIECES = st.sampled_from(
    [
        "a = 1", "b = 'x'",
        'c = """\na = 1\n[x]\n""""', "d = '''\n[[x]]'\n'''''", 'e = "\\"# ]}"', "f = [1, 2, # ]\n3\n,]",
        "g = { h = 1, 'i.j' = [ {}, { k = 2 } ] }", "l.m = 1", "l . 'n o' . p = []", "", "# a = 1", "[x]", "[ x . y ]",
        "[[z]]", "[[z.w]]", "[z.v]", "[[ z . 'w' ]] # [x]", "q = 1979-05-27T07:32:00Z", "r = -inf", 's = ""', "t = ''",
        "u = [[], [[1], ['''\n''']]]", '"" = 1', '"\\u00e9\\"" = true', "v = {}", "\t", "w = 1_000\r",
    ]
)  # fmt: skip


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place inside a value."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield (*place, step)
        yield from places(item, (*place, step))


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=8))
def test_every_place_has_a_line(pieces: list[str]) -> None:
    """No more and no fewer than the parser sees, whatever looks like a key inside of a text or a comment."""
    text = "\n".join(pieces)
    try:
        data = tomllib.loads(text)
    except ValueError:
        assume(False)  # noqa: FBT003 - hypothesis' own signature
    found = find_lines(text)
    assert set(found) == set(places(data))
    rows = text.split("\n")
    for place, line in found.items():
        name = next((step for step in reversed(place) if isinstance(step, str)), "")
        assert name.isascii() is False or name in rows[line - 1] or isinstance(place[-1], int)


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a = 1\n\n[b]\n# c = 1\nc = 2", ("b", "c"), 5),
        ("[a.b]\nc = 1", ("a", "b", "c"), 2),
        ("[a.b]\nc = 1\n[a]\nd = 1", ("a", "b"), 1),
        ("[a.b]\nc = 1\n[a]\nd = 1", ("a",), 3),
        ("[[a]]\nb = 1\n[[a]]\nb = 2", ("a", 1, "b"), 4),
        ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n[a.b.c]\nd = 1", ("a", 1, "b", 0, "c", "d"), 6),
        ('a = """\nb = 1\n[c]\n"""\nb = 2', ("b",), 5),
        ("a = [\n  1,\n  { b = 1,\n c = 2 },\n]".replace(",\n c", ", c"), ("a", 1, "c"), 3),
        ("a.b = { 'c d' = [\n1,\n2] }", ("a", "b", "c d", 1), 3),
        ("a = 1\r\nb = 2\r\n", ("b",), 2),
    ],
)
def test_a_line_is_that_of_the_key_or_the_header(text: str, place: Place, line: int) -> None:
    """Counted from 1, in tables in tables, lists of tables and inline."""
    assert find_lines(text)[place] == line
