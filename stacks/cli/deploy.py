"""`deploy ENV [ENV...]`: plan, ask, execute, follow, report; or `deploy --plan FILE`, which executes a saved plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import plan
from stacks.adopt.release.gate import refuse_while_held
from stacks.build.render import render
from stacks.cli import arguments, refusals, session
from stacks.cli.connection import connected
from stacks.cli.deploying import Bring, deploy_environment, prepare
from stacks.cli.deploying_several import deploy_several
from stacks.cli.execution import execute
from stacks.cli.reporting import progress
from stacks.errors import Code, UserError
from stacks.iam.compare.gate import is_checked
from stacks.images.engines import ENGINES, find_engine
from stacks.images.push import find_wanted, push_image
from stacks.operations.protection import protection_of

if TYPE_CHECKING:
    import argparse

    from stacks.aws.session import Aws
    from stacks.settings import Settings

EXAMPLES = {
    "deploy prod": "what the files say, with the image that runs",
    "deploy prod --image v2": "another image",
    "deploy prod --build": "the image of the commit, built and pushed first",
    "deploy staging prod --image v2": "one after the other, with the same image, to the first that fails",
    "deploy --plan plan.json --yes": "exactly what was planned, unasked",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.ChangeOptions):
    """The options of `deploy`."""

    environments: list[str]
    plan: Path | None
    image: str | None
    build: bool
    engine: str | None
    skip_permissions: bool

    def __post_init__(self) -> None:
        """Refuse half a name: a saved plan knows its environment and its image, without one ENV is needed."""
        if self.plan is None and not self.environments:
            raise ValueError("the following arguments are required: ENV, or --plan FILE")
        if self.plan is not None and len(self.environments) > 1:
            raise ValueError("--plan goes with one ENV at most: a saved plan is that of one environment")
        if self.plan is not None and self.build:
            raise ValueError("--build does not go with --plan: the saved plan has its image")
        if self.engine is not None and not self.build:
            raise ValueError("--engine goes with --build")
        if self.timeline is not None and len({*self.environments}) > 1:
            raise ValueError("--timeline draws one deployment: name one ENV")
        if self.plan is not None and self.image is not None:
            raise ValueError("--image does not go with --plan: the saved plan has its image")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    parser.add_argument(
        "environments",
        metavar="ENV",
        nargs="*",
        help="name of the file in environments/; several are deployed in order, with the same image, to the first that "
        "fails; left out with --plan",
    )
    parser.add_argument("--plan", type=Path, metavar="FILE", help="execute exactly what `plan --out FILE` has saved")
    parser.add_argument(
        "--express", action="store_true", help="do not wait until resources are stable, where [aws] express allows it"
    )
    parser.add_argument(
        "--build",
        action="store_true",
        help="build and push the image first, as `push` does; with --image, under that tag",
    )
    arguments.add_engine(parser, ENGINES)
    arguments.add_planning(parser)
    arguments.add_change(parser)
    arguments.add_timeline(parser)
    arguments.add_fail_fast(parser)


def run(options: Options) -> int:
    """Execute a saved plan, or a new one."""
    if options.plan is not None:
        return _execute_saved(options, options.plan)
    return _plan_and_execute(options)


def _plan_and_execute(options: Options) -> int:
    """Deploy each environment; all are loaded, rendered and linted before the first is touched."""
    prepared = [prepare(name, options, image=options.image) for name in dict.fromkeys(options.environments)]
    first = prepared[0]
    build = _build(first.settings, options) if options.build else None
    commands = ["deploy", *(["push"] if build else [])]
    if len(prepared) > 1:
        return deploy_several(
            prepared,
            options,
            image=options.image,
            build=build,
            commands=commands,
            checks_rights=not options.skip_permissions,
        )
    with connected(first.settings) as aws:
        checks = not options.skip_permissions
        return deploy_environment(aws, first, options, checks_rights=checks, commands=commands, bring=build)


def _build(settings: Settings, options: Options) -> Bring:
    """Return what builds and pushes the image. Raises UserError where its files are not as in the commit."""
    wanted, emit = find_wanted(settings, tag=options.image, own=session.own_folders(settings)), progress(options)

    def push(aws: Aws, one: Settings) -> str:
        return push_image(aws, one, wanted, engine=options.engine, emit=emit).tag

    def require() -> None:
        find_engine(options.engine, emit=emit)

    return Bring(image=push, require=require)


def _execute_saved(options: Options, file: Path) -> int:
    """Execute exactly the saved change set; the settings say only where AWS is, and which rights are needed."""
    if options.express:
        raise UserError(
            "--express", "a saved plan is executed as it was made", "Leave it out, or plan anew.", code=Code.USAGE
        )
    saved = plan.read_plan(file)
    settings = session.load(next(iter(options.environments), saved.environment), options)
    with connected(settings) as aws:
        refuse_while_held(aws, settings, emit=progress(options))
        found = plan.reopen(aws, saved, settings.environment, settings.identity.name)
        if found.change_set is not None and not options.skip_permissions:
            _refuse_missing_for_saved(aws, saved, settings, options)
        return execute(aws, found, settings, options, wanted=protection_of(settings))


def _refuse_missing_for_saved(aws: Aws, saved: plan.Saved, settings: Settings, options: Options) -> None:
    """Check the rights of the command itself, and CloudFormation's where this checkout has the plan's templates."""
    if settings.aws.is_embedded or not is_checked(aws, settings):
        return
    rendered, emit = render(settings), progress(options)
    known = plan.was_made_from(aws, saved, rendered)
    if not known:
        why = "here are other templates, and what CloudFormation may do was looked at when the plan was made"
        emit(f"Rights are looked at for the command itself: {why}")
    refusals.refuse_missing_rights(aws, settings, rendered, ["deploy --plan"], emit=emit, resources=known)
