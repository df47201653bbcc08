"""Events of a log, and tasks that come and go, for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, chop_cells

from stacks.logs.events import SHORT, read_message

if TYPE_CHECKING:
    from stacks.logs.events import LogEvent, Message
    from stacks.logs.tasks import TaskChange
    from stacks.views.styled import Line

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_green")
"""Of the tasks, in the order in which they come."""
LEVELS = {"CRITICAL": "bold red", "FATAL": "bold red", "ERROR": "red", "WARNING": "yellow", "WARN": "yellow"}
QUIET = {"DEBUG", "TRACE"}
DIM = "dim"
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""Sequences that would move the cursor of the terminal, or colour what follows."""
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs that would act on the terminal, turn the direction of a text, or cannot be written."""
NARROWEST = 20
"""Columns for the message, at the least."""


class LogLines:
    """Makes lines of events; each task has a colour, and the beginning of its id stands before each event.

    `container` is the name of the app's container, which is not repeated on each line.
    """

    def __init__(self, container: str) -> None:
        self._container = container
        self._colours: dict[str, str] = {}

    def colour(self, task: str) -> str:
        """Return the colour of a task."""
        return self._colours.setdefault(task, COLOURS[len(self._colours) % len(COLOURS)])

    def lines(self, event: LogEvent, width: int) -> list[Line]:
        """Return the lines of an event: wrapped at `width` columns, under the message (0: not at all).

        Other fields of a JSON object stand after the message where there is room, else below it.
        """
        said = read_message(event.message)
        when, who = f"{moment(event.at)}  ", f"{self._name(event)}  "
        first: Line = [(when, DIM), (who, self.colour(event.task or event.stream))]
        margin = cell_len(when) + cell_len(who)
        rest: Line = [(" " * margin, "")]
        level = f"{printable(said.level):<7} " if said.level else ""
        found: list[Line] = []
        for number, text in enumerate(_texts(said)):
            space = max(width - margin - (cell_len(level) if not number else 0), NARROWEST) if width else 0
            for part in wrapped(printable(text), space):
                head = rest if found else [*first, (level, LEVELS.get(said.level, DIM))]
                found.append([*head, (part, DIM if said.level in QUIET else "")])
        if said.fields:
            about = printable("  ".join(f"{key}={_value(value)}" for key, value in said.fields.items()))
            used = sum(cell_len(text) for text, _ in found[0])
            if len(found) == 1 and (not width or used + 2 + cell_len(about) <= width):
                found[0].append((f"  {about}" if said.text else about, DIM))
            else:
                parts = wrapped(about, max(width - margin, NARROWEST) if width else 0)
                found += [[*rest, (part, DIM)] for part in parts]
        return found

    def _name(self, event: LogEvent) -> str:
        if not event.task:
            return printable(event.stream)
        other = "" if event.container == self._container else f"/{event.container}"
        return printable(f"{event.task[:SHORT]}{other}")


def moment(time: dt.datetime) -> str:
    """Return a time as people here say it, with the day where that is not today."""
    local = time.astimezone()
    text = f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"
    return text if local.date() == dt.datetime.now().astimezone().date() else f"{local:%Y-%m-%d} {text}"


def printable(text: str) -> str:
    """Return a text of one line that cannot move the cursor nor change colours."""
    return CONTROLS.sub(_escaped, ESCAPES.sub("", text)).expandtabs(4)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode()


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in parts of at most so many columns, at blanks where there are any; 0 is one part."""
    if not width or cell_len(text) <= width:
        return [text]
    parts = []
    while cell_len(text) > width:
        fits = chop_cells(text, width)[0]
        cut = fits.rfind(" ") if not text[len(fits)].isspace() else len(fits)
        cut = cut if fits[: max(cut, 0)].strip() else len(fits)
        parts.append(text[:cut])
        text = text[cut:].lstrip(" ")
    return [*parts, text] if text else parts


def event_document(event: LogEvent) -> dict[str, Any]:
    """Return an event as a JSON object; `message` is what was written, `fields` the same where that is JSON."""
    said = read_message(event.message)
    return {
        "time": _iso(event.at),
        "task": event.task or None,
        "container": event.container or None,
        "stream": event.stream,
        "id": event.id,
        "level": said.level or None,
        "message": event.message,
        "fields": said.document,
    }


def change_lines(change: TaskChange, colour: str) -> list[Line]:
    """Return the lines of a task that has begun to run, or stopped."""
    head: Line = [(f"{moment(change.at)}  " if change.at else "", DIM), (f"task {change.short} ", colour)]
    if change.status != "STOPPED":
        return [[*head, (f"runs ({change.definition})", "")]]
    code = "" if change.exit_code is None else f" (container {change.container}, exit code {change.exit_code})"
    lines: list[Line] = [[*head, (f"has stopped: {printable(change.reason)}{code}", "")]]
    return [*lines, [(f"  {change.hint}", "")]] if change.hint else lines


def change_document(change: TaskChange) -> dict[str, Any]:
    """Return it as a JSON object."""
    return {
        "task": change.task,
        "status": change.status,
        "task_definition": change.definition,
        "at": _iso(change.at) if change.at else None,
        "reason": change.reason or None,
        "container": change.container or None,
        "exit_code": change.exit_code,
        "hint": change.hint or None,
    }


def _texts(said: Message) -> list[str]:
    return [*said.text.splitlines(), *said.trace.splitlines()] or [""]


def _value(value: object) -> str:
    return value if isinstance(value, str) and value and " " not in value else json.dumps(value, ensure_ascii=False)


def _iso(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
