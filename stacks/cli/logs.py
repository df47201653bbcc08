"""`logs ENV`: the tasks' logs, merged by time; `--follow` goes on; `--query NAME` runs a saved query."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import ClientError, error_code, error_message, translate_aws_errors
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.log_screen import LogScreen
from stacks.cli.reporting import DONE, progress
from stacks.errors import Code, UserError
from stacks.logs.following import follow
from stacks.logs.queries import find_query, run_query
from stacks.logs.reading import MISSING, STREAMS, Wanted, find_streams, read, read_newest
from stacks.logs.source import filter_pattern, find_source, no_log
from stacks.logs.tail import REJOIN, Tail
from stacks.logs.tasks import Tasks
from stacks.logs.times import milliseconds, parse_time
from stacks.terminal import PROGRAM
from stacks.views import log_queries as query_view
from stacks.views import logs as view
from stacks.views import styled

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.logs.events import LogEvent
    from stacks.logs.source import Source
    from stacks.settings import Settings

DEFAULT_SINCE = "10m"
MOST = 1_000_000
"""The most events that `--limit` can ask for: they are held in memory, because the newest come first."""
NEWEST_STREAMS = 5
"""Streams that are named where none has the task that was asked for."""
HOURS = 180
"""From so many minutes on, a time ago is given in hours."""


EXAMPLES = {
    "logs prod": "what the tasks have written in the last ten minutes",
    "logs prod --follow": "the same, and what is being written, until Ctrl-C",
    "logs prod --since 2h --filter ERROR": "the errors of two hours",
    "logs prod --query 'latest errors' --since 1d": "a saved query of Logs Insights over a day",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `logs`; times are points in time."""

    environment: str
    since: dt.datetime
    until: dt.datetime | None
    follow: bool
    task: str
    container: str
    filter: str
    limit: int | None
    query: str | None

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        if self.follow and self.until is not None:
            raise ValueError("--until does not go with --follow, which has no end")
        if self.query is not None and (self.follow or self.task or self.container or self.filter):
            raise ValueError("--query goes with --since, --until and --limit: what it filters is in the query")
        if self.until is not None and self.until <= self.since:
            raise ValueError("--until is not after --since")

    def wanted(self, group: str) -> Wanted:
        """Return which events are asked for."""
        return Wanted(
            group=group,
            start=milliseconds(self.since),
            end=None if self.until is None else milliseconds(self.until),
            task=self.task,
            container=self.container,
            pattern=filter_pattern(self.filter),
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environment(parser)
    add = parser.add_argument
    add("--since", type=_time, default=DEFAULT_SINCE, metavar="TIME", help="5m, 2h, 1d ago, or ISO 8601 (default: 10m)")
    add("--until", type=_time, metavar="TIME", help="the same; default: now")
    add("--follow", "-f", action="store_true", help="go on with new events, and show which tasks start and stop")
    add("--task", default="", metavar="ID", help="only of this task: its id, or the beginning of it")
    add("--container", default="", metavar="NAME", help="only of this container, such as a sidecar")
    add("--filter", default="", metavar="WORDS", help="only events with all these words, or a CloudWatch Logs pattern")
    add("--limit", type=_count, metavar="N", help="only the newest N")
    add("--query", metavar="NAME", help="run a saved query of Logs Insights instead, such as 'latest errors'")


def run(options: Options) -> int:
    """Show what was written, and with `--follow` what is being written, until Ctrl-C."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws, translate_aws_errors():
        source = find_source(aws, settings)
        try:
            if options.query is not None:
                _query(aws, settings, source, options, options.query)
            else:
                _show(aws, source, options)
        except ClientError as error:
            if error_code(error) == MISSING:
                raise no_log(source) from error
            if options.filter and error_code(error) == "InvalidParameterException":
                raise UserError(f"--filter {options.filter}", error_message(error), code=Code.USAGE) from error
            raise
    return DONE


def _show(aws: Aws, source: Source, options: Options) -> None:
    screen, wanted = LogScreen(options, source.container), options.wanted(source.group)
    narrowed = _narrowed(aws, wanted) if (wanted.task or wanted.container) and not options.follow else wanted
    found = read(aws, narrowed) if options.limit is None else read_newest(aws, narrowed, options.limit)
    rejoin = milliseconds(dt.datetime.now(dt.UTC)) - REJOIN
    count, newest = screen.events(found, rejoin)
    if source.stack is None:
        screen.say(f"{source.environment} is not deployed: this is what its log group still has.")
    if options.follow:
        sys.stdout.flush()
        _follow(aws, source, replace(wanted, start=max(wanted.start, rejoin)), newest, screen)
    elif not count:
        screen.say(_nothing(aws, source, wanted))


def _narrowed(aws: Aws, wanted: Wanted) -> Wanted:
    """Return the same, by the names of the streams. Raises UserError where no stream has that task or container."""
    streams = find_streams(aws, wanted)
    if not streams:
        what = f"--task {wanted.task}" if wanted.task else f"--container {wanted.container}"
        newest = find_streams(aws, replace(wanted, task="", container=""))[:NEWEST_STREAMS]
        there = f"The newest streams are {', '.join(newest)}." if newest else ""
        raise UserError(what, f"no stream of {wanted.group} has that since then", there, code=Code.ABSENT)
    return replace(wanted, streams=streams) if len(streams) <= STREAMS else wanted


def _nothing(aws: Aws, source: Source, wanted: Wanted) -> str:
    """Return what to say where nothing was written, and when something was, at last."""
    last = read_newest(aws, replace(wanted, start=0, end=None), 1)
    if not last:
        return f"{source.group} has no such event." if wanted.pattern else f"{source.group} has no event yet."
    return f"There is no event in this time. The last one is of {view.moment(last[0].at)}: --since {_ago(last[0])}"


def _ago(event: LogEvent) -> str:
    minutes = int((dt.datetime.now(dt.UTC) - event.at).total_seconds() // 60) + 1
    return f"{minutes}m" if minutes < HOURS else f"{minutes // 60 + 1}h"


def _follow(aws: Aws, source: Source, wanted: Wanted, seen: list[LogEvent], screen: LogScreen) -> None:
    """Go on, from `wanted.start`, with what was not `seen`."""
    tail = Tail(aws, wanted, warn=screen.say, seen=seen)
    tasks = Tasks(aws, source.cluster, source.service, warn=screen.say)
    try:
        with translate_aws_errors():
            for it in follow(tail, tasks):
                screen.show(it)
    except UserError as error:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        again = f"Go on from here with: {PROGRAM} logs {source.environment} --follow --since {now}"
        raise UserError(error.what, error.why, f"{error.then}\n{again}".strip(), code=error.code) from error


def _query(aws: Aws, settings: Settings, source: Source, options: Options, name: str) -> None:
    query = find_query(aws, settings, source, name)
    start, end = milliseconds(options.since), milliseconds(options.until or dt.datetime.now(dt.UTC))
    result = run_query(aws, query, start, end, limit=options.limit, on_progress=progress(options))
    if options.json:
        terminal.document(query_view.document(result))
    else:
        terminal.verbatim(styled.shown(lambda width: query_view.lines(result, width), sys.stdout))


def _time(text: str) -> dt.datetime:
    try:
        return parse_time(text, dt.datetime.now(dt.UTC))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _count(text: str) -> int:
    return arguments.whole(text, "number of events", 1, MOST)
