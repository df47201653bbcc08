"""`scale ENV`: replay a load through the scaling settings, as they are and as they would be."""

from __future__ import annotations

import argparse
import datetime as dt
import math
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import files
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.pricing import PRICE_CACHE
from stacks.cli.reporting import DONE, Formats, progress, show
from stacks.cost.environment import open_catalogue
from stacks.errors import Code, UserError
from stacks.scale import curves, metrics
from stacks.scale.comparison import Comparison, assumptions, compare, measured_hours
from stacks.scale.csv_file import read_csv
from stacks.scale.deployed import read_deployed
from stacks.scale.load import with_cpu
from stacks.scale.prices import Prices, task_prices
from stacks.scale.service import Pace
from stacks.scale.sides import Sources, sides
from stacks.settings.problems import SettingsError
from stacks.views import scale as view
from templates.autoscaling import zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.aws.session import Aws
    from stacks.cost.catalogue import Catalogue
    from stacks.scale.comparison import Settings as Compared
    from stacks.scale.deployed import Deployed
    from stacks.scale.load import Load
    from stacks.settings import Settings

EXAMPLES = {
    "scale prod": "two weeks of the service's metrics, through what is deployed and what the file says",
    "scale prod --var autoscaling_cpu_target=60": "the same, with another target",
    "scale prod --curve office-day --peak 400 --offline": "a made-up load, without AWS",
    "scale prod --csv load.csv --html scale.html": "a load from a file, and a page to show",
}
FORMATS: Formats[Comparison] = {"text": view.screen, "json": view.document}
START_SECONDS = 90
NOT_KEPT = "--offline asks for no price, and none is kept from the last week."
MOST, MAX_DAYS = 1_000_000, 62
"""The largest number of an option, and the most days of a made-up load."""


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `scale`."""

    environment: str
    csv: Path | None
    curve: str | None
    peak: float | None
    trough: float | None
    memory: float | None
    days: int | None
    timezone: str | None
    requests_per_task: float | None
    start_seconds: int
    html: Path | None
    offline: bool

    def __post_init__(self) -> None:
        """Refuse options that would change nothing."""
        if self.csv and self.curve:
            raise ValueError("--csv and --curve are two loads; give one")
        if self.offline and not (self.csv or self.curve):
            raise ValueError("--offline reads no metrics; give a load with --csv or --curve")
        sizes = (self.peak, self.trough, self.memory)
        if not self.curve and any(it is not None for it in sizes):
            raise ValueError("--peak, --trough and --memory go with --curve")
        if self.csv and self.days is not None:
            raise ValueError("--days does not go with --csv, which is as long as it is")
        if self.days is not None and not self.curve and self.days > metrics.MAX_DAYS:
            raise ValueError(f"--days: CloudWatch keeps the metrics of each minute for {metrics.MAX_DAYS} days")
        if self.size.trough > self.size.peak:
            raise ValueError("--trough is more than --peak")

    @property
    def size(self) -> curves.Size:
        """How large a made-up load is: what is given, else the defaults."""
        default = curves.Size()
        peak = default.peak if self.peak is None else self.peak
        return curves.Size(
            peak=peak,
            trough=min(default.trough, peak) if self.trough is None else self.trough,
            memory=default.memory if self.memory is None else self.memory,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_environment(parser)
    _add_load(parser)
    parser.add_argument(
        "--days", type=_days, metavar="N", help=f"days of metrics, or of the curve (default: {metrics.DAYS})"
    )
    parser.add_argument(
        "--timezone", type=_zone, metavar="ZONE", help="time zone of the days (default: the first schedule's, or UTC)"
    )
    parser.add_argument(
        "--requests-per-task",
        type=_number,
        metavar="N",
        help="requests a minute that keep a task's CPU wholly busy, for a load without CPU",
    )
    parser.add_argument(
        "--start-seconds",
        type=_seconds,
        default=START_SECONDS,
        metavar="N",
        help=f"seconds until a new task takes load (default: {START_SECONDS})",
    )
    parser.add_argument("--html", type=arguments.new_page, metavar="FILE", help="also write one HTML page")
    parser.add_argument("--offline", action="store_true", help="ask nothing of AWS: compare the file with --var")


def _add_load(parser: argparse.ArgumentParser) -> None:
    """Add what says which load is replayed, where it is not the service's own."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help="replay the load in this CSV file")
    shapes = ", ".join(curves.SHAPES)
    parser.add_argument("--curve", choices=tuple(curves.SHAPES), metavar="NAME", help=f"a made-up load: {shapes}")
    parser.add_argument(
        "--peak",
        type=_number,
        metavar="PERCENT",
        help="with --curve: the highest CPU use, in percent of one task's CPU",
    )
    parser.add_argument(
        "--trough",
        type=_number,
        metavar="PERCENT",
        help="with --curve: the lowest CPU use, in percent of one task's CPU",
    )
    parser.add_argument(
        "--memory", type=_number, metavar="PERCENT", help="with --curve: memory use of each task, in percent"
    )


