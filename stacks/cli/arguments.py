"""The command line's words: which commands and options there are."""

from __future__ import annotations

import argparse
import difflib
import math
import re
from pathlib import Path
from typing import NoReturn, TypeAlias

from stacks import __version__
from stacks.errors import Code, UserError
from stacks.terminal import PROGRAM

DEFAULT_COMMAND = "build"
HELP = ("-h", "--help", "--version")
ALIKE = 0.75
"""How much a word must be like a command (difflib's ratio) to be taken for a misspelt one, and not an environment."""
SLOWEST = 10
"""The largest time scale, here and in `[aws] sandbox_time_scale`."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others: exit code 1, because 2 means that a plan has changes."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError instead of exiting with 2."""
        raise UserError("command line", message, f"`{self.prog} --help` lists what there is.", code=Code.USAGE)


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - argparse has no public name for its type


def wants_json(words: list[str]) -> bool:
    """Whether these words ask for a JSON document, also where they cannot be parsed."""
    before = words[: words.index("--")] if "--" in words else words
    asked = any(len(word) > len("--") and "--json".startswith(word) for word in before)
    return asked or "--format json " in f"{' '.join(before)} ".replace("=", " ")


def parse(arguments: list[str], program: str) -> argparse.Namespace:
    """Parse the words after the `program`'s name; without a command they are `build`'s.

    Raises UserError for words that do not fit, SystemExit(0) for `--help` and `--version`.
    """
    parser, commands = _parser(program)
    first = arguments[0] if arguments else DEFAULT_COMMAND
    if first not in commands.choices and first not in HELP:
        if close := difflib.get_close_matches(first, commands.choices, n=1, cutoff=ALIKE):
            parser.error(f'there is no command {first}; did you mean "{close[0]}"?')
        arguments = [DEFAULT_COMMAND, *arguments]
    parsed = parser.parse_args(arguments or [DEFAULT_COMMAND])
    if parsed.command == "deploy":
        _refuse_half_named(parser, parsed)
    if parsed.command == "outputs" and parsed.typed and not parsed.json:
        parser.error("--typed goes with --json: without it, everything is text")
    return parsed


def _refuse_half_named(parser: Parser, parsed: argparse.Namespace) -> None:
    """A saved plan knows its environment and its image; without one the environment has to be named."""
    if parsed.plan is None and parsed.environment is None:
        parser.error("the following arguments are required: ENV, or --plan FILE")
    if parsed.plan is not None and parsed.image is not None:
        parser.error("--image does not go with --plan: the saved plan has its image")


