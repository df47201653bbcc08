"""Everything that the files of an app say, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stacks.new import dockerfile, packages, procfile
from stacks.new.clues import Clue
from stacks.new.copilot.manifests import Manifest, application, chosen, manifests
from stacks.new.copilot.reading import Taken
from stacks.new.copilot.settings import taken
from stacks.new.servers import PACKAGES, Package
from stacks.new.serving import Served, served
from stacks.new.sources import Sources


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
    has_dockerfile: bool
    image: dockerfile.Image
    process: Clue[tuple[str, ...]] | None
    """What starts the app: of the image, the Procfile, or npm."""
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


def gather(sources: Sources, environment: str, *, file: str = "Dockerfile", service: str | None = None) -> Evidence:
    """Read the files of an app. `service` is the name of a manifest of Copilot's, where there are several.

    Raises UserError for a file that cannot be read, is malformed, or is too large.
    """
    found, name = manifests(sources, environment), application(sources)
    manifest = chosen(found, service)
    target = manifest.at("image", "build", "target") if manifest else None
    text = sources.text(file)
    image = dockerfile.read(text or "", file, target if isinstance(target, str) else "")
    process = image.process or procfile.processes(sources).get("web") or packages.start_script(sources)
    return Evidence(
        sources=sources,
        environment=environment,
        application=name,
        manifests=tuple(found),
        manifest=manifest,
        taken=taken(manifest, name or manifest.name, environment) if manifest else Taken(),
        packages=packages.packages(sources),
        has_dockerfile=text is not None,
        image=image,
        process=process,
        served=served(process.value, image.environment) if process else None,
    )
