"""A load from a CSV file: what `docs/guides/choose-scaling.md` says of its columns is checked here, line by line."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.scale.load import MINUTE, Load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

TIME, TASKS = "time", "tasks"
MEASURES = ("cpu", "memory", "requests", "sessions", TASKS)
WHOLE = {"memory": 100.0}
"""The largest value of a column, where there is one."""
MAX_DAYS = 62
SHOWN = 20
"""Mistakes that are listed at most."""
HELP = "The columns are in docs/guides/choose-scaling.md: time and any of cpu, memory, requests, sessions, tasks."


@dataclass
class _Table:
    """The rows as they are read, and what is wrong with them."""

    times: list[dt.datetime] = field(default_factory=list)
    values: dict[str, list[float | None]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def read_csv(path: Path, metrics: Collection[str] = ()) -> Load:
    """Return the load of a file. `metrics` are names of step scaling policies, which may be columns as well.

    Raises UserError with every mistake and its line.
    """
    table = _read(path, metrics)
    if not table.mistakes and len(table.times) < 2:  # noqa: PLR2004 - an interval has two ends
        table.mistakes.append("line 2: there must be two rows at least, so that it is known how long each lasts")
    if not table.mistakes and table.times[-1] - table.times[0] > dt.timedelta(days=MAX_DAYS):
        table.mistakes.append(f"the last line: the file is longer than {MAX_DAYS} days")
    if table.mistakes:
        raise _refused(path, table.mistakes)
    return _load(path, table, metrics)


def _refused(path: Path, mistakes: Sequence[str]) -> UserError:
    shown = [f"  {it}" for it in mistakes[:SHOWN]]
    if len(mistakes) > SHOWN:
        shown.append(f"  and {len(mistakes) - SHOWN} more")
    count = f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}"
    return UserError(str(path), "\n".join([count, *shown]), HELP, code=Code.FILE)


def _read(path: Path, metrics: Collection[str]) -> _Table:
    table = _Table()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            rows = csv.reader(file, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
            _read_rows(rows, metrics, table)
    except UnicodeDecodeError:
        raise UserError(str(path), "it is not UTF-8", HELP, code=Code.FILE) from None
    except csv.Error as error:
        table.mistakes.append(f"the file is no CSV: {error}")
    except OSError as error:
        raise UserError(str(path), f"it cannot be read: {error.strerror or error}", code=Code.FILE) from error
    return table


def _read_rows(rows: Iterator[list[str]], metrics: Collection[str], table: _Table) -> None:
    header = [name.strip() if name.strip() in metrics else name.strip().lower() for name in next(rows, [])]
    table.mistakes += _header_mistakes(header, metrics)
    if table.mistakes:
        return
    table.values = {name: [] for name in header if name != TIME}
    for row in rows:
        line = rows.line_num  # type: ignore[attr-defined]  # csv.reader has it; its class has no public name
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            table.mistakes.append(f"line {line}: {len(row)} values for {len(header)} columns")
            continue
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        table.mistakes += [f"line {line}: {why}" for why in _take(cells, table)]


def _header_mistakes(header: Sequence[str], metrics: Collection[str]) -> Iterator[str]:
    known = {TIME, *MEASURES, *metrics}
    if TIME not in header:
        yield "line 1: there is no column time"
    if not set(header) & (known - {TIME, TASKS, "sessions"}):
        yield "line 1: there is none of the columns cpu, memory and requests"
    yield from (f"line 1: the column {name!r} is not known" for name in header if name not in known)
    yield from (f"line 1: the column {name} is there {n} times" for name, n in Counter(header).items() if n > 1)


def _take(cells: Mapping[str, str], table: _Table) -> Iterator[str]:
    """Append a row to the table; yield what is wrong with it."""
    time = None
    try:
        found = dt.datetime.fromisoformat(cells[TIME])
        time = (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
        time = time.replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        yield f'the time {cells[TIME]!r} is not in a form like "2026-11-30T09:00Z"'
    if time is not None and table.times and time <= table.times[-1]:
        yield f"the time {cells[TIME]} is not after the line before"
        time = None
    if time is not None:
        table.times.append(time)
    for name, values in table.values.items():
        value, why = _number(cells[name], name)
        if why:
            yield why
        if time is not None:
            values.append(value)


def _number(text: str, name: str) -> tuple[float | None, str]:
    """Return a value, or None with what is wrong; an empty one is missing."""
    if not text:
        return None, ""
    try:
        value = float(text)
    except ValueError:
        return None, f"the {name} {text!r} is not a number, with a point before its decimals"
    most = WHOLE.get(name, math.inf)
    if not math.isfinite(value) or not 0 <= value <= most:
        limits = "a number from 0 on" if most == math.inf else f"a number from 0 to {most:g}"
        return None, f"the {name} {text} is not {limits}"
    return value, ""


def _load(path: Path, table: _Table, metrics: Collection[str]) -> Load:
    """Return the rows on the grid of minutes: each lasts as long as most do, and not into the next one."""
    gaps = [int((later - sooner) / MINUTE) for sooner, later in pairwise(table.times)]
    usual = min(Counter(gaps).most_common(), key=lambda it: (-it[1], it[0]))[0]
    columns = {name: _spread(values, gaps, usual) for name, values in table.values.items()}
    cpu, tasks = columns.get("cpu", []), columns.get(TASKS, [])
    assumptions = [] if usual == 1 else [f"Each row lasts {usual} minutes, as most do; what is not covered is missing."]
    if cpu and not tasks:
        assumptions.append("One task ran: the file has no column tasks.")
    return Load(
        start=table.times[0],
        cpu=[None if it is None else it * (_count(tasks, n) or 1) for n, it in enumerate(cpu)],
        memory=columns.get("memory", []),
        requests=columns.get("requests", []),
        sessions=columns.get("sessions", []),
        tasks=tasks,
        metrics={name: columns[name] for name in metrics if name in columns},
        source=f"{path.name}, {len(table.times)} rows",
        assumptions=tuple(assumptions),
    )


def _count(tasks: Sequence[float | None], minute: int) -> float | None:
    return tasks[minute] if tasks else None


def _spread(values: Sequence[float | None], gaps: Sequence[int], usual: int) -> list[float | None]:
    found: list[float | None] = []
    for value, gap in zip(values, [*gaps, usual], strict=True):
        found += [value] * min(gap, usual) + [None] * (gap - usual)
    return found
