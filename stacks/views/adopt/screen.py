"""A takeover in the terminal: what goes where, what stays, what is made, and what would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from stacks.adopt.survey import Effect
from stacks.terminal import counted
from stacks.views import styled
from stacks.views.adopt import words
from stacks.views.plan.layout import GAP, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stacks.adopt.survey import Adopted, Difference, Survey
    from stacks.adopt.surveying import Look
    from stacks.views.styled import Line

STYLES = {
    Effect.REPLACEMENT: "bold red",
    Effect.UNREADABLE: "red",
    Effect.DELETES_LATER: "red",
    Effect.INTERRUPTION: "yellow",
    Effect.ROLLOUT: "yellow",
    Effect.IN_PLACE: "green",
}
STEP = "  "
PART = "  + "
"""Before the address of a resource that becomes a property of the one above it."""


def text(look: Look, width: int = 0) -> str:
    """Return it without colour, at most `width` columns wide (0: nothing is shortened)."""
    return styled.plain(lines(look, width))


def shown(look: Look, stream: TextIO) -> str:
    """Return it in this stream's width and colours; NO_COLOR and TERM=dumb turn colours off."""
    return styled.shown(lambda width: lines(look, width), stream)


def coloured(look: Look, width: int) -> str:
    """Return it with the escape sequences of colours that every terminal has."""
    return styled.coloured(lines(look, width))


def lines(look: Look, width: int) -> Iterator[Line]:
    """Yield all of it, part by part."""
    survey = look.survey
    yield from _head(look, width)
    for part in (_adopted(survey, width), _staying(survey, width), _made(survey, width), _differences(survey, width)):
        listed = list(part)
        if listed:
            yield []
            yield from listed
    yield from _listed("Notes", survey.notes, width, "bold")
    yield from _listed("Cannot be taken over", survey.refusals, width, "bold red")
    yield []
    yield from wrapped(words.summary(survey), "", width, "bold")
    yield from wrapped(words.verdict(survey), "", width, "bold red" if survey.is_blocked else "bold green")


def _head(look: Look, width: int) -> Iterator[Line]:
    name, where = look.settings.identity.name, words.header(look)
    if width and len(name) + len(GAP) + len(where) > width:
        yield [(name, "bold")]
        yield from wrapped(where, "", width, "dim")
    else:
        yield [(name, "bold"), (f"{GAP}{where}", "dim")]


def _adopted(survey: Survey, width: int) -> Iterator[Line]:
    if not survey.adopted:
        return
    yield [(f"Taken over: {counted(len(survey.adopted), 'resource')}", "bold")]
    rows = [_cells(it) for it in survey.adopted]
    columns = [max(len(row[0][index]) for row in rows) for index in range(3)]
    longest = max(len(part) for _, parts in rows for part in ("", *parts))
    columns[0] = max(columns[0], longest + len(PART)) if longest else columns[0]
    needed = len(STEP) + sum(columns) + 3 * len(STEP) + max(len(row[0][3]) for row in rows)
    for cells, parts in rows:
        yield from _row(cells, parts, columns, width if needed > width else 0)


def _cells(it: Adopted) -> tuple[tuple[str, str, str, str], Sequence[str]]:
    address, *parts = it.addresses
    return (address, it.path, it.type, words.identifier(it)), parts


def _row(cells: Sequence[str], parts: Sequence[str], columns: Sequence[int], width: int) -> Iterator[Line]:
    """Yield a resource on one line or, in a narrow terminal, on several; then the resources that are parts of it."""
    address, path, kind, name = cells
    if not width:
        yield [
            (f"{STEP}{address:<{columns[0]}}{STEP}", ""),
            (f"{path:<{columns[1]}}{STEP}", "bold green"),
            (f"{kind:<{columns[2]}}{STEP}", "dim"),
            (name, ""),
        ]
        yield from ([(f"{STEP}{PART}{part}", "")] for part in parts)
        return
    yield from wrapped(address, STEP, width, "")
    below = STEP * 3
    if len(below) + len(path) + len(kind) + len(name) + 2 * len(STEP) <= width:
        yield [(f"{below}{path}{STEP}", "bold green"), (f"{kind}{STEP}", "dim"), (name, "")]
    else:
        yield from _wide(((path, "bold green"), (kind, "dim")), below, width)
        yield from wrapped(name, below, width, "")
    for part in parts:
        yield from wrapped(part, f"{STEP}{PART}", width, "")


def _wide(pieces: Sequence[tuple[str, str]], indent: str, width: int) -> Iterator[Line]:
    """Yield the pieces on one line, or each on its own where that is too narrow."""
    if len(indent) + sum(len(text) for text, _ in pieces) + len(STEP) * (len(pieces) - 1) <= width:
        yield [(indent, ""), *((f"{text}{STEP}", style) for text, style in pieces)]
    else:
        for text, style in pieces:
            yield from wrapped(text, indent, width, style)


def _staying(survey: Survey, width: int) -> Iterator[Line]:
    if not survey.staying:
        return
    yield [(f"Stays with Terraform: {counted(len(survey.staying), 'resource')}", "bold")]
    for why, addresses in words.by_reason(survey).items():
        yield from wrapped(why, STEP, width, "italic")
        for address in addresses:
            yield from wrapped(address, STEP * 2, width, "")


def _made(survey: Survey, width: int) -> Iterator[Line]:
    if not survey.made:
        return
    yield [(f"Made by the first deploy: {counted(len(survey.made), 'resource')}", "bold")]
    longest = max(len(it.path) for it in survey.made)
    for it in survey.made:
        if width and len(STEP) * 2 + longest + len(it.type) > width:
            yield from wrapped(it.path, STEP, width, "green")
            yield from wrapped(it.type, STEP * 3, width, "dim")
        else:
            yield [(f"{STEP}{it.path:<{longest}}{STEP}", "green"), (it.type, "dim")]


def _differences(survey: Survey, width: int) -> Iterator[Line]:
    for effect in words.ORDER:
        found = words.differences(survey, effect)
        if not found:
            continue
        yield from wrapped(f"{words.TITLES[effect]}: {len(found)}", "", width, STYLES[effect])
        tags = words.common_tags(found)
        for it, group in tags:
            yield from wrapped(counted(len(group), "resource"), STEP, width, "bold")
            yield from _difference(it, width)
        others = [it for it in found if not any(it in group for _, group in tags)]
        for path in dict.fromkeys(it.path for it in others):
            yield from wrapped(path, STEP, width, "bold")
            for it in (each for each in others if each.path == path):
                yield from _difference(it, width)


def _difference(it: Difference, width: int) -> Iterator[Line]:
    below, values = STEP * 3, words.values(it)
    if clauses := words.clauses(it):
        yield from wrapped(it.property, below, width, "")
        for clause in clauses:
            yield from wrapped(clause, below + STEP, width, STYLES[it.effect])
    elif it.property and (not width or len(below) + len(it.property) + len(STEP) + len(values) <= width):
        yield [(below, "dim"), (f"{it.property}{STEP}", ""), (values, STYLES[it.effect])]
    elif it.property:
        yield from wrapped(it.property, below, width, "")
        yield from wrapped(values, below + STEP, width, STYLES[it.effect])
    if it.why:
        yield from wrapped(it.why, below + STEP, width, "italic")
    yield from ([(below + STEP, "dim"), (line, "cyan")] for line in it.setting.splitlines())


def _listed(title: str, sentences: Sequence[str], width: int, style: str) -> Iterator[Line]:
    if not sentences:
        return
    yield []
    yield [(title, style)]
    for sentence in sentences:
        yield from wrapped(sentence, STEP, width, "")
