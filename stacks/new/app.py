"""What an app is, by its files: framework, port, health path, size, and what else its environment file has to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from stacks.new import compiled, listening, packages, routes, streamlit_config
from stacks.new.clues import Clue
from stacks.new.copilot.manifests import WEB_SERVICE
from stacks.new.copilot.reading import number
from stacks.new.evidence import DOCKERFILES, Evidence
from stacks.new.servers import EVERYWHERE, HEAVY, STREAMLIT, WEB
from stacks.settings.written import Written
from templates.profiles import PROFILES

SMALL = (512, 1024)
"""CPU units and MiB to begin with."""
LONGEST = 17
"""Characters of a project's name, so that an environment `staging` beside this one has room, too."""
TARGET_GROUP = 32
"""Characters of the longest name that has the project's in it: PROJECT-ENVIRONMENT-PORT, and a letter."""
_OF_ITSELF = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::[^/\s\"']*)?(/[!-~]*?)(?=[\s\"')|;]|$)")
"""A URL of the container itself, with its path."""


@dataclass(frozen=True, kw_only=True)
class App:
    """What was found. None where nothing says it."""

    project: Clue[str]
    frameworks: Mapping[str, str]
    """All frameworks that something speaks for, with what does."""
    framework: Clue[str] | None
    port: Clue[int] | None
    """Where it listens, if that is a number of its own and does not follow a variable that the templates set."""
    follows_port: str
    """What says that it listens where a variable says that the templates set, or ""."""
    health_path: Clue[str] | None
    size: Clue[tuple[int, int]]
    """CPU units and MiB."""
    domain: Clue[str] | None
    hosted_zone: str | None
    others: tuple[Written, ...]
    """Settings that follow from its files."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables whose values are in SSM or Secrets Manager, whose ARNs no file has: what Copilot calls each."""
    notes: tuple[str, ...] = ()
    dockerfile: str | None = None
    """Its name, seen from the build's context; None where there is none."""


def conclude(it: Evidence) -> App:
    """Return what the evidence says."""
    frameworks = _frameworks(it)
    framework = _framework(it, frameworks)
    is_streamlit = framework is not None and framework.value == STREAMLIT
    alias = it.taken.alias
    return App(
        project=_project(it),
        frameworks=frameworks,
        framework=framework,
        port=listening.port(it, is_streamlit=is_streamlit),
        follows_port="" if is_streamlit else listening.follows(it),
        health_path=None if is_streamlit else _health_path(it),
        size=_size(it),
        domain=Clue(value=alias, why=it.clue_of_manifest("http.alias")) if alias else None,
        hosted_zone=it.taken.hosted_zone,
        others=tuple(_others(it, is_streamlit=is_streamlit)),
        secrets=it.taken.secrets,
        notes=tuple(_notes(it, is_streamlit=is_streamlit)),
        dockerfile=it.dockerfile,
    )


def name_of(text: str, room: int = LONGEST) -> str:
    """Return a name for a project: lower-case letters, digits and single hyphens, with a letter first; "" for none."""
    ascii_letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"[^a-z0-9]+", "-", ascii_letters.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", plain)[:room].strip("-")


def _frameworks(it: Evidence) -> dict[str, str]:
    """Return what speaks for each framework: the command, which is what runs, else the packages."""
    if it.served and it.process:
        return {it.served.server.framework: f"{it.process.why} starts {it.served.name}"}
    found: dict[str, str] = {}
    for _, package, why in it.known_packages():
        found.setdefault(package.framework, why)
    if not found and (it.process or it.image.base):
        found[WEB] = f"{it.process.why if it.process else it.image.base} starts no Streamlit"
    return found


def _framework(it: Evidence, frameworks: Mapping[str, str]) -> Clue[str] | None:
    """Return the framework, where it is one; the folder of Streamlit's own settings decides between two."""
    if len(frameworks) == 1:
        ((name, why),) = frameworks.items()
        return Clue(value=name, why=why)
    if STREAMLIT in frameworks and it.sources.has(".streamlit"):
        return Clue(value=STREAMLIT, why="there is a folder .streamlit")
    return None


def _health_path(it: Evidence) -> Clue[str] | None:
    """Return what is asked today, else what the code serves for it."""
    check = it.in_manifest("http", "healthcheck")
    path = check.get("path") if isinstance(check, dict) else check
    if isinstance(path, str) and path.startswith("/"):
        return Clue(value=path, why=it.clue_of_manifest("http.healthcheck"))
    if it.image.health_check and (asked := _OF_ITSELF.search(" ".join(it.image.health_check.value))):
        return Clue(value=asked[1], why=f"{it.image.health_check.why} asks it")
    if route := routes.health_path(it.sources):
        return route
    if found := compiled.spring_health(it.sources):
        return found
    for _, package, why in it.known_packages():
        argument = package.health_path_argument
        if package.health_path and not (argument and routes.mentions(it.sources, argument)):
            return Clue(value=package.health_path, why=f"{why}, which serves it")
    return None


