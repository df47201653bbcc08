"""From what runs to settings: derived key by key, checked by the models, and without what is a default anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items
from stacks.adopt.settings.account import account
from stacks.adopt.settings.facts import Facts, Setting, setting
from stacks.adopt.settings.file import written
from stacks.adopt.settings.framework import framework
from stacks.adopt.settings.naming import naming
from stacks.adopt.settings.network import network
from stacks.adopt.settings.refused import short, without_refused
from stacks.adopt.settings.repository import image, key, repository
from stacks.adopt.settings.roles import roles
from stacks.adopt.settings.scaling import scaling
from stacks.adopt.settings.service import service
from stacks.adopt.settings.variables import Variables, sort_variables
from stacks.errors import Code, UserError
from stacks.settings import ENVIRONMENTS, Settings, SettingsError, load_text
from stacks.settings.keys import catalogue
from templates import ecr
from templates import network as networks
from templates.names import Names
from templates.profiles import defaults_by_framework

if TYPE_CHECKING:
    from stacks.adopt.origin import Origin

ASKED = {
    "project": "--var project=NAME",
    "aws.region": "--var aws_region=REGION",
}
"""Keys that nothing but the user may know, with the option that says them."""


class UnsayableError(UserError):
    """No settings say what runs."""


@dataclass(frozen=True, kw_only=True)
class Derived:
    """Settings that describe what runs, and what they leave out."""

    settings: Settings
    entries: tuple[Setting, ...] = field(repr=False)
    """Those that an environment file has to say."""
    defaults: tuple[Setting, ...] = field(repr=False)
    """Those that hold without being said."""
    withheld: tuple[str, ...] = ()
    """Names of environment variables whose values may be secrets, and are not among the settings."""
    unsayable: tuple[str, ...] = ()
    """What runs and no setting can say, one sentence each."""

    @property
    def text(self) -> str:
        """The environment file."""
        return written(self.entries, self.withheld)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What wins over the derived settings: variables of the command line, and files beside the environment's."""

    var_files: Sequence[Path] = ()
    variables: Sequence[str] = ()
    directory: Path = ENVIRONMENTS

    def load(self, entries: Sequence[Setting], environment: str) -> Settings:
        """Return the settings of a file with these entries. Raises SettingsError."""
        return load_text(
            written(entries),
            environment,
            var_files=self.var_files,
            variables=self.variables,
            directory=self.directory,
        )


def derive(facts: Facts, overrides: Overrides) -> Derived:
    """Return the settings that describe what runs.

    What the models refuse is left out and noted. Raises SettingsError where project or region are not known, or an
    override is wrong.
    """
    environment = facts.environment
    variables = {
        str(it.get("Name")): sort_variables(it, facts.origin, environment, facts.written_variables)
        for it in items(facts.definition.get("ContainerDefinitions"))
    }
    entries = [it for it in _entries(facts, variables) if it.value not in (None, "", [], ()) or it.may_be_empty]
    unsayable: list[str] = []
    while True:
        try:
            settings = overrides.load(entries, environment)
            break
        except SettingsError as error:
            entries, said = without_refused(entries, error)
            if not said:
                raise _impossible(error) from error
            unsayable += said
    entries = _with_overrides(entries, settings)
    defaults = [it for it in entries if not it.is_shown and _is_default(it, settings)]
    kept = tuple(it for it in entries if it not in defaults)
    return Derived(
        settings=overrides.load(kept, environment),
        entries=kept,
        defaults=tuple(defaults),
        withheld=tuple(_withheld(facts, variables)),
        unsayable=tuple(unsayable),
    )


def complete(origin: Origin, environment: str, overrides: Overrides) -> Settings | tuple[str, ...]:
    """Return settings with what names, tags and ARNs say, or the keys of `ASKED` that nothing says.

    Raises SettingsError where an override is wrong.
    """
    said = (("project", origin.project), ("environment", environment), ("aws.region", origin.region))
    entries = [setting(key, value) for key, value in said if value]
    if origin.account:
        entries.append(setting("aws.account_id", origin.account))
    try:
        return overrides.load(entries, environment)
    except SettingsError as error:
        missing = _missing(error)
        if not missing:
            raise
        return missing


