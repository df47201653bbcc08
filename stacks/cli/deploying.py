"""One environment, from its settings to the end of its deployment."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from stacks import plan, terminal
from stacks.adopt.release.gate import refuse_while_held
from stacks.aws.errors import translate_aws_errors
from stacks.aws.session import Aws
from stacks.build.check import render_or_refuse
from stacks.build.push import copy_commands
from stacks.cli import recovery, refusals, session
from stacks.cli.bootstrapping import offer_bootstrap
from stacks.cli.execution import execute
from stacks.cli.follow import report
from stacks.cli.reporting import DONE, progress
from stacks.images.copy import Repository, copy_image
from stacks.operations.deploy import Deployment
from stacks.operations.destroy import Destroyed
from stacks.operations.protection import protection_of, refuse_express
from stacks.rendered.rendered import Rendered
from stacks.request.repository import is_missing
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from stacks.cli.arguments import ChangeOptions, OperationOptions
    from stacks.request.former_image import Former

Report: TypeAlias = Callable[["OperationOptions", Deployment | Destroyed], int]
"""What shows how a deployment has ended, and returns the exit code."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An environment whose settings hold, and whose templates are rendered and linted: nothing was asked of AWS."""

    settings: Settings
    rendered: Rendered


def _nothing() -> None:
    """Require nothing."""


@dataclass(frozen=True, kw_only=True)
class Bring:
    """What brings the image into the repository, which is there then, and returns its tag.

    `require` raises UserError where that is impossible; it is called before the repository is made.
    """

    image: Callable[[Aws, Settings], str]
    require: Callable[[], None] = _nothing


def prepare(environment: str, options: ChangeOptions, *, image: str | None = None) -> Prepared:
    """Load, render and lint an environment; `image` is the tag that `--image` names. Raises UserError."""
    settings = session.load(environment, options, image=image)
    refuse_express(settings, asked=options.express)
    return Prepared(
        settings=settings, rendered=render_or_refuse(session.load(environment, options), session.LINT_CACHE)
    )


def deploy_environment(  # noqa: PLR0913 - what differs between one environment and several
    aws: Aws,
    one: Prepared,
    options: ChangeOptions,
    *,
    checks_rights: bool,
    commands: Collection[str] = ("deploy",),
    bring: Bring | None = None,
    show: Report = report,
) -> int:
    """Plan, ask, execute and follow; return the exit code. Raises UserError where nothing can be deployed.

    `commands` are those whose rights are needed. `bring` says which image is deployed; where the repository is not
    there yet, a deployment without an image makes it first.
    """
    settings, rendered, emit = one.settings, one.rendered, progress(options)
    offer_bootstrap(aws, settings, options)
    if checks_rights:
        refusals.refuse_missing_rights(aws, settings, rendered, commands, emit=emit)
    refuse_while_held(aws, settings, emit=emit)
    recovery.make_ready(aws, settings, rendered.stack_name, options, "deploy")
    if bring is not None:
        with translate_aws_errors():
            missing = is_missing(aws, settings)
        if missing:
            bring.require()
            emit(f"{settings.environment} has no repository for the image yet: this deployment makes it")
            without = dataclasses.replace(one, settings=settings.model_copy(update={"image_tag": ""}))
            code = _apply(aws, without, options, _without_push(show), last=False)
            if code != DONE:
                return code
        tag = bring.image(aws, settings)
        one = dataclasses.replace(one, settings=settings.model_copy(update={"image_tag": tag}))
    return _apply(aws, one, options, show)


def _without_push(show: Report) -> Report:
    """Return a report that does not say how an image is pushed: that comes next."""

    def shown(options: OperationOptions, result: Deployment | Destroyed) -> int:
        return show(options, dataclasses.replace(result, push=()) if isinstance(result, Deployment) else result)

    return shown


def _apply(aws: Aws, one: Prepared, options: ChangeOptions, show: Report, *, last: bool = True) -> int:
    settings, emit, wanted = one.settings, progress(options), protection_of(one.settings)
    found = plan.prepare(aws, settings, one.rendered, emit=emit, express=options.express)
    if found.former is None:
        return execute(aws, found, settings, options, wanted=wanted, last=last, show=show)
    former = found.former
    if found.change_set is not None:
        is_last = last and not former.source
        code = execute(aws, found, settings, options, wanted=wanted, last=is_last, show=show)
        if code != DONE:
            return code
    if not former.source:
        if last:
            terminal.message(_brought_by_hand(aws, former, settings))
        return DONE
    source, target = (
        Repository(aws=aws, registry_id=aws.account_id, name=name) for name in (former.source, former.repository)
    )
    copy_image(source, target, former.tag, emit=emit)
    found = plan.prepare(aws, settings, one.rendered, emit=emit, express=options.express)
    return execute(aws, found, settings, options, wanted=wanted, last=last, show=show)


def _brought_by_hand(aws: Aws, former: Former, settings: Settings) -> str:
    """Return how the image that runs comes from another registry into the repository."""
    uri = aws.ecr.describe_repositories(repositoryNames=[former.repository])["repositories"][0]["repositoryUri"]
    lines = copy_commands(
        former.address,
        uri,
        environment=settings.environment,
        tag=former.tag,
        architecture=settings.ecs.architecture,
    )
    return "\n".join([f"{former.note} Bring it over:", *(f"  {line}" for line in lines)])
