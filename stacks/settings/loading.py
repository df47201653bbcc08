"""Which sources an environment has, and which of them wins."""

from __future__ import annotations

import difflib
import os
import re
import shlex
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.settings.checks import validate_entries
from stacks.settings.entries import Entry, UnreadableError, Unusable
from stacks.settings.files import file_name
from stacks.settings.keys import catalogue
from stacks.settings.models import Settings
from stacks.settings.problems import Problem, SettingsError
from stacks.settings.terraform import parse_option, read_tfvars
from stacks.settings.toml import parse_toml, read_toml
from stacks.settings.wording import escape_and_cut, format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stacks.settings.keys import Catalogue, Model
    from stacks.settings.keys import Path as KeyPath

ENVIRONMENTS = Path("environments")
"""The folder of the environment files, from where the command line runs."""

PROJECT = Path(__file__).resolve().parents[2]
"""Where the project is, unless it is installed without its sources."""

_ENVIRONMENT = ("environment",)
_NAME = re.compile(r"[a-z](?:-?[a-z0-9])*")
"""A name that an environment can have."""


def known(directory: Path = ENVIRONMENTS) -> tuple[str, ...]:
    """Return the environments that have a file, sorted. Raises SettingsError where the folder cannot be read."""
    try:
        names = sorted(path.name for path in directory.iterdir())
    except OSError as error:
        why = f"the folder of the environment files cannot be read: {error.strerror}"
        problem = Problem(source=file_name(directory.absolute()), why=why)
        raise SettingsError("all environments", [problem], _where(directory)) from error
    return tuple(name.removesuffix(".toml") for name in names if name.endswith(".toml") and not name.startswith("."))


def load(
    environment: str,
    *,
    var_files: Sequence[Path] = (),
    variables: Sequence[str] = (),
    directory: Path = ENVIRONMENTS,
) -> Settings:
    """Return the settings of an environment; of several values for one key the last one counts.

    The order is `NAME.toml`, `NAME.tfvars` and `NAME.tfvars.json` beside it where they exist, `var_files` (HCL, or JSON
    where the name ends in `.json`), `variables` (`NAME=VALUE`); `null` in a later one takes back what earlier ones set.
    Raises SettingsError with everything that is wrong.
    """
    return load_as(Settings, environment, var_files=var_files, variables=variables, directory=directory)


def load_text(
    text: str,
    environment: str,
    *,
    var_files: Sequence[Path] = (),
    variables: Sequence[str] = (),
    directory: Path = ENVIRONMENTS,
) -> Settings:
    """Return the settings of an environment whose file is not written yet, and would have this text."""
    known_keys, file = catalogue(Settings), directory / f"{environment}.toml"
    others = _others(known_keys, file, var_files, variables)
    return _checked(known_keys, [partial(parse_toml, text, file, known_keys), *others], environment, file)


def load_as(
    model: type[Model], environment: str, *, var_files: Sequence[Path], variables: Sequence[str], directory: Path
) -> Model:
    """Return the same for any model that has `environment`: what a source may set follows from the model alone."""
    known_keys = catalogue(model)
    file = _file(environment, directory)
    others = _others(known_keys, file, var_files, variables)
    return _checked(known_keys, [partial(read_toml, file, known_keys), *others], environment, file)


def _checked(
    known_keys: Catalogue[Model], sources: Iterable[Callable[[], Sequence[Entry]]], environment: str, file: Path
) -> Model:
    """Return the settings of these sources. Raises SettingsError with everything that is wrong."""
    entries, unreadable = _read(sources)
    entries = [_of_this_environment(entry, environment) for entry in entries]
    problems = [*unreadable, *_unusable(entries)]
    if not unreadable:
        effective = _effective(known_keys, entries, environment, file)
        checked = validate_entries(known_keys, effective, wrong=_wrong(entries), file=file_name(file))
        if isinstance(checked, tuple):
            problems += checked
        elif not problems:
            return checked
    raise SettingsError(escape_and_cut(environment), _in_order(dict.fromkeys(problems), entries))


