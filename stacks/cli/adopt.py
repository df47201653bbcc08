"""`adopt ENV --state SOURCE`: look at what Terraform runs and how it differs, and take it over."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import files, terminal
from stacks.adopt.execution.takeover import StateInUse
from stacks.adopt.places.mapping import parse_map
from stacks.cli import arguments, session
from stacks.cli.adopting import execute_adoption, undo_adoption
from stacks.cli.connection import connected
from stacks.cli.looking import Looking, StateOptions
from stacks.cli.releasing import release
from stacks.cli.reporting import CHANGED, DONE, FAILED, Formats, progress, show
from stacks.errors import Code, UserError
from stacks.views import adopt as view
from stacks.views.adopt.release import FORMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stacks.adopt.surveying import Look
    from stacks.cli.looking import Looked

MARKDOWN = "markdown"
FORMATS: Formats[Look] = {
    "text": lambda look: view.shown(look, sys.stdout),
    "json": view.document,
    MARKDOWN: view.markdown,
}

EXAMPLES = {
    "adopt prod --state s3://states/prod.tfstate": "look, change nothing",
    "adopt prod --state s3://states/prod.tfstate --write environments/prod.toml": "write the file that says what runs",
    "adopt prod --state s3://states/prod.tfstate --execute": "take it over",
    "adopt prod --undo": "take the takeover back",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.TakeoverOptions, StateOptions):
    """The options of `adopt`."""

    environment: str
    map: list[str]
    environment_value: list[str]
    write: Path | None
    execute: bool
    undo: bool
    release: bool
    form: str | None

    def __post_init__(self) -> None:
        """Raise ValueError for what does not go together."""
        looks = not (self.execute or self.undo or self.release)
        if self.undo and self.state:
            raise ValueError("--undo goes by the journal, without --state")
        if not (self.state or self.undo or self.release):
            raise ValueError("--state SOURCE names Terraform's state: a file, a directory, s3://BUCKET/KEY or -")
        if not looks and self.write:
            raise ValueError("--write is for a look, before --execute")
        if not looks and self.format == MARKDOWN:
            raise ValueError(f"--format {MARKDOWN} is for a look")
        if self.form and not self.release:
            raise ValueError("--as is the form of what --release prints")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_format(parser, FORMATS, "form of what is shown")
    parser.add_argument(
        "--state",
        default="",
        metavar="SOURCE",
        help="Terraform's state: a file, a Terraform directory, s3://BUCKET/KEY, or - for standard input",
    )
    parser.add_argument(
        "--workspace", default="", metavar="NAME", help="Terraform workspace (default: the selected one)"
    )
    parser.add_argument("--lock-table", default="", metavar="TABLE", help="DynamoDB table that locks the state")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ADDRESS=Child/LogicalId",
        help="where a resource goes, such as aws_ecs_service.web=Ecs/Service",
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the environment file that says what runs; no file is replaced"
    )
    parser.add_argument(
        "--environment-value",
        action="append",
        default=[],
        metavar="NAME",
        help="with --write: write this environment variable's value, too, which is no secret",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--execute", action="store_true", help="take over: import what runs, as it runs")
    how.add_argument("--undo", action="store_true", help="take back a takeover, as long as nothing was deployed since")
    how.add_argument("--release", action="store_true", help="print what makes Terraform let go of what was taken over")
    parser.add_argument("--as", dest="form", choices=FORMS, help=f"form of what --release prints (default: {FORMS[0]})")
    arguments.add_skip_permissions(parser)
    arguments.add_yes(parser)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Look, and show it; exit code 2 where something differs, 1 where something blocks the takeover.

    With `--execute`, take over what the look has found; with `--undo`, take that back; with `--release`, say what makes
    Terraform let go.
    """
    if options.write is not None:
        _refuse_existing(options.write)
    mapping = parse_map(options.map)
    with ExitStack() as stack:
        if options.undo or options.release:
            return _afterwards(options, stack)
        looking = Looking(options.environment, options, options, stack)
        if options.execute and looking.existing is None:
            raise _unwritten(options)
        source = looking.open()
        if options.execute:
            source.refuse_unrepeatable()
        looked = looking.look(source, mapping, frozenset(options.environment_value))
        if options.execute:
            return _execute(looked, options)
        show(options, looked.look, FORMATS)
    if options.write is not None:
        _write(options.write, looked.look, progress(options))
    return exit_code(looked.look)


def _afterwards(options: Options, stack: ExitStack) -> int:
    """Go by the journal of a takeover: take it back, or print what makes Terraform let go."""
    known = session.load(options.environment, options)
    aws = stack.enter_context(connected(known))
    if options.undo:
        return undo_adoption(aws, known, options)
    source = Looking(options.environment, options, options, stack).open() if options.state else None
    return release(aws, known, options, form=options.form or FORMS[0], source=source)


def _execute(looked: Looked, options: Options) -> int:
    """Show the look, on standard error where the result is a document, and take over."""
    look, source = looked.look, looked.source
    show(replace(options, json=False), look, FORMATS, terminal.message if options.json else terminal.data)
    if look.survey.is_blocked:
        return FAILED
    revision = look.survey.state.revision
    state = StateInUse(
        named=options.state, document=source.document(), recheck=lambda: source.check_unchanged(revision)
    )
    return execute_adoption(looked.aws, look.settings, look.survey, state, options)


def _unwritten(options: Options) -> UserError:
    file = session.ENVIRONMENTS / f"{options.environment}.toml"
    return UserError(
        str(file),
        "there is none, and what is taken over is deployed by it from then on",
        f"Write it first: {terminal.PROGRAM} adopt {options.environment} --state SOURCE --write {file}",
        code=Code.SETTINGS,
    )


def exit_code(look: Look) -> int:
    """Return 1 where something blocks the takeover, 2 where the first deployment after it changes something, else 0."""
    if look.survey.is_blocked:
        return FAILED
    return CHANGED if view.has_changes(look.survey) else DONE


def _refuse_existing(path: Path) -> None:
    """Raise UserError where a file is there already, or none can be made, before anything is read."""
    if path.exists() or path.is_symlink():
        raise UserError(
            str(path), "it is there already, and no file is replaced", "Choose another name.", code=Code.FILE
        )
    files.refuse_unwritable(path)


def _write(path: Path, look: Look, emit: Callable[[str], None]) -> None:
    _refuse_existing(path)
    files.write_file(path, look.derived.text)
    emit(f"wrote {path}")
