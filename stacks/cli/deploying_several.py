"""Several environments in order, with the same image in all, to the first that fails."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.cli.connection import connected
from stacks.cli.deploying import Bring, deploy_environment
from stacks.cli.follow import report
from stacks.cli.reporting import DONE, FAILED, progress
from stacks.errors import Code, UserError
from stacks.images.copy import copy_image
from stacks.images.targets import find_target, takes_images
from stacks.operations.deploy import Deployment
from stacks.request.parameters import deployed_tag
from stacks.views import several as view

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from stacks.aws.session import Aws
    from stacks.cli.arguments import ChangeOptions, OperationOptions
    from stacks.cli.deploying import Prepared
    from stacks.images.targets import Target
    from stacks.operations.destroy import Destroyed
    from stacks.settings import Settings


def deploy_several(
    prepared: Sequence[Prepared],
    options: ChangeOptions,
    *,
    image: str | None,
    build: Bring | None,
    commands: Collection[str],
    checks_rights: bool,
) -> int:
    """Deploy them one after the other, show one result for all, and return the exit code.

    `image` is the tag that was asked for; `build` pushes one to the first environment. Without either, the image is
    that of the first environment's settings, else the one that runs there. Each asks for its own confirmation. What
    stops one is raised, and stops all.
    """
    refuse_different([it.settings for it in prepared], image=image, builds=build is not None)
    done = view.Several(names=[it.settings.environment for it in prepared])
    each = partial(
        deploy_environment,
        options=options,
        commands=commands,
        checks_rights=checks_rights,
        show=partial(_show, done),
    )
    emit = progress(options)
    try:
        with ExitStack() as connections:

            def begin(one: Prepared) -> Aws:
                done.begin()
                emit(f"{one.settings.environment}: {done.begun} of {len(prepared)}")
                return connections.enter_context(connected(one.settings))

            return _deploy_in_order(prepared, done, each, begin, emit, image=image, build=build)
    except (UserError, KeyboardInterrupt) as error:
        interrupted = UserError("interrupted", "by Ctrl-C", code=Code.INTERRUPTED)
        done.error = error if isinstance(error, UserError) else interrupted
        raise
    finally:
        if options.json:
            terminal.document(view.document(done))
        else:
            terminal.data(view.text(done))


def _deploy_in_order(  # noqa: PLR0913 - the parts of one loop
    prepared: Sequence[Prepared],
    done: view.Several,
    each: Callable[..., int],
    begin: Callable[[Prepared], Aws],
    emit: Callable[[str], None],
    *,
    image: str | None,
    build: Bring | None,
) -> int:
    """Deploy the first, which decides on the image, and then the others with it, to the first that fails."""
    first, *others = prepared
    aws = begin(first)
    if build is not None:
        build = dataclasses.replace(build, image=partial(_noted, done, build))
    else:
        done.image = _image_of(aws, first.settings) if image is None else image
    if each(aws, first, bring=build) != DONE:
        return FAILED
    source = _source(aws, first.settings)
    for one in others:
        aws = begin(one)
        bring = Bring(image=partial(_bring, source, done.image, emit)) if done.image else None
        if each(aws, one, bring=bring) != DONE:
            return FAILED
    return DONE


def _show(done: view.Several, options: OperationOptions, result: Deployment | Destroyed) -> int:
    """Keep the result, for the one that is shown at the end, and show it now where people read."""
    if isinstance(result, Deployment):
        done.keep(result)
    if options.json:
        return DONE if result.succeeded else FAILED
    return report(options, result)


def _noted(done: view.Several, build: Bring, aws: Aws, settings: Settings) -> str:
    done.image = build.image(aws, settings)
    return done.image


def _image_of(aws: Aws, settings: Settings) -> str:
    """Return the tag of an environment: that of its settings, else the one that runs, else ""."""
    with translate_aws_errors():
        return settings.image_tag or deployed_tag(aws, settings.identity.name)


@translate_aws_errors()
def _source(aws: Aws, settings: Settings) -> Target | None:
    """Return the repository from which the others get the image; None for another registry."""
    return find_target(aws, settings) if takes_images(settings) else None


@translate_aws_errors()
def _bring(source: Target | None, tag: str, emit: Callable[[str], None], aws: Aws, settings: Settings) -> str:
    """Copy the image from the first environment's repository, unless it is there, and return its tag.

    Raises UserError where the repository has another image with this tag.
    """
    if source is None or not takes_images(settings):
        return tag
    target = find_target(aws, settings)
    if target.is_same(source):
        return tag
    here, there = source.find(tag), target.find(tag)
    if here and there and here["imageDigest"] != there["imageDigest"]:
        why = f"{target.name} has another image with this tag than {source.name}"
        then = "Deploy them one by one, or give the image a tag that only it has."
        raise UserError(f"image {tag}", why, then, code=Code.STATE)
    if here and not there:
        copy_image(source.repository, target.repository, tag, emit=emit)
    return tag


def refuse_different(several: Sequence[Settings], *, image: str | None, builds: bool) -> None:
    """Raise UserError where the settings of several environments do not let them have the same image."""
    tags = {it.environment: it.image_tag for it in several if it.image_tag}
    if image is None and not builds and len({*tags.values()}) > 1:
        named = ", ".join(f"{name}: {tag}" for name, tag in tags.items())
        then = "Say which one all get: --image TAG, or --build."
        raise UserError("image_tag", f"the environments name different images ({named})", then, code=Code.SETTINGS)
    foreign = {it.ecs.image for it in several if not takes_images(it)}
    if foreign and len({it.ecs.image for it in several}) > 1:
        why = f"not all environments take the image from {min(foreign)}, and it cannot be copied from or to there"
        raise UserError("[ecs] image", why, "Deploy them one by one.", code=Code.SETTINGS)
    if not builds:
        return
    first = several[0]
    for other in several[1:]:
        for what, differs in (
            ("[ecs] architecture", other.ecs.architecture != first.ecs.architecture),
            ("[push]", other.push != first.push),
        ):
            if differs:
                why = f"{first.environment} and {other.environment} differ in it, and one image is built for all"
                raise UserError(what, why, "Deploy them one by one.", code=Code.SETTINGS)