def run(options: Options) -> int:
    """Replay the load, and show what comes of it."""
    settings = session.load(options.environment, options)
    try:
        file = session.load(options.environment, replace(options, var=[], var_file=[]))
    except SettingsError:  # a file that needs what the options give
        file = settings
    with nullcontext() if options.offline else connected(settings) as aws:
        found = _compare(options, settings, file, aws)
    if options.html is not None:
        files.write_file(options.html, view.page(found))
    show(options, found, FORMATS)
    return DONE


def _compare(options: Options, settings: Settings, file: Settings, aws: Aws | None) -> Comparison:
    deployed = None if aws is None else read_deployed(aws, settings)
    overrides = " ".join([*(f"--var {it}" for it in options.var), *(f"--var-file {it}" for it in options.var_file)])
    prices = task_prices(_catalogue(settings, aws), settings)
    wanted = sides(Sources(settings=settings, file=file, deployed=deployed, overrides=overrides), prices.pricing)
    zone = options.timezone or next((it.timezone for it in settings.autoscaling.schedules), "UTC")
    load = with_cpu(_load(options, aws, deployed, wanted, zone), options.requests_per_task)
    pace = Pace(
        start=math.ceil(options.start_seconds / 60), drain=math.ceil(settings.network.deregistration_delay / 60)
    )
    return Comparison(
        environment=settings.identity.name,
        load=load,
        sides=compare(load, wanted, pace),
        pace=pace,
        assumptions=(*_priced(prices), *assumptions(load, wanted, pace)),
        timezone=zone,
        currency=prices.currency,
        why_no_cost=NOT_KEPT if prices.why and options.offline else prices.why,
        measured_task_hours=measured_hours(load),
    )


def _priced(prices: Prices) -> Sequence[str]:
    whose = {"sandbox": "the made-up prices of the embedded AWS"}.get(prices.source, f"{prices.source}'s price list")
    return [] if prices.pricing is None else [f"Cost is that of the tasks alone, by {whose}."]


def _catalogue(settings: Settings, aws: Aws | None) -> Catalogue:
    """Return the price list; without AWS what is kept of it."""

    def caller() -> Aws:
        if aws is None:
            raise UserError("prices", "--offline asks nothing of AWS")
        return aws

    return open_catalogue(settings, PRICE_CACHE, caller, may_ask=aws is not None)


def _load(options: Options, aws: Aws | None, deployed: Deployed | None, wanted: Sequence[Compared], zone: str) -> Load:
    steps = [it for side in wanted for it in side.target.steps]
    if options.csv is not None:
        return read_csv(options.csv, {it.name for it in steps})
    days = options.days or metrics.DAYS
    if options.curve is not None:
        start = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        return curves.made_up(options.curve, options.size, start=start, days=days, timezone=zone)
    if aws is None or deployed is None:
        raise UserError(
            "load",
            f"{options.environment} has no service yet, and so no metrics",
            "Give a load: --csv FILE, or a made-up one, --curve office-day.",
            code=Code.ABSENT,
        )
    progress(options)(f"Reading {days} days of metrics of the service {deployed.service.name}")
    return metrics.read_load(aws, deployed, steps, days=days)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not (math.isfinite(found) and 0 <= found <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {MOST:,}")
    return found


def _days(text: str) -> int:
    return arguments.whole(text, "number of days", 1, MAX_DAYS)


def _seconds(text: str) -> int:
    return arguments.whole(text, "number of seconds", 0, 3600)


def _zone(text: str) -> str:
    if text not in zones.canonical_zones():
        raise argparse.ArgumentTypeError(f'{text!r} is no time zone of IANA, such as "Asia/Seoul"')
    return text
