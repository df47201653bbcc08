"""The deployments that were, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from stacks.history.operations import Outcome
from stacks.terminal import PROGRAM
from stacks.views.duration import brief
from stacks.views.logs import printable, wrapped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from stacks.history.reading import DeployedImage, Deployment, History
    from stacks.views.styled import Line, Piece

MARKS = {
    Outcome.SUCCEEDED: ("✓", "green"),
    Outcome.RUNNING: ("…", "cyan"),
    Outcome.ROLLED_BACK: ("✗", "yellow"),
    Outcome.CANCELLED: ("✗", "yellow"),
    Outcome.FAILED: ("✗", "red"),
}
"""The sign of an outcome and its colour; the word stands beside it."""
VERBS = {"create": "created", "update": "deployed", "import": "taken over", "destroy": "destroyed", "service": "by ECS"}
"""What is said of a deployment that succeeded, by its kind."""
DIGEST = len("sha256:") + 12
"""Characters of a digest that are shown where an image has no tag."""
HEAD = ("#", "when", "image", "result", "took", "who", "with")
NARROWEST = 40
REASON_LINES = 3
"""Lines of a reason that are shown; JSON has all of it."""


def lines(history: History, width: int) -> Iterator[Line]:
    """Yield a row for each deployment, and below it why it did not succeed (0: nothing is wrapped)."""
    rows = [_cells(it) for it in history.deployments]
    head: list[Piece] = [(text, "bold") for text in HEAD]
    widths = [max(cell_len(row[at][0]) for row in [head, *rows]) for at in range(len(HEAD))]
    yield _row(head, widths)
    for it, cells in zip(history.deployments, rows, strict=True):
        yield _row(cells, widths)
        margin = " " * (widths[0] + 2)
        room = max(width - len(margin), NARROWEST) if width else 0
        text = printable(" ".join(it.reason.split()))
        parts = wrapped(text, room) if text else []
        for part in parts[:REASON_LINES]:
            yield [(margin, ""), (part, MARKS[it.outcome][1])]
    yield [("", "")]
    for note in _notes(history):
        yield from ([(part, "dim")] for part in wrapped(note, width))


def _row(cells: list[Piece], widths: list[int]) -> Line:
    """Return the cells, padded, but for the last ones that are empty."""
    pieces: Line = []
    for (text, style), width in zip(cells, widths, strict=True):
        pieces += [(text, style), (" " * (width - cell_len(text) + 2), "")]
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    return pieces


def _cells(it: Deployment) -> list[Piece]:
    sign, colour = MARKS[it.outcome]
    result = VERBS[it.kind] if it.outcome is Outcome.SUCCEEDED else it.outcome.value
    took = brief((it.ended - it.began).total_seconds()) if it.ended is not None else ""
    return [
        (str(it.number), "bold" if it.runs else ""),
        (f"{it.began.astimezone():%Y-%m-%d %H:%M}", ""),
        (f"{_image(it.image)}{' (runs)' if it.runs else ''}", "bold" if it.runs or it.is_new_image else "dim"),
        (f"{sign} {result}", colour),
        (took, ""),
        (printable(it.who) or "-", ""),
        (it.tool, "dim"),
    ]


def _image(image: DeployedImage | None) -> str:
    if image is None:
        return "-"
    return image.tag or image.digest[:DIGEST] or image.uri.partition("@")[2][:DIGEST]


def _notes(history: History) -> Iterator[str]:
    if not history.exists:
        yield f"{history.stack_name} is destroyed; CloudFormation lists it for 90 days."
    elif any(it.outcome is Outcome.SUCCEEDED and it.image and not it.runs for it in history.deployments):
        yield f"Back to one of these images: {PROGRAM} rollback {history.environment} --to TAG"
    if history.has_more:
        yield "There are older ones: --limit."
    yield from history.notes


def document(history: History) -> dict[str, Any]:
    """Return it as a JSON document; times are ISO 8601, what is not known is null."""
    return {
        "environment": history.environment,
        "stack": history.stack_name,
        "exists": history.exists,
        "has_more": history.has_more,
        "deployments": [_document(it) for it in history.deployments],
        "notes": list(history.notes),
    }


def _document(it: Deployment) -> dict[str, Any]:
    return {
        "number": it.number,
        "kind": it.kind,
        "began": it.began.isoformat(),
        "ended": _iso(it.ended),
        "seconds": None if it.ended is None else (it.ended - it.began).total_seconds(),
        "result": it.outcome.value,
        "state": it.state or None,
        "reason": it.reason or None,
        "image": image_document(it.image),
        "new_image": it.is_new_image,
        "runs": it.runs,
        "who": it.who or None,
        "with": it.tool or None,
    }


def image_document(image: DeployedImage | None) -> dict[str, Any] | None:
    """Return an image as a JSON object."""
    if image is None:
        return None
    return {
        "uri": image.uri,
        "tag": image.tag or None,
        "digest": image.digest or None,
        "task_definition": image.definition,
    }


def _iso(time: dt.datetime | None) -> str | None:
    return None if time is None else time.isoformat()