def _parser(program: str) -> tuple[Parser, Commands]:
    name = "build.py" if program == PROGRAM else program
    parser = Parser(prog=name, description="The infrastructure of a Streamlit app as CloudFormation stacks.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    shared = [_overrides(), _output()]
    _add_building(commands, shared)
    _add_deploying(commands, shared)
    _add_looking(commands, shared)
    _add_destroying(commands, shared)
    _add_permissions(commands, shared)
    _add_sandbox(commands)
    for name in ("bootstrap", "plan", "outputs", "status", "watch", "drift", "destroy", "permissions"):
        commands.choices[name].add_argument("environment", metavar="ENV", help="name of the file in environments/")
    for name in ("deploy", "watch", "destroy"):
        commands.choices[name].add_argument(
            "--timeline", type=_new_page, metavar="FILE", help="write a Gantt chart of what happened: one HTML page"
        )
    for name in ("deploy", "watch"):
        commands.choices[name].add_argument(
            "--fail-fast",
            type=_positive,
            metavar="N",
            help="cancel when N tasks of the service have stopped for the same reason (default: never by itself)",
        )
    # After ENV: a value that may be left out comes last.
    commands.choices["outputs"].add_argument("name", nargs="?", metavar="NAME", help="print this one's bare value")
    return parser, commands


def _add_building(commands: Commands, shared: list[Parser]) -> None:
    build = commands.add_parser(
        "build", parents=shared, help="render and lint environments into out/ENV/ (the default)"
    )
    lint = commands.add_parser("lint", parents=shared, help="check the templates, write nothing")
    for command in (build, lint):
        command.add_argument("environments", nargs="*", metavar="ENV", help="all, when none is named")
    lint.add_argument("--format", choices=("text", "json", "sarif", "github"), help="form of the findings")


def _add_deploying(commands: Commands, shared: list[Parser]) -> None:
    bootstrap = commands.add_parser(
        "bootstrap", parents=[*shared, _yes()], help="deploy what an account needs once: the artifact bucket"
    )
    plan = commands.add_parser("plan", parents=shared, help="show what a deployment would change")
    _add_planning(plan)
    deploy = commands.add_parser("deploy", parents=[*shared, _yes()], help="plan, ask, execute, watch, report")
    deploy.add_argument("environment", metavar="ENV", nargs="?", help="the same; left out with --plan")
    deploy.add_argument("--plan", type=Path, metavar="FILE", help="execute exactly what `plan --out FILE` has saved")
    deploy.add_argument(
        "--express", action="store_true", help="do not wait until resources are stable, where [aws] express allows it"
    )
    for command in (plan, deploy):
        command.add_argument("--image", metavar="TAG", help="tag of the image to run; wins over image_tag")
        command.add_argument(
            "--skip-permissions",
            action="store_true",
            help="do not look first which rights the caller, or CloudFormation, lacks",
        )
    for command in (bootstrap, deploy):
        command.add_argument(
            "--allow-replace",
            action="append",
            default=[],
            metavar="PATH",
            help="let this stateful resource be replaced or removed, such as Ecr/Repository",
        )
        _add_recovery(command)


def _add_looking(commands: Commands, shared: list[Parser]) -> None:
    outputs = commands.add_parser("outputs", parents=shared, help="print the outputs")
    outputs.add_argument(
        "--typed", action="store_true", help="with --json: numbers and flags as such, not as the text that AWS gives"
    )
    commands.add_parser("status", parents=shared, help="show stacks, service and autoscaling")
    commands.add_parser("watch", parents=shared, help="attach to what is running, to its end")
    commands.add_parser("drift", parents=shared, help="show what was changed by hand")


def _add_destroying(commands: Commands, shared: list[Parser]) -> None:
    destroy = commands.add_parser("destroy", parents=[*shared, _yes()], help="take the stacks away")
    destroy.add_argument(
        "--retain",
        action="append",
        default=[],
        metavar="PATH",
        help="leave behind what could not be deleted the last time, such as Network/Vpc",
    )
    destroy.add_argument(
        "--lift-protection",
        action="store_true",
        help="with --yes: delete a load balancer that has deletion protection, too",
    )


def _add_permissions(commands: Commands, shared: list[Parser]) -> None:
    permissions = commands.add_parser(
        "permissions", parents=shared, help="show which rights a deployment needs, and what the caller lacks of them"
    )
    permissions.add_argument("--format", choices=("table", "policy", "json"), help="form of the rights")
    permissions.add_argument(
        "--for",
        dest="party",
        choices=("deployer", "cloudformation"),
        help="only what the caller of the commands needs, or only what CloudFormation's own role needs",
    )
    permissions.add_argument("--diff", action="store_true", help="only what is new, compared to what is deployed")
    permissions.add_argument(
        "--offline", action="store_true", help="do not look what the caller lacks: ask AWS nothing"
    )
    permissions.add_argument(
        "--missing", action="store_true", help="only what is lacking: of the caller, and of CloudFormation's role"
    )
    permissions.add_argument(
        "--role",
        metavar="NAME",
        help="only what this role of the account lacks; with [bootstrap] execution_role, of the calls of the commands, "
        "or of CloudFormation's where it is that role",
    )
    permissions.add_argument(
        "--policy",
        action="extend",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="only what is missing where a role has these IAM policies (JSON), without asking AWS",
    )
    permissions.add_argument(
        "--boundary", type=Path, metavar="FILE", help="with --policy: the role's permissions boundary (JSON)"
    )


def _add_sandbox(commands: Commands) -> None:
    sandbox = commands.add_parser("sandbox", help="run the embedded AWS in the foreground")
    sandbox.add_argument("--port", type=_port, default=0, help="loopback port; 0 takes a free one (the default)")
    sandbox.add_argument(
        "--state-dir", type=Path, default=Path(".sandbox"), metavar="DIR", help="where its state is kept (.sandbox)"
    )
    sandbox.add_argument("--enforce-iam", action="store_true", help="decide by IAM policies what is allowed")
    sandbox.add_argument("--region", default="ap-northeast-2", help="region that the printed lines name")
    sandbox.add_argument(
        "--time-scale",
        type=_time_scale,
        default=0.0,
        metavar="X",
        help="how long resources take, as a fraction of AWS's typical time: 1 is as on AWS, 0 (the default) no time",
    )


def _new_page(text: str) -> Path:
    """Looked at before anything is deployed, so that the file is not refused after it."""
    from stacks.files import refuse_unwritable

    refuse_unwritable(Path(text))
    return Path(text)


def _positive(text: str) -> int:
    return _whole(text, "number of tasks", 1, 5000)  # a service of ECS can have so many: its quota


def _port(text: str) -> int:
    return _whole(text, "port", 0, 65535)


def _whole(text: str, what: str, low: int, high: int) -> int:
    if re.fullmatch(r"[0-9]{1,9}", text) is None or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}: a whole number from {low} to {high}")
    return int(text)


def _time_scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= SLOWEST:
        why = f"{text!r} is no time scale: a number from 0 to {SLOWEST}"
        raise argparse.ArgumentTypeError(why)
    return value


def _overrides() -> Parser:
    group = Parser(add_help=False)
    group.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="override one setting")
    group.add_argument(
        "--var-file", action="append", default=[], type=Path, metavar="FILE", help="override settings by a tfvars file"
    )
    return group


def _output() -> Parser:
    group = Parser(add_help=False)
    group.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    group.add_argument("--quiet", action="store_true", help="no progress, only results and errors")
    return group


def _yes() -> Parser:
    group = Parser(add_help=False)
    group.add_argument("--yes", action="store_true", help="do not ask")
    return group


def _add_planning(plan: Parser) -> None:
    plan.add_argument("--format", choices=("text", "json", "markdown"), help="form of the plan")
    plan.add_argument("--drift", action="store_true", help="also look for what was changed by hand")
    plan.add_argument("--out", type=Path, metavar="FILE", help="keep the change set, for `deploy --plan FILE`")


def _add_recovery(command: Parser) -> None:
    command.add_argument(
        "--recreate", action="store_true", help="delete a stack that can only be deleted, and create it anew, unasked"
    )
    command.add_argument(
        "--skip-failed", action="store_true", help="go on with a failed rollback without the resources that failed"
    )