def _where(directory: Path) -> str:
    """Return what to do where there is no folder of environments: it is elsewhere, or not made yet."""
    if (PROJECT / directory).is_dir() and not directory.is_dir():
        return f"Commands run where it is: cd {shlex.quote(str(PROJECT))}"
    return f"Go to the folder that has {file_name(directory)}/NAME.toml, or write one: python build.py new NAME"


def _file(environment: str, directory: Path) -> Path:
    """Return the file of an environment that exists, by its listed name: `../x` or `a/b` never is one."""
    names = known(directory)
    if environment not in names:
        nearest = next(iter(difflib.get_close_matches(environment, names, n=1)), "")
        there = f"there are {', '.join(map(escape_and_cut, names))}" if names else "there is no file NAME.toml"
        why = f"no such environment: {there}"
        problem = Problem(
            source=file_name(directory),
            key=escape_and_cut(environment),
            why=why,
            suggestion=escape_and_cut(nearest),
        )
        then = f"`python build.py new {environment}` writes it." if _NAME.fullmatch(environment) and not nearest else ""
        raise SettingsError(escape_and_cut(environment), [problem], then)
    return directory / f"{environment}.toml"


def _read(sources: Iterable[Callable[[], Sequence[Entry]]]) -> tuple[list[Entry], list[Problem]]:
    """Return all entries of all sources, the ones that count more last, and the sources that cannot be read."""
    entries: list[Entry] = []
    unreadable: list[Problem] = []
    for read in sources:
        try:
            entries += read()
        except UnreadableError as error:
            unreadable.append(error.problem)
    return entries, unreadable


def _others(
    known_keys: Catalogue[Any], file: Path, var_files: Sequence[Path], variables: Sequence[str]
) -> Iterator[Callable[[], Sequence[Entry]]]:
    """Yield the sources that win over the environment's file."""
    beside = (file.with_suffix(suffix) for suffix in (".tfvars", ".tfvars.json"))
    for path in (*(path for path in beside if os.path.lexists(path)), *var_files):
        yield partial(read_tfvars, path, known_keys)
    for variable in variables:
        yield partial(parse_option, variable, known_keys)


def _of_this_environment(entry: Entry, environment: str) -> Entry:
    """Return the entry; unusable where a copied file still names another environment, which it would change."""
    if entry.path != _ENVIRONMENT or entry.value is None or entry.value == environment:
        return entry
    why = f"must be {format_value(environment)}, as the file is named: "
    why += "by another name another environment would be changed"
    return replace(entry, value=Unusable(why=why))


def _unusable(entries: Sequence[Entry]) -> Iterator[Problem]:
    for entry in entries:
        if isinstance(entry.value, Unusable):
            yield entry.problem(entry.value.why, entry.value.suggestion)


def _wrong(entries: Sequence[Entry]) -> set[KeyPath]:
    """Return the keys of unusable entries: they themselves, and what they were meant to be."""
    unusable = [(entry.path, entry.value.meant) for entry in entries if isinstance(entry.value, Unusable)]
    return {path for path, _ in unusable} | {meant for _, meant in unusable if meant}


def _effective(
    known_keys: Catalogue[Any], entries: Sequence[Entry], environment: str, file: Path
) -> dict[KeyPath, Entry]:
    """Return the entry that counts for each key and table. Without one, the environment's name is the file's."""
    named: dict[KeyPath, Entry] = {}
    for entry in entries:
        if entry.value is None:
            named = {path: earlier for path, earlier in named.items() if path[: len(entry.path)] != entry.path}
        elif entry.path in known_keys.keys or entry.path in known_keys.tables:
            named[entry.path] = entry
    text = format_value(environment)
    default = Entry(source=file_name(file), name="environment", path=_ENVIRONMENT, text=text, value=environment)
    return {_ENVIRONMENT: default} | named


def _in_order(problems: Iterable[Problem], entries: Sequence[Entry]) -> list[Problem]:
    """By source, in the order in which they were read, and by line; a stable sort keeps the rest as found."""
    order = list(dict.fromkeys(entry.source for entry in entries))
    last = len(order)

    def place(problem: Problem) -> tuple[int, float]:
        source = order.index(problem.source) if problem.source in order else last
        return source, float("inf") if problem.line is None else problem.line

    return sorted(problems, key=place)
