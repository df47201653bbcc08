"""Container engines: which one is there and runs, and how each is asked to log in, build, tag and push."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.images.programs import Ended, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUILDX, DOCKER, PODMAN = "buildx", "docker", "podman"
ENGINES = (BUILDX, DOCKER, PODMAN)
"""In the order in which they are looked for. `docker` is Docker with its former builder, without buildx."""
REVISION = "org.opencontainers.image.revision"
"""The label with the commit: https://github.com/opencontainers/image-spec/blob/main/annotations.md"""
INSTALL = (
    "Install Docker (https://docs.docker.com/engine/install/) or Podman (https://podman.io/docs/installation), or let "
    "CI push the image."
)
START = {
    DOCKER: "Start it: `sudo systemctl start docker` on Linux, Docker Desktop on macOS and Windows. An engine on "
    "another machine is named by `docker context use` or DOCKER_HOST.",
    PODMAN: "Start it: `podman machine start` on macOS and Windows.",
}
SOCKET = "Your user may not use its socket: `sudo usermod -aG docker $USER`, and log in again."
BUILDX_MISSING = "Install it (https://docs.docker.com/go/buildx/; the package docker-buildx-plugin), or choose another."


@dataclass(frozen=True, kw_only=True)
class Build:
    """What is built: `platform` is like `linux/arm64`, `arguments` are those of the Dockerfile."""

    context: Path
    dockerfile: Path
    platform: str
    target: str
    arguments: Mapping[str, str]
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine that runs, and the program that asks it."""

    name: str
    program: str

    def login(self, registry: str, *, plain: bool) -> list[str]:
        """Return the command that logs in with the password on standard input; `plain`: the registry speaks HTTP.

        https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry-auth-token
        """
        return [self.program, "login", "--username", "AWS", "--password-stdin", *self._unverified(plain), registry]

    def build(self, build: Build, image: str) -> list[str]:
        """Return the command that builds an image and gives it this name.

        buildx adds an attestation of its own to each image, so that it becomes an index of two manifests, of which one
        is of no platform (https://docs.docker.com/build/metadata/attestations/). Fargate and ECR take it, but each of
        the two counts for `[ecr] keep_images`; so there is none.
        """
        subcommand = ["buildx", "build", "--load", "--provenance=false"] if self.name == BUILDX else ["build"]
        return [
            self.program,
            *subcommand,
            *("--platform", build.platform),
            *("--tag", image),
            *("--file", str(build.dockerfile)),
            *(("--target", build.target) if build.target else ()),
            *_each("--build-arg", build.arguments),
            *_each("--label", build.labels),
            str(build.context),
        ]

    def push(self, image: str, *, plain: bool) -> list[str]:
        """Return the command that pushes an image by its name."""
        return [self.program, "push", *self._unverified(plain), image]

    def _unverified(self, plain: bool) -> tuple[str, ...]:  # noqa: FBT001 - the caller's own keyword
        """Docker takes HTTP from 127.0.0.0/8 by itself: https://docs.docker.com/reference/cli/dockerd/#insecure-registries."""
        return ("--tls-verify=false",) if plain and self.name == PODMAN else ()


def find_engine(wanted: str | None, *, emit: Callable[[str], None], otherwise: str = "") -> Engine:
    """Return the engine that was asked for, or the first that runs.

    Raises UserError where there is none: what to install where no program is on PATH, and what to start where there is
    only the program. `otherwise` is what goes without any.
    """
    missed: list[UserError] = []
    for name in (wanted,) if wanted else (DOCKER, PODMAN):
        found = _look(name)
        if isinstance(found, Engine):
            for error in missed:
                emit(f"{error.what}: {error.why}; {found.name} is used instead")
            return found
        if found is not None:
            missed.append(found)
    if missed:
        first = missed[0]
        raise UserError(first.what, first.why, "\n".join(filter(None, (first.then, otherwise))), code=first.code)
    programs = DOCKER if wanted == BUILDX else wanted or f"neither {DOCKER} nor {PODMAN}"
    why = f"{programs} is {'not ' if wanted else ''}on PATH"
    raise UserError("container engine", why, "\n".join(filter(None, (INSTALL, otherwise))), code=Code.INSTALLATION)


def _look(name: str) -> Engine | UserError | None:
    """Return what runs under this name; why it does not; or None where its program is not on PATH.

    `docker` finds buildx first, and may be Podman under another name (https://podman-desktop.io/docs/migrating-from-docker).
    """
    program = shutil.which(PODMAN if name == PODMAN else DOCKER)
    if program is None:
        return None
    if name == PODMAN or "podman" in ask([program, "--version"]).text.lower():
        answer = ask([program, "info", "--format", "{{.Host.Arch}}"])
        return _stopped(PODMAN, answer) if answer.code else Engine(name=PODMAN, program=program)
    answer = ask([program, "version", "--format", "{{.Server.Version}}"])
    if answer.code:
        return _stopped(DOCKER, answer)
    if not ask([program, "buildx", "version"]).code:
        return Engine(name=BUILDX, program=program)
    if name == BUILDX:
        return UserError("buildx", "docker runs, and has no buildx", BUILDX_MISSING, code=Code.INSTALLATION)
    return Engine(name=DOCKER, program=program)


def _stopped(name: str, answer: Ended) -> UserError:
    """Return that there is a program, but no engine that answers it."""
    said = next((line.strip() for line in reversed(answer.lines) if line.strip()), answer.how)
    then = SOCKET if "permission denied" in said.lower() else START[name]
    return UserError(name, f"the program is there, but no engine answers it: {said}", then, code=Code.INSTALLATION)


def _each(option: str, pairs: Mapping[str, str]) -> Iterator[str]:
    for key, value in pairs.items():
        yield from (option, f"{key}={value}")
