"""`plan ENV`: show what a deployment would change."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import plan
from stacks.build.check import render_or_refuse
from stacks.cli import arguments, refusals, session
from stacks.cli.connection import connected
from stacks.cli.pricing import priced
from stacks.cli.reporting import CHANGED, DONE, Formats, progress, show
from stacks.views import plan as view

if TYPE_CHECKING:
    import argparse

FORMATS: Formats[plan.Plan] = {
    "text": lambda found: view.shown(found, sys.stdout),
    "json": view.document,
    "markdown": view.markdown,
}

EXAMPLES = {
    "plan prod": "what the files would change",
    "plan prod --image v2 --out plan.json": "the same with another image, kept for `deploy --plan`",
    "plan prod --drift": "also what was changed by hand",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `plan`."""

    environment: str
    drift: bool
    out: Path | None
    image: str | None
    skip_permissions: bool
    cost: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_format(parser, FORMATS, "form of the plan")
    parser.add_argument("--drift", action="store_true", help="also look for what was changed by hand")
    parser.add_argument(
        "--cost",
        action="store_true",
        help="also by how much it moves what a month costs; prices that are not kept from the last week are asked for",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep the change set, for `deploy --plan FILE`")
    arguments.add_planning(parser)
    arguments.add_environment(parser)


def run(options: Options) -> int:
    """Plan, and show or keep the plan; exit code 2 when there are changes."""
    settings = session.load(options.environment, options, image=options.image)
    emit = progress(options)
    if options.out is not None:
        plan.refuse_unwritable_plan(options.out)
    rendered = render_or_refuse(session.load(options.environment, options), session.LINT_CACHE)
    with connected(settings) as aws, ExitStack() as undo:
        if not options.skip_permissions:
            given = {"plan --out": options.out is not None, "plan --drift": options.drift}
            ways = ["plan", *(way for way, is_given in given.items() if is_given)]
            refusals.refuse_missing_rights(aws, settings, rendered, ways, emit=emit)
        refusals.refuse_unready(aws, settings, rendered.stack_name, emit=emit)
        purpose = plan.Purpose.SHOW if options.out is None else plan.Purpose.KEEP
        found = plan.prepare(aws, settings, rendered, emit=emit, purpose=purpose)
        undo.callback(plan.discard, aws, found)
        if options.drift:
            found = plan.with_drift(aws, found, emit=emit)
        found = priced(aws, settings, found, asks=options.cost, emit=emit)
        if options.out is not None:
            plan.write_plan(found, options.out)
            undo.pop_all()
        show(options, found, FORMATS)  # before the change set is deleted, which may take its time
        if options.out is not None:
            emit(f"wrote {options.out}; execute it with: python build.py deploy --plan {options.out}")
    return DONE if found.change_set is None and found.former is None else CHANGED
