"""An image of the commit that is checked out, built for the environment's tasks and pushed to its repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.build.push import PLATFORMS
from stacks.errors import Code, UserError
from stacks.images.commits import clean_commit, found_commit
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
    from stacks.images.commits import Commit
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


@translate_aws_errors()
def push_image(
    aws: Aws,
    settings: Settings,
    *,
    tag: str | None = None,
    engine: str | None = None,
    own: Collection[Path] = (),
    emit: Callable[[str], None],
) -> Pushed:
    """Build the image and push it, unless the repository has it already.

    The tag is the commit's, where no other is given; then the build context has to be as in the commit, but for the
    folders in `own`. An image with the same tag is taken where it is of the same commit, and built for the tasks'
    processor. `engine` is one of `engines.ENGINES`, else the first that runs. Raises UserError.
    """
    if tag is not None and not TAG.fullmatch(tag):
        why = "a tag has 1 to 128 letters, digits, '.', '_' and '-', and begins with none of the last two"
        raise UserError(f"tag {tag!r}", why, code=Code.USAGE)
    target = find_target(aws, settings)
    build = _build(settings)
    find = found_commit if tag else clean_commit
    commit = find(build.context, build.dockerfile, own=own)
    named = tag or (commit.tag if commit else "")
    if found := _existing(target, settings, named, commit, is_commits=tag is None):
        emit(f"{target.name}:{named} is there already")
        return _pushed(settings, target, named, found)
    _refuse_absent(build)
    otherwise = ""
    if settings.aws.is_embedded:
        otherwise = f"Without an engine, the sandbox takes an empty image: python -m sandbox.image {target.uri} {named}"
    chosen = find_engine(engine, emit=emit, otherwise=otherwise)
    address = f"{target.address}:{named}"
    emit(f"Logging in to {target.registry}")
    log_in(chosen, target)
    labelled = _labelled(build, commit)
    emit(f"Building {address} for {build.platform} with {chosen.name}")
    _run(chosen, chosen.build(labelled, address), "build", settings, emit)
    emit(f"Pushing {address}")
    try:
        _run(chosen, chosen.push(address, plain=target.speaks_http), "push", settings, emit)
    except UserError:  # perhaps because somebody else has pushed the same meanwhile
        found = _existing(target, settings, named, commit, is_commits=True) if tag is None else ""
        if not found:
            raise
        emit(f"{target.name}:{named} is there: somebody else has pushed it meanwhile")
        return _pushed(settings, target, named, found)
    return _pushed(settings, target, named, _digest(target, named), chosen.name)


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


def _labelled(build: Build, commit: Commit | None) -> Build:
    """Return the build with the label that says of which commit it is; none where it is not exactly of one."""
    return Build(**vars(build) | {"labels": {REVISION: commit.revision}}) if commit else build


def _refuse_absent(build: Build) -> None:
    if not build.dockerfile.is_file():
        why = "there is no such file, from where this command runs"
        raise UserError(str(build.dockerfile), why, "[push] context and dockerfile say where it is.", code=Code.FILE)


def _existing(target: Target, settings: Settings, tag: str, commit: Commit | None, *, is_commits: bool) -> str:
    """Return the digest of the image that has this tag already, if it is the one wanted; "" where one is to be pushed.

    Raises UserError where the tag cannot be moved off another image.
    """
    found = target.find(tag)
    if found is None:
        return ""
    differs = _difference(target, settings, tag, commit, is_commits=is_commits)
    if not differs:
        return str(found["imageDigest"])
    if target.can_move(tag):
        return ""
    then = "Choose another tag with --tag."
    raise UserError(f"tag {tag}", f"{target.name} has an image with it already, and {differs}", then, code=Code.STATE)


def _difference(target: Target, settings: Settings, tag: str, commit: Commit | None, *, is_commits: bool) -> str:
    """Return how the image with this tag differs from the one that would be built; "" where it is that one."""
    contents = Contents(target.aws, target.name, tag, target.registry_id)
    try:
        check_architecture(contents, settings, tag)
    except UserError as error:
        return error.why
    revision = _revision(contents)
    if commit and revision == commit.revision:
        return ""
    if revision:
        return f"it is of commit {revision}"
    return "" if is_commits else "it does not say of which commit it is"


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
