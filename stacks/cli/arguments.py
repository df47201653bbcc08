"""Arguments and options that several commands have."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import files

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of any command. One that a command does not have keeps its default, here and below."""

    json: bool = False
    quiet: bool = False
    format: str | None = None


@dataclass(frozen=True, kw_only=True)
class SettingsOptions(Options):
    """The options of a command that reads settings: all but `sandbox`."""

    var: list[str]
    var_file: list[Path]


@dataclass(frozen=True, kw_only=True)
class OperationOptions(SettingsOptions):
    """The options of a command that starts or follows an operation on a stack."""

    yes: bool = False
    timeline: Path | None = None
    fail_fast: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeOptions(OperationOptions):
    """The options of a command that creates or updates a stack, whatever state it is in."""

    allow_replace: list[str]
    recreate: bool
    skip_failed: bool
    express: bool = False


@dataclass(frozen=True, kw_only=True)
class TakeoverOptions(OperationOptions):
    """The options of a command that takes over what Terraform runs."""

    skip_permissions: bool = False


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what all commands with settings have: `--var`, `--var-file`, `--json` and `--quiet`."""
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="override one setting")
    parser.add_argument(
        "--var-file", action="append", default=[], type=Path, metavar="FILE", help="override settings by a tfvars file"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    parser.add_argument("--quiet", action="store_true", help="no progress, only results and errors")


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add ENV."""
    parser.add_argument("environment", metavar="ENV", help="name of the file in environments/")


def add_environments(parser: argparse.ArgumentParser) -> None:
    """Add any number of ENV."""
    parser.add_argument("environments", nargs="*", metavar="ENV", help="all, when none is named")


def add_format(parser: argparse.ArgumentParser, formats: Collection[str], text: str) -> None:
    """Add `--format`, with the names that `reporting.show` can choose from."""
    parser.add_argument("--format", choices=tuple(formats), help=text)


def add_engine(parser: argparse.ArgumentParser, engines: Collection[str]) -> None:
    """Add `--engine`."""
    parser.add_argument(
        "--engine",
        choices=tuple(engines),
        help="container engine that builds and pushes (default: the first that runs)",
    )


def add_yes(parser: argparse.ArgumentParser) -> None:
    """Add `--yes`."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Add `--image` and `--skip-permissions`."""
    parser.add_argument("--image", type=given, metavar="TAG", help="tag of the image to run; wins over image_tag")
    add_skip_permissions(parser)


def add_skip_permissions(parser: argparse.ArgumentParser) -> None:
    """Add `--skip-permissions`."""
    parser.add_argument(
        "--skip-permissions",
        action="store_true",
        help="do not look first which rights the caller, or CloudFormation, lacks",
    )


def add_change(parser: argparse.ArgumentParser) -> None:
    """Add `--allow-replace`, `--recreate` and `--skip-failed`."""
    parser.add_argument(
        "--allow-replace",
        action="append",
        default=[],
        metavar="PATH",
        help="let this stateful resource be replaced or removed, such as Ecr/Repository",
    )
    parser.add_argument(
        "--recreate", action="store_true", help="delete a stack that can only be deleted, and create it anew, unasked"
    )
    parser.add_argument(
        "--skip-failed", action="store_true", help="go on with a failed rollback without the resources that failed"
    )


def add_container(parser: argparse.ArgumentParser) -> None:
    """Add `--container`, in which a command runs."""
    parser.add_argument(
        "--container", type=given, metavar="NAME", help="run it in this container (default: the application's)"
    )


def add_timeline(parser: argparse.ArgumentParser) -> None:
    """Add `--timeline`."""
    parser.add_argument(
        "--timeline", type=new_page, metavar="FILE", help="write a Gantt chart of what happened: one HTML page"
    )


def add_fail_fast(parser: argparse.ArgumentParser) -> None:
    """Add `--fail-fast`."""
    parser.add_argument(
        "--fail-fast",
        type=_positive,
        metavar="N",
        help="cancel when N tasks of the service have stopped for the same reason (default: never by itself)",
    )


def whole(text: str, what: str, low: int, high: int) -> int:
    """Return the number in an argument. Raises ArgumentTypeError for anything else."""
    if re.fullmatch(r"[0-9]{1,9}", text) is None or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}: a whole number from {low} to {high}")
    return int(text)


def given(text: str) -> str:
    """Return a text as it is. Raises ArgumentTypeError for an empty one, such as of a variable that is not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: leave the option out, or give it a value")
    return text


def _positive(text: str) -> int:
    return whole(text, "number of tasks", 1, 5000)  # a service of ECS can have so many: its quota


def new_page(text: str) -> Path:
    """Refuse a file that cannot be written before anything is deployed, and not after it."""
    files.refuse_unwritable(Path(text))
    return Path(text)
