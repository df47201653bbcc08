"""The settings of the environments that a command is for, and where its files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stacks import settings
from stacks.errors import Code, UserError
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.cli.arguments import SettingsOptions
    from stacks.settings import Settings

ENVIRONMENTS = Path("environments")
OUT = Path("out")
LINT_CACHE = Path(".cache", "lint")
RIGHTS_CACHE = Path(".cache", "rights")


def own_folders(one: Settings) -> tuple[Path, ...]:
    """Return the folders that the commands themselves write to: what is in them is no change of the app."""
    return (OUT, LINT_CACHE.parent, Path(one.aws.sandbox_state))


def load(environment: str, options: SettingsOptions, *, image: str | None = None) -> Settings:
    """Return the settings of an environment; `image` is the tag that `--image` names."""
    variables = options.var if image is None else [*options.var, f"image_tag={image}"]
    return settings.load(environment, var_files=options.var_file, variables=variables, directory=ENVIRONMENTS)


def load_all(environments: Iterable[str], options: SettingsOptions) -> list[Settings]:
    """Return the settings of these environments, or of all there are, where none is named."""
    names = list(environments) or settings.known(ENVIRONMENTS)
    if not names:
        raise UserError(
            f"{ENVIRONMENTS}/",
            "there is no environment in it",
            f"Write one: {PROGRAM} new NAME",
            code=Code.SETTINGS,
        )
    return [load(name, options) for name in dict.fromkeys(names)]


def load_others(one: Settings) -> list[Settings]:
    """Return the settings of all other environments, as their files have them."""
    names = [name for name in settings.known(ENVIRONMENTS) if name != one.environment]
    return [settings.load(name, directory=ENVIRONMENTS) for name in names]
