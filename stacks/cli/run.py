"""`run ENV -- COMMAND`: run one command in a task of its own, and hand its exit code on."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import DONE, INTERRUPTED, Formats, progress, show
from stacks.preflight.image import check_image
from stacks.tasks.following import LAST_SECONDS, Watcher
from stacks.tasks.request import Changes
from stacks.tasks.running import Revision, start
from stacks.tasks.source import read_source
from stacks.views import run as view

if TYPE_CHECKING:
    from stacks.tasks.ending import Ending
    from stacks.tasks.following import Following
    from stacks.tasks.output import Line
    from stacks.tasks.source import Source

EXAMPLES = {
    "run prod -- python manage.py migrate": "a command in a task of the service's own definition, with its log",
    "run prod --image v3 -- python manage.py migrate": "with another image: before it is deployed",
    "run prod --task nightly-report": "a scheduled task, now",
    "run prod --cpu 1024 --memory 4096 --env BATCH=500 -- python backfill.py": "larger, and with a variable",
}
FORMATS: Formats[Ending] = {"text": view.text, "json": view.document}
VARIABLE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
DURATION = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[smh]?)")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
LARGEST_MEMORY, LARGEST_CPU = 122_880, 16_384


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `run`. The values of `env` are shown to nobody, also not in an error."""

    environment: str
    command: list[str]
    image: str | None
    entry_point: tuple[str, ...]
    container: str | None
    task: str | None
    cpu: int | None
    memory: int | None
    env: list[tuple[str, str]] = field(repr=False)
    timeout: int | None
    spot: bool
    detach: bool

    def __post_init__(self) -> None:
        """Refuse a run without a command, and options that contradict each other."""
        if not any(self.command) and (self.command or self.task is None):
            raise ValueError("there is no command: write it after --, as in: run ENV -- python manage.py migrate")
        if self.detach and self.timeout is not None:
            raise ValueError("--timeout stops the task from here: it does not go with --detach")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument(
        "--image",
        type=arguments.given,
        metavar="TAG",
        help="tag of the image to run (default: the one that the service runs)",
    )
    parser.add_argument(
        "--entry-point",
        type=_words,
        default=(),
        metavar="WORDS",
        help="entry point in place of the container's, which gets the command",
    )
    arguments.add_container(parser)
    parser.add_argument(
        "--task", type=arguments.given, metavar="NAME", help="run this one of [[tasks]] now; COMMAND replaces its own"
    )
    parser.add_argument("--cpu", type=_cpu, metavar="UNITS", help="CPU units of the task, such as 1024")
    parser.add_argument("--memory", type=_memory, metavar="MIB", help="memory of the task, MiB")
    parser.add_argument(
        "--env", type=_variable, action="append", default=[], metavar="NAME=VALUE", help="a variable (any number)"
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="TIME", help="stop the task after this time, such as 90s or 20m"
    )
    parser.add_argument("--spot", action="store_true", help="run it on Fargate Spot, which AWS can take back")
    parser.add_argument("--detach", action="store_true", help="do not wait for its end")
    arguments.add_environment(parser)
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="what to run, after --")


@translate_aws_errors()
def run(options: Options) -> int:
    """Run the command; return its exit code."""
    settings = session.load(options.environment, options)
    with connected(settings) as aws:
        source = read_source(aws, settings, scheduled=options.task or "")
        if options.image is not None:
            check_image(aws, settings, options.image)
        _warn_of_entry_point(source, options)
        following = start(
            aws,
            source,
            _changes(options),
            Revision(tag=options.image or "", entry_point=options.entry_point),
            _watcher(source, options),
            warn=progress(options),
            last_seconds=0.0 if settings.aws.is_embedded else LAST_SECONDS,
        )
        if options.detach:
            return _leave(following, source, options)
        return _follow(following, source, options)


def _follow(following: Following, source: Source, options: Options) -> int:
    """Follow the task; Ctrl-C stops it, and a second one leaves it alone, as does an error."""
    container = options.container or source.container
    try:
        ending = following.to_its_end(container, timeout=options.timeout)
    except KeyboardInterrupt:
        return _stop(following, source, options)
    except Exception:
        progress(options)(view.left_running(following.arn, source.cluster, options.environment))
        raise
    _show(options, ending)
    return ending.code


def _stop(following: Following, source: Source, options: Options) -> int:
    """Have the task stopped and follow it to its end; on another Ctrl-C say how to stop it."""
    try:
        progress(options)("Stopping the task. Ctrl-C again leaves it.")
        following.stop("Interrupted by Ctrl-C")
        _show(options, following.to_its_end(options.container or source.container))
    except KeyboardInterrupt:
        if options.json:
            terminal.document(view.detached(following.arn, source.cluster))
        progress(options)(view.left_running(following.arn, source.cluster, options.environment))
    return INTERRUPTED


def _show(options: Options, ending: Ending) -> None:
    """Write the result: as a document to stdout; as a text beside the log, which has stdout, to stderr."""
    write = terminal.silent if options.quiet and ending.code == DONE else terminal.message
    show(options, ending, FORMATS, write)


def _leave(following: Following, source: Source, options: Options) -> int:
    if options.json:
        terminal.document(view.detached(following.arn, source.cluster))
    else:
        terminal.data(following.arn)
    names = [name for name, _ in options.env]
    progress(options)(view.left_running(following.arn, source.cluster, options.environment, names))
    return DONE


def _changes(options: Options) -> Changes:
    return Changes(
        command=tuple(options.command),
        container=options.container or "",
        cpu=options.cpu,
        memory=options.memory,
        environment=dict(options.env),
        spot=options.spot,
    )


def _warn_of_entry_point(source: Source, options: Options) -> None:
    """Say what the command is an argument of, where the definition names an entry point."""
    entry = source.defined(options.container or source.container).get("entryPoint", [])
    if entry and not options.entry_point:
        words = shlex.join(entry)
        progress(options)(f"The container's entry point gets the command as its arguments: {words}")


def _watcher(source: Source, options: Options) -> Watcher:
    """Return what writes states to stderr and lines to stdout; with `--json` both are objects on stderr."""
    container = options.container or source.container

    def tell_state(name: str) -> None:
        if options.json and not options.quiet:
            terminal.event("state", state=name)
        elif not options.quiet:
            terminal.message(f"{name}: {view.STATES[name]}" if name in view.STATES else name)

    def tell_line(it: Line) -> None:
        if options.json:
            if not options.quiet:
                terminal.event("log", container=it.container, at=it.at, text=it.text)
        else:
            terminal.verbatim(view.line(it, container, on_terminal=sys.stdout.isatty()))
            sys.stdout.flush()

    return Watcher(state=tell_state, line=tell_line)


def _variable(text: str) -> tuple[str, str]:
    found = VARIABLE.fullmatch(text)
    if found is None:  # without the text, which may be a secret
        raise argparse.ArgumentTypeError("a variable is NAME=VALUE, with a name of letters, digits and underscores")
    return found["name"], found["value"]


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(arguments.given(text)))
    except ValueError as error:  # without its end, as of a quote
        raise argparse.ArgumentTypeError(f"{text!r} is no list of words as a shell has it: {error}") from None


def _seconds(text: str) -> int:
    found = DURATION.fullmatch(text)
    if found is None or not int(found["number"]):
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 90s, 20m or 2h")
    return int(found["number"]) * UNITS[found["unit"]]


def _cpu(text: str) -> int:
    return arguments.whole(text, "number of CPU units", 256, LARGEST_CPU)


def _memory(text: str) -> int:
    return arguments.whole(text, "size in MiB", 512, LARGEST_MEMORY)
