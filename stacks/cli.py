"""The command line: each command parses, calls, and shows the result."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import arguments, terminal
from stacks.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from stacks.aws import Aws
    from stacks.deploy import Deployment
    from stacks.destroy import Destroyed
    from stacks.plan import Plan
    from stacks.settings import Settings

ENVIRONMENTS = Path("environments")
OUT = Path("out")
LINT_CACHE = Path(".cache", "lint")
SANDBOX_STATE = Path(".sandbox")

SANDBOX = "sandbox"
"""The endpoint that means the embedded AWS."""
YES = "yes"

DONE, FAILED, CHANGED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is what shells report for a process that Ctrl-C ended."""


def main(words: list[str]) -> int:
    """Run one command and return its exit code; a user's mistake is one or two lines on stderr."""
    try:
        code = run(words)
        sys.stdout.flush()
    except UserError as error:
        terminal.message(str(error))
        return FAILED
    except KeyboardInterrupt:
        terminal.message("interrupted")
        return INTERRUPTED
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        terminal.message(f"standard output: {error.strerror or error}")
        return FAILED
    return code


def run(words: list[str]) -> int:
    """Parse and call.

    Raises UserError for everything that the user can mend.
    """
    parsed = arguments.parse(words)
    return COMMANDS[parsed.command](parsed)


def build(args: argparse.Namespace) -> int:
    """`build [ENV...]`."""
    from stacks import build as step
    from stacks.views import build as view

    built = step.build(_named(args), OUT, LINT_CACHE, _progress(args))
    _show(args, built, view)
    return DONE if built.passed else FAILED


def lint(args: argparse.Namespace) -> int:
    """`lint [ENV...]`."""
    from stacks import build as step
    from stacks.views import lint as view

    reports = tuple(step.check(settings, LINT_CACHE).report for settings in _named(args))
    form = args.format or ("json" if args.json else "text")
    terminal.data(view.FORMATS[form](reports))
    return DONE if all(report.passed for report in reports) else FAILED


def bootstrap(args: argparse.Namespace) -> int:
    """`bootstrap ENV`."""
    from stacks import bootstrap as step

    settings = _one(args)
    with _connected(settings) as aws:
        return _deploy(aws, step.prepare(aws, settings, emit=_progress(args)), args)


def plan(args: argparse.Namespace) -> int:
    """`plan ENV`: exit code 2 when there are changes."""
    from stacks import build as check
    from stacks import plan as step
    from stacks.views import plan as view

    settings = _one(args)
    rendered = check.check_or_refuse(_one(args, with_image=False), LINT_CACHE)
    with _connected(settings) as aws:
        found = step.prepare(aws, settings, rendered, emit=_progress(args))
        step.discard(aws, found)
    _show(args, found, view)
    return DONE if found.change_set is None else CHANGED


def deploy(args: argparse.Namespace) -> int:
    """`deploy ENV`."""
    from stacks import build as check
    from stacks import plan as step

    settings = _one(args)
    rendered = check.check_or_refuse(_one(args, with_image=False), LINT_CACHE)
    with _connected(settings) as aws:
        return _deploy(aws, step.prepare(aws, settings, rendered, emit=_progress(args)), args)


def outputs(args: argparse.Namespace) -> int:
    """`outputs ENV [NAME]`."""
    from stacks import outputs as step
    from stacks.views import outputs as view

    settings = _one(args)
    with _connected(settings) as aws:
        found = step.read(aws, settings)
    if args.name is None:
        _show(args, found.values, view)
    elif args.json:
        terminal.document(step.one(found, args.name))
    else:
        terminal.data(step.one(found, args.name))
    return DONE


def destroy(args: argparse.Namespace) -> int:
    """`destroy ENV`: asks for the stack's name."""
    from stacks import destroy as step
    from stacks.views import destroy as view
    from stacks.views import events

    settings, progress = _one(args), _progress(args)
    with _connected(settings) as aws:
        found = step.prepare(aws, settings)
        if args.yes:
            progress(view.question(found))
        else:
            terminal.confirm(view.question(found), found.stack_name)
        with _watching(found.stack_name):
            destroyed = step.execute(aws, found, on_event=events.printer(progress))
    return _report(args, destroyed, view)


