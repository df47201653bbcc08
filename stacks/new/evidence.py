"""Everything that the files of an app say, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stacks.new import packages, procfile
from stacks.new.clues import Clue
from stacks.new.compose import service as service_of
from stacks.new.copilot.manifests import Manifest, application, chosen, manifests
from stacks.new.copilot.reading import Taken
from stacks.new.copilot.settings import taken
from stacks.new.dockerfile import Image, read
from stacks.new.own_programs import started
from stacks.new.servers import PACKAGES, Package
from stacks.new.serving import Served
from stacks.new.sources import Sources

DOCKERFILES = ("Dockerfile", "Containerfile", "docker/Dockerfile", "deploy/Dockerfile", "Dockerfile.prod")
"""Where it can be, the usual place first."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of an app."""

    sources: Sources
    environment: str
    application: str | None
    """The name of Copilot's application."""
    manifests: tuple[Manifest, ...]
    """Copilot's services and jobs."""
    manifest: Manifest | None
    """The one that is taken over."""
    taken: Taken
    packages: Mapping[str, Clue[str]] = field(repr=False)
    """What the app depends on, by normalised name."""
    dockerfile: str | None
    """Its name, seen from the build's context; None where there is none."""
    image: Image
    process: Clue[tuple[str, ...]] | None
    """What starts the app: of the image, the Procfile, a Compose file, or npm."""
    is_beside: bool
    """Whether that is in a file which no image knows: a Procfile or a Compose file."""
    published: Clue[int] | None
    """The port in the container that a Compose file publishes."""
    served: Served | None
    """The server that it starts, if it is a known one."""

    def known_packages(self) -> list[tuple[str, Package, str]]:
        """Return the packages that say what the app is: name, what is known of it, and where it is."""
        return [(name, it, self.packages[name].why) for name, it in PACKAGES.items() if name in self.packages]

    def in_manifest(self, *path: str) -> object:
        """Return a value of the manifest; None where there is none."""
        return self.manifest.at(*path) if self.manifest else None

    def clue_of_manifest(self, path: str) -> str:
        """Return the words for a key of the manifest."""
        return f"{self.manifest.file}: {path}" if self.manifest else ""


def gather(sources: Sources, environment: str, *, service: str | None = None) -> Evidence:
    """Read the files of an app. `service` is the name of a manifest of Copilot's, where there are several.

    Raises UserError for a file that cannot be read, is malformed, or is too large.
    """
    found, name = manifests(sources, environment), application(sources)
    manifest = chosen(found, service)
    result = taken(manifest, name or manifest.name, environment) if manifest else Taken()
    built = {it.key[1]: str(it.value) for it in result.settings if it.key[0] == "push"}
    app = Sources(sources.folder / built.get("context", "."), sources.planned)
    file = next((it for it in (built.get("dockerfile"), *DOCKERFILES) if it and app.has(it)), DOCKERFILES[0])
    text = app.text(file)
    image = read(text or "", file, built.get("target", ""))
    compose = service_of(app)
    beside = procfile.processes(app).get("web") or compose.command
    process = image.process or beside or packages.start_script(app)
    return Evidence(
        sources=app,
        environment=environment,
        application=name,
        manifests=tuple(found),
        manifest=manifest,
        taken=result,
        packages=packages.packages(app),
        dockerfile=file if text is not None else None,
        image=image,
        process=process,
        is_beside=process is not None and process is beside,
        published=compose.port,
        served=started(process.value, image.environment, app) if process else None,
    )
