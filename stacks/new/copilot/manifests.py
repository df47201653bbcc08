"""The manifests in `copilot/`, each with the overrides of an environment in their places.

https://aws.github.io/copilot-cli/docs/manifest/overview/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.new.sources import Sources

FOLDER = "copilot"
WORKSPACE = f"{FOLDER}/.workspace"
FILE = "manifest.yml"
WEB_SERVICE = "Load Balanced Web Service"
SERVED = (WEB_SERVICE, "Request-Driven Web Service")
"""Types of services that browsers reach."""
INSTEAD = {"image": (frozenset({"build", "location"}),), "vpc": (frozenset({"id", "cidr"}),)}
"""Keys that exclude each other, by the name of their map: an override with one of them takes the other away."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A service or job."""

    file: str
    name: str
    type: str
    document: Mapping[str, Any] = field(repr=False)
    """All scalars are texts, as they are written: `on`, `0123` and `1e3` in a variable stay what they are."""

    def at(self, *path: str) -> Any:  # noqa: ANN401 - any YAML
        """Return the value at a path; None where there is none."""
        found: Any = self.document
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found


def application(sources: Sources) -> str | None:
    """Return the name of Copilot's application, which `copilot/.workspace` has."""
    found = _document(sources, WORKSPACE)
    name = found.get("application") if found else None
    return name if isinstance(name, str) else None


def manifests(sources: Sources, environment: str) -> list[Manifest]:
    """Return the services and jobs by name, as they are in an environment.

    Raises UserError for a file that cannot be read, or is no YAML.
    """
    folder = sources.folder / FOLDER
    names = sorted(path.parent.name for path in folder.glob(f"*/{FILE}")) if folder.is_dir() else []
    found = []
    for name in names:
        file = f"{FOLDER}/{name}/{FILE}"
        document = _document(sources, file) or {}
        overrides = document.pop("environments", None)
        override = overrides.get(environment) if isinstance(overrides, dict) else None
        merged = _merged(document, override, "") if isinstance(override, dict) else document
        found.append(
            Manifest(file=file, name=str(merged.get("name", name)), type=str(merged.get("type", "")), document=merged)
        )
    return found


def chosen(found: Sequence[Manifest], service: str | None) -> Manifest | None:
    """Return the service of this name, or the only one that browsers reach; None where there is none of them.

    Raises UserError for a name that is not there, and without a name where there are several.
    """
    candidates = [it for it in found if it.type in SERVED]
    if service is not None:
        for it in found:
            if it.name == service:
                return it
        names = ", ".join(it.name for it in found) or "none"
        raise UserError(f"service {service}", f"no manifest in {FOLDER}/ has it; there are: {names}", code=Code.USAGE)
    if len(candidates) > 1:
        names = ", ".join(it.name for it in candidates)
        raise UserError(f"{FOLDER}/", f"there are several services: {names}", "Pass --service NAME.", code=Code.USAGE)
    return candidates[0] if candidates else None


def _document(sources: Sources, file: str) -> dict[str, Any] | None:
    """Return the document of a file, with texts for all scalars; None where there is no file."""
    text = sources.text(file)
    if text is None:
        return None
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and maps alone
    except (yaml.YAMLError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"{sources.folder / file}" + ("" if line is None else f":{line + 1}")
        why = getattr(error, "problem", None) or str(error)
        raise UserError(where, f"it is no YAML: {why}", code=Code.FILE) from error
    if not isinstance(found, dict):
        raise UserError(str(sources.folder / file), "it is no manifest: a map of keys is expected", code=Code.FILE)
    return found


def _merged(base: Any, override: Any, name: str) -> Any:  # noqa: ANN401 - any YAML
    """Return a value with an override: maps are merged, everything else is replaced.

    https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/#environments
    """
    if not isinstance(base, dict) or not isinstance(override, dict):
        return override
    kept = dict(base)
    for group in INSTEAD.get(name, ()):
        if given := group & override.keys():
            kept = {key: value for key, value in kept.items() if key not in group - given}
    return {**kept, **{key: _merged(kept.get(key), value, key) for key, value in override.items()}}