def _withheld(facts: Facts, variables: Mapping[str, Variables]) -> Iterator[str]:
    """Yield names; that of a sidecar's variable with the container's."""
    for container, found in variables.items():
        of = "" if container == facts.container.get("Name") else f" ({container})"
        yield from (f"{name}{of}" for name in found.withheld)


def _entries(facts: Facts, variables: Mapping[str, Variables]) -> Iterator[Setting]:
    yield from framework(facts)
    yield from naming(facts)
    yield from account(facts)
    yield from roles(facts)
    yield from repository(facts)
    yield from key(facts)
    yield from network(facts)
    yield from service(facts, variables)
    yield from image(facts)
    yield from scaling(facts)


def _missing(error: SettingsError) -> tuple[str, ...]:
    """Return the keys that only the user can say, where nothing else is wrong."""
    missing = [problem.key for problem in error.problems if problem.key in ASKED and problem.value is None]
    missing += ["aws.region" for problem in error.problems if problem.key == "aws" and problem.value is None]
    return tuple(missing) if len(missing) == len(error.problems) else ()


def _impossible(error: SettingsError) -> UserError:
    """Return the error for what runs where no settings can say it; that of an option or a file beside it is its own."""
    if any(problem.source == "--var" or problem.line is None for problem in error.problems):
        return error
    lines = [f"{problem.key}: {short(problem.why)}" for problem in error.problems]
    return UnsayableError("what runs", "no settings can say it", "\n".join(lines), code=Code.SETTINGS)


def unknown(missing: Sequence[str]) -> UserError:
    """Return the error for keys that neither the state nor the command line says."""
    return UserError(
        f"{' and '.join(missing)} of the environment",
        "neither tags, names nor ARNs of the state say it",
        f"Say it: {' '.join(ASKED[key] for key in missing)}",
        code=Code.SETTINGS,
    )


def _with_overrides(entries: Sequence[Setting], settings: Settings) -> list[Setting]:
    """Return the entries, with project and region from the overrides where nothing else has them."""
    known = {it.key for it in entries}
    asked = (("project", settings.project), ("aws.region", settings.aws.region))
    return [
        *(setting(key, value, is_shown=True) for key, value in asked if tuple(key.split(".")) not in known),
        *entries,
    ]


def _is_default(it: Setting, settings: Settings) -> bool:
    """Whether a setting says what would hold without it."""
    if it.key[0] == "names" or it.key == ("ecr", "repository_name"):
        usual = _usual_name(it.key[-1], settings)
        if usual is not None:
            return bool(it.value == usual)
    key = catalogue(Settings).keys.get(it.key)
    if key is None or key.field.is_required():
        return False
    usually = key.field.get_default(call_default_factory=True)
    default = defaults_by_framework(key.field).get(settings.app.framework, usually)
    return bool(_plain(default) == _plain(it.value))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a setting's value
    """Return a value as TOML has it: lists for tuples, and tables for maps."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _usual_name(key: str, settings: Settings) -> str | None:
    """Return the name that a resource has where the settings name none; None for one that CloudFormation names."""
    identity = replace(settings.identity, names=Names(application=settings.names.application))
    usual: dict[str, Callable[[], str]] = {
        "load_balancer": lambda: networks.load_balancer_name(identity, settings.network),
        "target_group": lambda: networks.target_group_name(identity, settings.network),
        "cluster": lambda: identity.cluster,
        "service": lambda: identity.service,
        "task_family": lambda: identity.task_family,
        "container": lambda: identity.container,
        "log_group": lambda: identity.log_group,
        "cpu_policy": lambda: identity.cpu_policy,
        "memory_policy": lambda: identity.memory_policy,
        "request_count_policy": lambda: identity.request_count_policy,
        "repository_name": lambda: ecr.repository_name(
            identity, settings.ecr.model_copy(update={"repository_name": None})
        ),
    }
    made = usual.get(key)
    return made() if made else None
