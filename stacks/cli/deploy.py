"""`deploy ENV`: plan, ask, execute, follow, report; or `deploy --plan FILE`, which executes a saved plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import plan, terminal
from stacks.adopt.release.gate import refuse_while_held
from stacks.build.check import render_or_refuse
from stacks.build.push import push_commands
from stacks.build.render import render
from stacks.cli import arguments, recovery, refusals, session
from stacks.cli.bootstrapping import offer_bootstrap
from stacks.cli.connection import connected
from stacks.cli.execution import execute
from stacks.cli.reporting import DONE, progress
from stacks.errors import Code, UserError
from stacks.iam.compare.gate import is_checked
from stacks.operations.image_copy import copy_image
from stacks.operations.protection import protection_of, refuse_express

if TYPE_CHECKING:
    import argparse

    from stacks.aws.session import Aws
    from stacks.request.former_image import Former
    from stacks.settings import Settings

EXAMPLES = {
    "deploy prod": "what the files say, with the image that runs",
    "deploy prod --image v2": "another image",
    "deploy --plan plan.json --yes": "exactly what was planned, unasked",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.ChangeOptions):
    """The options of `deploy`."""

    environment: str | None
    plan: Path | None
    image: str | None
    skip_permissions: bool

    def __post_init__(self) -> None:
        """Refuse half a name: a saved plan knows its environment and its image, without one ENV is needed."""
        if self.plan is None and self.environment is None:
            raise ValueError("the following arguments are required: ENV, or --plan FILE")
        if self.plan is not None and self.image is not None:
            raise ValueError("--image does not go with --plan: the saved plan has its image")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    parser.add_argument("environment", metavar="ENV", nargs="?", help="the same; left out with --plan")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="execute exactly what `plan --out FILE` has saved")
    parser.add_argument(
        "--express", action="store_true", help="do not wait until resources are stable, where [aws] express allows it"
    )
    arguments.add_planning(parser)
    arguments.add_change(parser)
    arguments.add_timeline(parser)
    arguments.add_fail_fast(parser)


def run(options: Options) -> int:
    """Execute a saved plan, or a new one."""
    if options.plan is not None:
        return _execute_saved(options, options.plan)
    return _plan_and_execute(options, options.environment or "")


def _plan_and_execute(options: Options, environment: str) -> int:
    settings, emit = session.load(environment, options, image=options.image), progress(options)
    refuse_express(settings, asked=options.express)
    rendered = render_or_refuse(session.load(environment, options), session.LINT_CACHE)
    with connected(settings) as aws:
        offer_bootstrap(aws, settings, options)
        if not options.skip_permissions:
            refusals.refuse_missing_rights(aws, settings, rendered, ["deploy"], emit=emit)
        refuse_while_held(aws, settings, emit=emit)
        recovery.make_ready(aws, settings, rendered.stack_name, options, "deploy")
        found = plan.prepare(aws, settings, rendered, emit=emit, express=options.express)
        if found.former is not None:
            code = _move_image(aws, found, found.former, settings, options)
            if code != DONE or not found.former.source:
                return code
            found = plan.prepare(aws, settings, rendered, emit=emit, express=options.express)
        return execute(aws, found, settings, options, wanted=protection_of(settings))


def _move_image(aws: Aws, found: plan.Plan, former: Former, settings: Settings, options: Options) -> int:
    """Make the repository while the service stays on the former image, and bring that over, or say how."""
    if found.change_set is not None:
        wanted = protection_of(settings)
        code = execute(aws, found, settings, options, wanted=wanted, last=not former.source)
        if code != DONE:
            return code
    if former.source:
        copy_image(aws, former.source, former.repository, former.tag, emit=progress(options))
        return DONE
    uri = aws.ecr.describe_repositories(repositoryNames=[former.repository])["repositories"][0]["repositoryUri"]
    lines = push_commands(uri, environment=settings.environment, tag=former.tag, architecture=settings.ecs.architecture)
    terminal.message("\n".join([f"{former.note} Push it:", *(f"  {line}" for line in lines)]))
    return DONE


def _execute_saved(options: Options, file: Path) -> int:
    """Execute exactly the saved change set; the settings say only where AWS is, and which rights are needed."""
    if options.express:
        raise UserError(
            "--express", "a saved plan is executed as it was made", "Leave it out, or plan anew.", code=Code.USAGE
        )
    saved = plan.read_plan(file)
    settings = session.load(options.environment or saved.environment, options)
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
