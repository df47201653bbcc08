"""An image of the commit that is checked out, built for the environment's tasks and pushed to its repository."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.build.push import PLATFORMS
from stacks.errors import Code, UserError
from stacks.images.commits import Commit, clean_commit, found_commit
from stacks.images.engines import REVISION, Build, find_engine
from stacks.images.failures import cause, hint
from stacks.images.programs import run
from stacks.images.targets import find_target, log_in
from stacks.preflight.architecture import check_architecture
from stacks.preflight.configuration import UnknownError
from stacks.preflight.contents import Contents

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from stacks.aws.session import Aws
    from stacks.images.engines import Engine
    from stacks.images.targets import Target
    from stacks.settings import Settings

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
"""https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests"""


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """An image that is in the repository; `engine` is the one that has pushed it, "" where it was there already."""

    environment: str
    repository: str
    tag: str
    digest: str
    engine: str

    @property
    def image(self) -> str:
        """Its address, as ECS pulls it."""
        return f"{self.repository}:{self.tag}"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be built, of which commit, and under which tag; `is_commits`: the tag is the commit's own."""

    build: Build
    commit: Commit | None
    tag: str
    is_commits: bool


def find_wanted(settings: Settings, *, tag: str | None = None, own: Collection[Path] = ()) -> Wanted:
    """Return what is to be pushed, without asking AWS or an engine.

    The tag is the commit's, where no other is given; then the build context has to be as in the commit, but for the
    folders in `own`. Raises UserError where it is not, where there is no Dockerfile, or for a text that is no tag.
    """
    if tag is not None and not TAG.fullmatch(tag):
        why = "a tag has 1 to 128 letters, digits, '.', '_' and '-', and begins with none of '.' and '-'"
        raise UserError(f"tag {tag!r}", why, code=Code.USAGE)
    build = _build(settings)
    if not build.dockerfile.is_file():
        why = "there is no such file, from where this command runs"
        raise UserError(str(build.dockerfile), why, "[push] context and dockerfile say where it is.", code=Code.FILE)
    if tag is not None:
        commit = found_commit(build.context, build.dockerfile, own=own)
        return Wanted(build=build, commit=commit, tag=tag, is_commits=False)
    clean = clean_commit(build.context, build.dockerfile, own=own)
    return Wanted(build=build, commit=clean, tag=clean.tag, is_commits=True)


@translate_aws_errors()
def push_image(
    aws: Aws, settings: Settings, wanted: Wanted, *, engine: str | None = None, emit: Callable[[str], None]
) -> Pushed:
    """Build the image and push it, unless the repository has it already.

    An image with the same tag is taken where it is of the same commit, and built for the tasks' processor. `engine` is
    one of `engines.ENGINES`, else the first that runs. Raises UserError.
    """
    target = find_target(aws, settings)
    if found := _existing(target, settings, wanted):
        emit(f"{target.name}:{wanted.tag} is there already")
        return _pushed(settings, target, wanted.tag, found)
    chosen = find_engine(engine, emit=emit, otherwise=_otherwise(settings, f"{target.uri} {wanted.tag}"))
    address = f"{target.address}:{wanted.tag}"
    emit(f"Logging in to {target.registry}")
    log_in(chosen, target)
    emit(f"Building {address} for {wanted.build.platform} with {chosen.name}")
    _run(chosen, chosen.build(_labelled(wanted), address), "build", settings, emit)
    emit(f"Pushing {address}")
    try:
        _run(chosen, chosen.push(address, plain=target.speaks_http), "push", settings, emit)
    except UserError:  # perhaps because somebody else has pushed the same meanwhile
        found = _existing(target, settings, wanted) if wanted.is_commits else ""
        if not found:
            raise
        emit(f"{target.name}:{wanted.tag} is there: somebody else has pushed it meanwhile")
        return _pushed(settings, target, wanted.tag, found)
    return _pushed(settings, target, wanted.tag, _digest(target, wanted.tag), chosen.name)


def _otherwise(settings: Settings, place: str) -> str:
    """Return what goes without an engine: on the embedded AWS, an empty image."""
    command = f"python -m sandbox.image {place}"
    return f"Without an engine, the sandbox takes an empty image: {command}" if settings.aws.is_embedded else ""


def _pushed(settings: Settings, target: Target, tag: str, digest: str, engine: str = "") -> Pushed:
    return Pushed(environment=settings.environment, repository=target.uri, tag=tag, digest=digest, engine=engine)


def _build(settings: Settings) -> Build:
    """Return what `[push]` says, with the platform of the tasks."""
    given = settings.push
    context = Path(given.context)
    return Build(
        context=context,
        dockerfile=context / given.dockerfile,
        platform=PLATFORMS[settings.ecs.architecture],
        target=given.target,
        arguments=given.build_args,
        labels={},
    )


def _labelled(wanted: Wanted) -> Build:
    """Return the build with the label that says of which commit it is; none where it is not exactly of one."""
    labels = {REVISION: wanted.commit.revision} if wanted.commit else {}
    return replace(wanted.build, labels=labels)


def _existing(target: Target, settings: Settings, wanted: Wanted) -> str:
    """Return the digest of the image that has this tag already, if it is the one wanted; "" where one is to be pushed.

    Raises UserError where the tag cannot be moved off another image.
    """
    found = target.find(wanted.tag)
    if found is None:
        return ""
    differs = _difference(target, settings, wanted)
    if not differs:
        return str(found["imageDigest"])
    if target.can_move(wanted.tag):
        return ""
    then = "Choose another tag with --tag."
    raise UserError(
        f"tag {wanted.tag}", f"{target.name} has an image with it already, and {differs}", then, code=Code.STATE
    )


def _difference(target: Target, settings: Settings, wanted: Wanted) -> str:
    """Return how the image with this tag differs from the one that would be built; "" where it is that one."""
    contents = Contents(target.aws, target.name, wanted.tag, target.registry_id)
    try:
        check_architecture(contents, settings, wanted.tag)
    except UserError as error:
        return error.why
    revision = _revision(contents)
    if wanted.commit and revision == wanted.commit.revision:
        return ""
    if revision:
        return f"it is of commit {revision}"
    return "" if wanted.is_commits else "it does not say of which commit it is"


def _revision(contents: Contents) -> str:
    """Return the commit that an image says it is of; "" where it says none, or cannot be read."""
    try:
        described: Sequence[Any] = contents.manifest.get("manifests") or ()
        digest = next((it["digest"] for it in described if it.get("platform", {}).get("os") != "unknown"), "")
        config = contents.configuration(digest).get("config") or {}
    except UnknownError:
        return ""
    return str((config.get("Labels") or {}).get(REVISION, ""))


def _run(engine: Engine, words: Sequence[str], what: str, settings: Settings, emit: Callable[[str], None]) -> None:
    """Run one step of the engine. Raises UserError, with the engine's own words, where it fails."""
    ended = run(words, say=emit)
    if ended.code:
        platform = PLATFORMS[settings.ecs.architecture]
        then = hint(ended, program=engine.name, platform=platform, environment=settings.environment)
        why = f"{engine.name} has failed ({ended.how}): {cause(ended)}".removesuffix(": ")
        raise UserError(what, why, then)


def _digest(target: Target, tag: str) -> str:
    found = target.find(tag)
    if found is None:
        why = f"the engine has pushed it, and {target.name} has no such tag"
        raise UserError(f"image {tag}", why, "Repeat the command.", code=Code.STATE)
    return str(found["imageDigest"])
