"""The packages that an app depends on, and where it says so."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.new.clues import Clue
from stacks.new.shell import SHELL_FORM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.new.sources import Sources

REQUIREMENTS = ("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/prod.txt")
PYPROJECT = "pyproject.toml"
PIPFILE = "Pipfile"
PACKAGE_JSON = "package.json"
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[\[<>=!~;@ (#])")
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")


def packages(sources: Sources) -> dict[str, Clue[str]]:
    """Return the packages by normalised name, with the file that names each; the first file counts.

    Raises UserError for a file that cannot be read or is malformed.
    """
    found: dict[str, Clue[str]] = {}
    for name, why in [
        *(pair for file in REQUIREMENTS for pair in _requirements(sources, PurePosixPath(file), frozenset())),
        *_pyproject(sources.toml(PYPROJECT)),
        *((name, PIPFILE) for name in table(sources.toml(PIPFILE), "packages")),
        *_npm(package_json(sources)),
    ]:
        found.setdefault(normalised(name), Clue(value=name, why=f"{why} has {name}"))
    return found


def is_python(sources: Sources) -> bool:
    """Whether Python's packages are what the app is installed from."""
    return any(sources.has(name) for name in (*REQUIREMENTS, PYPROJECT, PIPFILE))


def normalised(name: str) -> str:
    """Return the name of a package as its registry compares it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return name.lower() if name.startswith("@") else re.sub(r"[-_.]+", "-", name).lower()


def package_json(sources: Sources) -> dict[str, Any]:
    """Return the document of package.json; an empty one where there is none. Raises UserError where it is no JSON."""
    try:
        found = json.loads(sources.text(PACKAGE_JSON) or "{}")
    except (ValueError, RecursionError) as error:
        raise UserError(str(sources.folder / PACKAGE_JSON), f"it is no JSON: {error}", code=Code.FILE) from error
    return found if isinstance(found, dict) else {}


def start_script(sources: Sources) -> Clue[tuple[str, ...]] | None:
    """Return the command of `npm start`, or None. Raises UserError, likewise."""
    start = script(sources, "start")
    return Clue(value=(*SHELL_FORM, start), why=f"{PACKAGE_JSON}: start") if start else None


def script(sources: Sources, name: str) -> str | None:
    """Return the command of `npm run NAME`, or None. Raises UserError, likewise."""
    found = table(package_json(sources), "scripts").get(name)
    return found if isinstance(found, str) else None


def _requirements(sources: Sources, file: PurePosixPath, above: frozenset[PurePosixPath]) -> Iterator[tuple[str, str]]:
    """Yield the names in a requirements file and those that it includes, with file and line.

    https://pip.pypa.io/en/stable/reference/requirements-file-format/
    """
    text = sources.text(str(file)) if file not in above and ".." not in file.parts else None
    for number, line in enumerate((text or "").split("\n"), start=1):
        stripped = line.strip()
        if included := _INCLUDED.match(stripped):
            yield from _requirements(sources, file.parent / included[1], above | {file})
        elif found := _REQUIREMENT.match(stripped):
            yield found[1], f"{file}:{number}"


def _pyproject(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what an app needs to run, by PEP 621 or Poetry; uv and PDM use the former."""
    for line in _list(table(document, "project").get("dependencies")):
        if found := _REQUIREMENT.match(str(line)):
            yield found[1], PYPROJECT
    for name in table(document, "tool", "poetry", "dependencies"):
        if name != "python":
            yield name, PYPROJECT


def _npm(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in table(document, "dependencies"):
        yield name, PACKAGE_JSON


def table(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return the table at a path; an empty one where there is none."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - any TOML
    return value if isinstance(value, list) else []
