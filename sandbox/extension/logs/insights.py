"""The query language of Logs Insights, as far as saved queries use it; anything else is refused as malformed.

It knows fields, display, filter, parse by a regular expression, stats, sort and limit:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

import datetime as dt
import json
import operator
import re
from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs as logs

from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.extension.untyped import Record, Untyped

    Rows = list[Record]

MOST = 10_000
"""Rows of a result where the query has no limit."""
_FIELD = r"[@\w.]+"
_LIKE = re.compile(rf"({_FIELD})\s+(not\s+)?(?:like|=~)\s+(?:/(.*)/|'([^']*)'|\"([^\"]*)\")", re.DOTALL)
_COMPARED = re.compile(rf"({_FIELD})\s*(=|!=|<=|>=|<|>)\s*(?:'([^']*)'|\"([^\"]*)\"|(-?[\d.]+))")
_PRESENT = re.compile(rf"(not\s+)?ispresent\(\s*({_FIELD})\s*\)", re.IGNORECASE)
_PARSED = re.compile(rf"({_FIELD})\s+/(.*)/", re.DOTALL)
_AGGREGATE = re.compile(rf"(count|sum|avg|min|max)\(\s*(\*|{_FIELD})?\s*\)(?:\s+as\s+(\w+))?", re.IGNORECASE)
_BIN = re.compile(r"bin\((\d+)([smhd])\)(?:\s+as\s+(\w+))?")
_SORTED = re.compile(rf"({_FIELD}|bin\(\w+\))(?:\s+(asc|desc))?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ORDER: dict[str, Callable[[Untyped, Untyped], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def run(text: str, events: Iterable[Record], limit: int | None) -> tuple[Rows, int]:
    """Return the rows that a query finds among these events, and how many events matched.

    Raises RefusedError where it is malformed, or uses what is not known here.
    """
    rows: Rows = [_with_json(it) for it in events]
    shown: list[str] = []
    matched, most, is_grouped = len(rows), MOST if limit is None else limit, False
    for stage in logs._split_insights_pipes(text):
        command, _, rest = stage.partition(" ")
        match command.lower():
            case "fields" | "display":
                shown = _names(rest, shown if command.lower() == "fields" else [])
            case "filter":
                test = _condition(rest.strip())
                rows = [row for row in rows if test(row)]
                matched = matched if is_grouped else len(rows)
            case "parse":
                rows = _parsed(rest.strip(), rows)
            case "stats":
                rows, shown, is_grouped = _grouped(rest.strip(), rows), [], True
            case "sort":
                rows = _sorted(rest.strip(), rows)
            case "limit" if rest.strip().isdigit():
                most = min(most, int(rest))
            case _:
                raise malformed(f"unexpected symbol found {command}")
    if not is_grouped and not shown:
        shown = ["@timestamp", "@message"]
    rows = rows[:most]
    return ([{name: row[name] for name in (*shown, "@ptr") if name in row} for row in rows] if shown else rows), matched


def malformed(message: str) -> RefusedError:
    """Return the error for a query that cannot be understood."""
    return RefusedError("MalformedQueryException", message)


def _with_json(event: Record) -> Record:
    """Return an event with the fields of its JSON, which Logs Insights discovers."""
    row: Record = {name: value for name, value in event.items() if not name.startswith("_")}
    try:
        document = json.loads(event["@message"])
    except ValueError:
        return row
    return {**_flat(document, ""), **row} if isinstance(document, dict) else row


def _flat(document: Record, prefix: str) -> Record:
    found: Record = {}
    for name, value in document.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def _names(text: str, before: list[str]) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if re.fullmatch(_FIELD, name) is None:
            raise malformed(f"unexpected symbol found {name}")
    return [*before, *names]


def _condition(text: str) -> Callable[[Record], bool]:
    """Return a test of comparisons that are all joined by `and`, or all by `or`."""
    parts = re.split(
        r"\s+(and|or)\s+(?=(?:not\s+)?ispresent|[@\w.]+\s*(?:not\s+like|like|=|!|<|>))", text, flags=re.IGNORECASE
    )
    kinds = {it.lower() for it in parts[1::2]}
    if len(kinds) > 1:
        raise malformed("the embedded AWS knows no filter with both `and` and `or`")
    tests = [_comparison(part.strip()) for part in parts[::2]]
    join: Untyped = any if kinds == {"or"} else all
    return lambda row: join(test(row) for test in tests)


def _comparison(text: str) -> Callable[[Record], bool]:
    if found := _LIKE.fullmatch(text):
        name, is_not, regex, *quoted = found.groups()
        pattern = _regex(regex) if regex is not None else re.compile(re.escape(next(it for it in quoted if it)))
        return lambda row: (pattern.search(str(row.get(name, ""))) is not None) is not bool(is_not)
    if found := _COMPARED.fullmatch(text):
        name, sign, one, other, number = found.groups()
        wanted: Untyped = float(number) if number is not None else one if one is not None else other
        return lambda row: _compares(row.get(name), sign, wanted)
    if found := _PRESENT.fullmatch(text):
        is_not, name = found.groups()
        return lambda row: (row.get(name) is not None) is not bool(is_not)
    raise malformed(f"unexpected symbol found in {text}")


def _compares(value: Untyped, sign: str, wanted: Untyped) -> bool:
    if isinstance(wanted, float):
        try:
            value = float(value)
        except (TypeError, ValueError):
            return False
    return value is not None and _ORDER[sign](value, wanted)


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", text))
    except re.error as error:
        raise malformed(f"invalid regular expression: {error}") from error


def _parsed(text: str, rows: Rows) -> Rows:
    found = _PARSED.fullmatch(text)
    if found is None:
        raise malformed(f"unexpected symbol found in parse {text}")
    name, pattern = found[1], _regex(found[2])
    if not pattern.groupindex:
        raise malformed("parse needs a named group in its regular expression")
    matches = [(row, pattern.search(str(row.get(name, "")))) for row in rows]
    return [{**row, **(match.groupdict() if match else {})} for row, match in matches]


def _grouped(text: str, rows: Rows) -> Rows:
    wanted, _, keys = re.sub(r"\s+by\s+", "\0", text, count=1).partition("\0")
    columns = [_aggregate(it) for it in re.split(r",(?![^(]*\))", wanted)]
    makers = [_key(it.strip()) for it in re.split(r",(?![^(]*\))", keys)] if keys else []
    groups: dict[tuple[Untyped, ...], Rows] = {}
    for row in rows:
        groups.setdefault(tuple(make(row) for _, make in makers), []).append(row)
    return [
        {name: value for (name, _), value in zip(makers, key, strict=True) if value is not None}
        | {name: value for name, make in columns if (value := make(members)) is not None}
        for key, members in groups.items()
    ]


def _aggregate(text: str) -> tuple[str, Callable[[Rows], Untyped]]:
    found = _AGGREGATE.fullmatch(text.strip())
    if found is None:
        raise malformed(f"unexpected symbol found in stats {text.strip()}")
    kind, name = found[1].lower(), found[2] or "*"

    def make(rows: Rows) -> Untyped:
        if name == "*":
            return len(rows)
        values = [row[name] for row in rows if row.get(name) is not None]
        if kind == "count":
            return len(values)
        numbers = [float(value) for value in values if re.fullmatch(r"-?[\d.]+", str(value))]
        if not numbers:
            return None
        return {"sum": sum(numbers), "avg": sum(numbers) / len(numbers), "min": min(numbers), "max": max(numbers)}[kind]

    return found[3] or text.strip(), make


def _key(text: str) -> tuple[str, Callable[[Record], Untyped]]:
    if found := _BIN.fullmatch(text):
        width = int(found[1]) * _SECONDS[found[2]] * 1000

        def begin(row: Record) -> str:
            at = dt.datetime.strptime(row["@timestamp"] + "+0000", "%Y-%m-%d %H:%M:%S.%f%z").timestamp() * 1000
            text: str = logs._format_insights_timestamp(int(at // width * width))
            return text

        return found[3] or f"bin({found[1]}{found[2]})", begin
    if re.fullmatch(_FIELD, text) is None:
        raise malformed(f"unexpected symbol found in by {text}")
    return text, lambda row: row.get(text)


def _sorted(text: str, rows: Rows) -> Rows:
    found = _SORTED.fullmatch(text)
    if found is None:
        raise malformed(f"unexpected symbol found in sort {text}")
    name = found[1]

    def rank(row: Record) -> tuple[bool, float, str]:
        value = row.get(name)
        number = float(value) if isinstance(value, int | float) else 0.0
        return value is not None, number, str(value)

    return sorted(rows, key=rank, reverse=(found[2] or "asc").lower() == "desc")
