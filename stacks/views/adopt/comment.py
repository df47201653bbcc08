"""A takeover in Markdown, for a pull request: the tables folded, what has to be decided in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.views.adopt import words
from stacks.views.plan.comment import LIMIT, VALUE, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.adopt.survey import Difference
    from stacks.adopt.surveying import Look

RESERVE = 200
"""Characters kept for the line that says that something was left out."""


def markdown(look: Look) -> str:
    """Return the look as Markdown, never longer than a comment may be."""
    survey = look.survey
    blocks = [
        f"### Takeover of `{look.settings.identity.name}` from Terraform",
        words.header(look),
        f"**{words.summary(survey)} {words.verdict(survey)}**",
        *(_bullets("Cannot be taken over", survey.refusals)),
        *(_bullets("Notes", survey.notes)),
        *_differences(words.shown_differences(survey)),
        *_folded(
            "Taken over",
            ("address", "place", "type", "identifier"),
            [
                ("<br>".join(map(_code, it.addresses)), _code(it.path), it.type, words.identifier(it))
                for it in survey.adopted
            ],
        ),
        *_folded("Stays with Terraform", ("address", "why"), [(_code(it.address), it.why) for it in survey.staying]),
        *_folded("Made by the first deploy", ("place", "type"), [(_code(it.path), it.type) for it in survey.made]),
    ]
    return _fitting(blocks)


def _fitting(blocks: Sequence[str]) -> str:
    """Return the blocks that fit into a comment, and say how many do not."""
    kept: list[str] = []
    for block in blocks:
        if sum(map(len, kept)) + 2 * len(kept) + len(block) > LIMIT - RESERVE:
            return "\n\n".join([*kept, "... the rest is in `adopt --json`."]) + "\n"
        kept.append(block)
    return "\n\n".join(kept) + "\n"


def _bullets(title: str, sentences: Sequence[str]) -> list[str]:
    return ["\n".join([f"**{title}**", "", *(f"- {it}" for it in sentences)])] if sentences else []


def _differences(found: Sequence[Difference]) -> list[str]:
    rows = [
        (
            _code(it.path),
            _code(it.property) if it.property else "",
            it.effect.value,
            _code(cut("; ".join(words.clauses(it)) or words.values(it), VALUE)),
            _setting(it),
        )
        for it in found
    ]
    return ["\n".join(_table(("place", "property", "effect", "now → then", "settled by"), rows))] if rows else []


def _setting(it: Difference) -> str:
    return "<br>".join(_code(line) for line in it.setting.splitlines() if line)


def _folded(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    table = "\n".join(_table(columns, rows))
    return [f"<details><summary>{title}: {len(rows)}</summary>\n\n{table}\n\n</details>"]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"