def _size(it: Evidence) -> Clue[tuple[int, int]]:
    cpu, memory = number(it.in_manifest("cpu")), number(it.in_manifest("memory"))
    if cpu and memory:
        return Clue(value=(cpu, memory), why=it.clue_of_manifest("cpu, memory"))
    heavy = [(HEAVY[name], clue.why) for name, clue in it.packages.items() if name in HEAVY]
    if heavy:
        size, why = max(heavy)
        return Clue(value=size, why=f"to begin with: {why}, which needs memory")
    return Clue(value=SMALL, why="to begin with")


def _others(it: Evidence, *, is_streamlit: bool) -> list[Written]:
    """Return the settings that follow from its files, those of the manifest first."""
    found = {entry.key: entry for entry in it.taken.settings}

    def add(key: str, value: object, why: str) -> None:
        path = tuple(key.split("."))
        found.setdefault(path, Written(key=path, value=value, comment=why))

    if is_streamlit and (base := _base_path(it)):
        add("network.base_url_path", base.value, base.why)
    if not is_streamlit and (why := _sessions(it)):
        add("network.sticky_sessions", value=True, why=why)
    if not is_streamlit and (host := listening.host_variable(it)):
        before = found.pop(("ecs", "environment"), None)
        given = before.value if before else {}
        add("ecs.environment", {host.value: EVERYWHERE, **given}, host.why)
    follows = it.served.follows if it.served else ""
    if it.process and follows not in {"", PROFILES[STREAMLIT if is_streamlit else WEB].port_variable}:
        add("ecs.port_variable", follows, f"{it.process.why} follows it")
    if it.dockerfile and it.process and it.is_beside:
        add("ecs.command", list(it.process.value), f"{it.process.why}; the image has none")
    if it.dockerfile and it.dockerfile != DOCKERFILES[0]:
        add("push.dockerfile", it.dockerfile, "")
    if "arm64" in it.image.platform:
        add("ecs.architecture", "ARM64", f"the Dockerfile is FROM --platform={it.image.platform}")
    return list(found.values())


def _base_path(it: Evidence) -> Clue[str] | None:
    if it.served and it.served.base_path and it.process:
        return Clue(value=it.served.base_path, why=f"{it.process.why} has --server.baseUrlPath")
    return streamlit_config.base_path(it.sources)


def _sessions(it: Evidence) -> str:
    """Return why a browser has to stay on its task, or ""."""
    names = [name for name, package, _ in it.known_packages() if package.has_sessions]
    if it.served:
        names = [it.served.name] if it.served.server.has_sessions else []
    return f"a session of {names[0]} lives in one task" if names else ""


def _notes(it: Evidence, *, is_streamlit: bool) -> list[str]:
    """Return what who deploys should know."""
    found = [*it.taken.notes]
    for other in it.manifests:
        if other is not it.manifest:
            what = "needs an environment file of its own" if other.type == WEB_SERVICE else "is not taken over"
            what = "[[tasks]] runs it, where it has the same image" if other.type == "Scheduled Job" else what
            found.append(f"{other.file}: {other.type}: {what}")
    if is_streamlit:
        found += streamlit_config.notes(it.sources)
    of_listening = (
        listening.unreachable(it, is_streamlit=is_streamlit),
        listening.unfilled(it),
        "" if is_streamlit else listening.several(it),
    )
    found += [said for said in of_listening if said]
    if not is_streamlit and "django" in it.packages:
        found.append(
            "Django: the health check's Host header is the address of the task: ALLOWED_HOSTS has to allow it, "
            "or the answer is 400"
        )
    return found


def _project(it: Evidence) -> Clue[str]:
    """Return a name: Copilot's, that of pyproject.toml or package.json, or the folder's.

    It is cut so that the target group's name has room for it.
    """
    room = max(1, min(LONGEST, TARGET_GROUP - len(f"-{it.environment}-65535b")))
    if it.application and it.manifest:
        several = sum(other.type == WEB_SERVICE for other in it.manifests) > 1
        name = f"{it.application}-{it.manifest.name}" if several else it.application
        return Clue(value=name_of(name, room), why="copilot/.workspace")
    project = it.sources.toml(packages.PYPROJECT)
    candidates = (
        (packages.PYPROJECT, packages.table(project, "project").get("name")),
        (packages.PYPROJECT, packages.table(project, "tool", "poetry").get("name")),
        (packages.PACKAGE_JSON, packages.package_json(it.sources).get("name")),
    )
    for file, said in candidates:
        known = name_of(said.rpartition("/")[2], room) if isinstance(said, str) else ""
        if known:
            return Clue(value=known, why=f"{file} has it")
    return Clue(value=name_of(it.sources.folder.resolve().name, room) or "app"[:room], why="the folder's name")
