"""`cost ENV`: what a month costs, by resource, from AWS's price list."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from stacks.build.render import render
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.pricing import PRICE_CACHE
from stacks.cli.reporting import DONE, FAILED, Formats, progress, show
from stacks.cost.assumptions import WORDS, Assumptions, listed, option
from stacks.cost.environment import environment_figure, open_catalogue, survey_environment
from stacks.errors import Code, UserError
from stacks.views import cost as view

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.cost.tasks import Tasks

MOST = Decimal(10) ** 15
LIMITS = {"hours": Decimal(744), "spot_discount": Decimal(100)}
"""The most of what cannot be more: hours of the longest month, percent."""
FORMATS: Formats[view.Shown] = {"text": view.text, "json": view.document}

EXAMPLES = {
    "cost prod": "what a month costs, by resource, at the prices of AWS's price list",
    "cost prod --tasks 3 --gb-out 200 --log-gb 20": "with figures of your own",
    "cost prod --json | jq .total": "for a program",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `cost`: one for each assumption, None where it is not given."""

    environment: str
    refresh: bool
    hours: Decimal | None
    tasks: Decimal | None
    requests: Decimal | None
    gb_out: Decimal | None
    gb_nat: Decimal | None
    gb_endpoints: Decimal | None
    log_gb: Decimal | None
    flow_log_gb: Decimal | None
    bucket_gb: Decimal | None
    image_gb: Decimal | None
    insights_metrics: Decimal | None
    spot_discount: Decimal | None

    @property
    def assumptions(self) -> Assumptions:
        """What is assumed: what is given, and the defaults."""
        given = {name: getattr(self, name) for name in WORDS}
        return Assumptions(**{name: value for name, value in given.items() if value is not None})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument("--refresh", action="store_true", help="ask for all prices anew, instead of once a week")
    for name, value in listed(Assumptions()):
        default = "" if value is None else f" (default: {view.number(value)})"
        words = f"{WORDS[name]}{default}".replace("%", "%%")
        parser.add_argument(option(name), type=_amount(name), metavar="N", help=words)
    arguments.add_environment(parser)


def _amount(name: str) -> Callable[[str], Decimal]:
    most = LIMITS.get(name, MOST)

    def amount(text: str) -> Decimal:
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or not 0 <= found <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {most.normalize():f}")
        return found

    return amount


def run(options: Options) -> int:
    """Show it; exit code 1 where prices could not be asked for."""
    settings, given = session.load(options.environment, options), options.assumptions
    rendered = render(settings)
    _refuse_impossible(given, survey_environment(settings, rendered, given).tasks)
    with ExitStack() as stack:
        catalogue = open_catalogue(
            settings, PRICE_CACHE, lambda: stack.enter_context(connected(settings)), refresh=options.refresh
        )
        found = environment_figure(settings, rendered, catalogue, given)
    if found.problem is not None:
        progress(options)(str(found.problem))
    show(options, view.Shown(environment=settings.environment, stack=rendered.stack_name, figure=found), FORMATS)
    return FAILED if found.is_unanswered else DONE


def _refuse_impossible(given: Assumptions, tasks: Tasks | None) -> None:
    """Raise UserError for a number of tasks that autoscaling would never let run."""
    if given.tasks is None or tasks is None:
        return
    low, high = min(it.low for it in tasks.spans), max(it.high for it in tasks.spans)
    if not low <= given.tasks <= high:
        raise UserError(
            "--tasks",
            f"{view.number(given.tasks)} is not within the limits of [autoscaling], {low} to {high}",
            "Choose another number, or other limits with --var.",
            code=Code.USAGE,
        )