def sandbox(args: argparse.Namespace) -> int:
    """`sandbox`: until Ctrl-C or SIGTERM."""
    from stacks import sandbox as embedded
    from stacks.views import sandbox as view

    embedded.serve(
        state_dir=SANDBOX_STATE,
        region=args.region,
        port=args.port,
        time_scale=args.time_scale,
        started=lambda address: terminal.data(view.text(address)),
    )
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": build,
    "lint": lint,
    "bootstrap": bootstrap,
    "plan": plan,
    "deploy": deploy,
    "outputs": outputs,
    "destroy": destroy,
    "sandbox": sandbox,
}


def _named(args: argparse.Namespace) -> list[Settings]:
    """The settings of the environments on the command line, or of all there are."""
    from stacks import settings

    names = args.environments or settings.known(ENVIRONMENTS)
    if not names:
        raise UserError(
            f"{ENVIRONMENTS}/",
            "there is no environment in it",
            "Run this where build.py is, or add environments/NAME.toml.",
        )
    return [
        settings.load(name, var_files=args.var_file, variables=args.var, directory=ENVIRONMENTS)
        for name in dict.fromkeys(names)
    ]


def _one(args: argparse.Namespace, *, with_image: bool = True) -> Settings:
    """The settings of the environment on the command line.

    The templates are rendered without `--image`: a new image is another parameter value, not another template.
    """
    from stacks import settings

    image = getattr(args, "image", None) if with_image else None
    variables = args.var if image is None else [*args.var, f"image_tag={image}"]
    return settings.load(args.environment, var_files=args.var_file, variables=variables, directory=ENVIRONMENTS)


@contextmanager
def _connected(settings: Settings) -> Iterator[Aws]:
    """The AWS of an environment; the embedded one runs for the time of the block."""
    from stacks import aws

    if settings.aws.endpoint != SANDBOX:
        with closing(aws.connect(settings.aws)) as connected:
            yield connected
        return
    from stacks import sandbox as embedded

    scale = settings.aws.sandbox_time_scale
    with embedded.running(state_dir=SANDBOX_STATE, region=settings.aws.region, time_scale=scale) as address:
        connected = aws.connect(
            settings.aws,
            endpoint_url=address.endpoint_url,
            access_key_id=address.access_key_id,
            secret_access_key=address.secret_access_key,
        )
        with closing(connected):
            yield connected


@contextmanager
def _watching(stack_name: str) -> Iterator[None]:
    """Say, when Ctrl-C ends the watching, that what is watched goes on."""
    try:
        yield
    except KeyboardInterrupt:
        terminal.message(
            f"{stack_name}: CloudFormation goes on by itself\n"
            f"Look at it with: aws cloudformation describe-stacks --stack-name {stack_name}"
        )
        raise


def _deploy(aws: Aws, plan: Plan, args: argparse.Namespace) -> int:
    """Show a plan, ask, execute it; without a yes the change set is taken away again."""
    from stacks import deploy as step
    from stacks import plan as planned
    from stacks.views import deploy as view
    from stacks.views import events
    from stacks.views import plan as plan_view

    progress = _progress(args)
    with ExitStack() as otherwise:
        otherwise.callback(planned.discard, aws, plan)
        if plan.change_set is None or args.yes:
            progress(plan_view.text(plan))
        else:
            terminal.confirm(plan_view.text(plan), YES)
        otherwise.pop_all()
    with _watching(plan.request.stack_name):
        deployment = step.execute(aws, plan, on_event=events.printer(progress))
    return _report(args, deployment, view)


def _report(args: argparse.Namespace, result: Deployment | Destroyed, view: ModuleType) -> int:
    """Show how it ended: what succeeded is data, what failed an error, and JSON is data always."""
    if result.succeeded or args.json:
        _show(args, result, view)
    else:
        terminal.message(view.text(result))
    return DONE if result.succeeded else FAILED


def _show(args: argparse.Namespace, result: object, view: ModuleType) -> None:
    if args.json:
        terminal.document(view.document(result))
    else:
        terminal.data(view.text(result))


def _progress(args: argparse.Namespace) -> Callable[[str], None]:
    return terminal.silent if args.quiet else terminal.message


def _abandon_stdout() -> None:
    """Nobody reads it any more: what is still buffered must not fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
