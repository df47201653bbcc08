"""What commands have in common: where files are, the settings of an environment, its AWS, and how a result is shown."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from stacks.aws.session import Aws
    from stacks.settings import Settings

ENVIRONMENTS = Path("environments")
OUT = Path("out")
LINT_CACHE = Path(".cache", "lint")
RIGHTS_CACHE = Path(".cache", "rights")

DONE, FAILED, CHANGED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is what shells report for a process that Ctrl-C ended."""


def named(args: argparse.Namespace) -> list[Settings]:
    """The settings of the environments on the command line, or of all there are."""
    from stacks import settings

    names = args.environments or settings.known(ENVIRONMENTS)
    if not names:
        raise UserError(
            f"{ENVIRONMENTS}/",
            "there is no environment in it",
            "Run this where build.py is, or add environments/NAME.toml.",
            code=Code.SETTINGS,
        )
    return [
        settings.load(name, var_files=args.var_file, variables=args.var, directory=ENVIRONMENTS)
        for name in dict.fromkeys(names)
    ]


def one(args: argparse.Namespace, *, with_image: bool = True) -> Settings:
    """The settings of the environment on the command line.

    The templates are rendered without `--image`: a new image is another parameter value, not another template.
    """
    from stacks import settings

    image = getattr(args, "image", None) if with_image else None
    variables = args.var if image is None else [*args.var, f"image_tag={image}"]
    return settings.load(args.environment, var_files=args.var_file, variables=variables, directory=ENVIRONMENTS)


def others(one: Settings) -> list[Settings]:
    """The settings of all other environments, as their files have them."""
    from stacks import settings

    names = [name for name in settings.known(ENVIRONMENTS) if name != one.environment]
    return [settings.load(name, directory=ENVIRONMENTS) for name in names]


@contextmanager
def connected(settings: Settings) -> Iterator[Aws]:
    """The AWS of an environment; the embedded one runs for the time of the block."""
    from stacks.aws import session as aws

    if not settings.aws.is_embedded:
        with closing(aws.connect(settings.aws)) as connected:
            yield connected
        return
    import sandbox as embedded

    hold = embedded.running(
        state_dir=Path(settings.aws.sandbox_state),
        region=settings.aws.region,
        time_scale=settings.aws.sandbox_time_scale,
        enforce_iam=settings.aws.sandbox_enforce_iam,
    )
    with hold as found:
        address = found.as_account(settings.aws.account_id or found.account_id)
        connected = aws.connect(
            settings.aws,
            endpoint_url=address.endpoint_url,
            access_key_id=address.access_key_id,
            secret_access_key=address.secret_access_key,
        )
        with closing(connected):
            yield connected


def is_embedded(args: argparse.Namespace) -> bool:
    """Whether the environment is on the embedded AWS, which may end with the command."""
    return one(args).aws.is_embedded


def progress(args: argparse.Namespace) -> Callable[[str], None]:
    """Where progress goes: to stderr, with `--json` as one object a line, or with `--quiet` nowhere."""
    if args.quiet:
        return terminal.silent
    return terminal.remark if args.json else terminal.message


def show(args: argparse.Namespace, result: object, view: ModuleType) -> None:
    """Write a result to stdout: its view's `document` with `--json`, else its `text`."""
    if args.json:
        terminal.document(view.document(result))
    else:
        terminal.data(view.text(result))
