"""Which image a rollback goes back to, and what else its plan will have."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, translate_aws_errors
from stacks.errors import Code, UserError
from stacks.history.operations import Outcome
from stacks.history.reading import DeployedImage, Deployment
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import ROOT
from stacks.request.repository import repository_name
from stacks.terminal import PROGRAM
from templates.ecs.image import ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.history.reading import History
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

GONE = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})
BY_CONTENT = re.compile(r"/([0-9a-f]{64})\.template\.json")
"""The end of a template's address, as `publish` makes it."""
SHORT = len("sha256:") + 12
"""Characters of a digest that tell it from others."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a rollback goes back to: the deployment that brought the image, and its tag.

    `moved` is the digest for which the tag stands now, where it stood for another one then; "" where it is the same
    or nobody knows. `same` are tags that stand for the image of then.
    """

    deployment: Deployment
    image: DeployedImage
    moved: str = ""
    same: tuple[str, ...] = ()


def choose(history: History, to: str | None) -> Deployment:
    """Return the deployment whose image is wanted: the last good one before what runs, or `to`, a tag or a number.

    Raises UserError where there is none, or it runs already, or did not succeed.
    """
    running = next((it for it in history.deployments if it.runs), None)
    if running is None or running.image is None:
        why = "no image of the history runs now"
        raise _refused(history, why, f"Deploy one: {PROGRAM} deploy {history.environment} --image TAG")
    found = _last_good(history, running) if to is None else _named(history, to)
    if found.image is not None and found.image.uri == running.image.uri:
        raise _refused(history, f"{_name(found.image)} is what runs", _alternatives(history, running.image))
    if found.outcome is not Outcome.SUCCEEDED:
        why = f"the deployment of {_name(found.image)} did not succeed: {found.outcome.value}"
        then = f"To deploy it all the same: {PROGRAM} deploy {history.environment} --image {_name(found.image)}"
        raise _refused(history, why, then)
    return found


def _last_good(history: History, running: Deployment) -> Deployment:
    """Return the one before the image that runs was deployed first: what came after that was left by going back."""
    newest = next(it for it in history.deployments if it.image is not None)
    if newest.outcome is not Outcome.SUCCEEDED and _uri(newest) != _uri(running):
        why = (
            f"{_name(running.image)} runs, which is the last good image: "
            f"the deployment of {_name(newest.image)} has ended as {newest.outcome.value}"
        )
        raise _refused(history, why, _alternatives(history, running.image))
    good = list(_good(history))
    first = max(at for at, it in enumerate(good) if _uri(it) == _uri(running))
    if first + 1 == len(good):
        more = " in what was read: a larger --limit reads more" if history.has_more else ""
        why = f"no other image was deployed with success before {_name(running.image)}{more}"
        raise _refused(history, why, _alternatives(history, running.image))
    return good[first + 1]


def _named(history: History, to: str) -> Deployment:
    """Return the newest success with this tag, else the newest deployment with it, else that of this number."""
    tagged = [it for it in history.deployments if it.image is not None and to in {it.image.tag, it.image.uri}]
    found = next((it for it in tagged if it.outcome is Outcome.SUCCEEDED), next(iter(tagged), None))
    if found is None and to.isascii() and to.isdecimal():
        found = next((it for it in history.deployments if it.number == int(to)), None)
        if found is not None and found.image is None:
            raise _refused(history, f"deployment {to} had no image", _alternatives(history, None))
    if found is None:
        known = _alternatives(history, None)
        then = "\n".join(dict.fromkeys((known, _another(history))))
        raise _refused(history, f"the history has no image {to}", then)
    return found


def find_target(aws: Aws, settings: Settings, history: History, chosen: Deployment) -> Target:
    """Return what the deployment's image is now. Raises UserError where it cannot be deployed any more."""
    image = chosen.image
    if image is None or not image.tag:
        raise _refused(history, f"deployment {chosen.number} has an image without a tag", "Deploy it by hand.")
    repository = repository_name(settings)
    if not repository:
        _refuse_other_address(history, image, settings.ecs.image)
        return Target(deployment=chosen, image=image)
    then = ecr_repository(image.uri)
    if then is None or then.name != repository:
        _refuse_other_address(history, image, repository)
    with translate_aws_errors():
        now = _digest(aws, repository, image.tag)
        if not now:
            still = [it.tag for it in _images(history) if it.tag != image.tag and _digest(aws, repository, it.tag)]
            there = f"Still there: {', '.join(still)}." if still else "None of the history's images is there any more."
            why = f"image {image.tag} is not in {repository} any more"
            raise _refused(history, why, f"{there}\n[ecr] keep_images says how many stay.", code=Code.ABSENT)
        if not image.digest or now == image.digest:
            return Target(deployment=chosen, image=image)
        return Target(deployment=chosen, image=image, moved=now, same=_tags(aws, repository, image.digest))


def remarks(target: Target, settings: Settings, changed: Iterable[str] | None) -> Iterator[str]:
    """Yield what to know before the plan; `changed` are nested stacks whose templates are others now, None: unknown."""
    it, image = target.deployment, target.image
    by = f" by {it.who}" if it.who else ""
    yield f"Back to image {image.tag}, deployed {it.began.astimezone():%Y-%m-%d %H:%M}{by}. Other settings are today's."
    if target.moved:
        same = f" That image is now {', '.join(target.same)}." if target.same else ""
        yield (
            f"The tag {image.tag} stands for another image than then: {image.digest[:SHORT]} then, "
            f"{target.moved[:SHORT]} now.{same}"
        )
    if changed is None:
        yield "Whether templates have changed since the last deployment is not known: read the plan."
    elif names := ", ".join(changed):
        yield f"Settings or templates have changed since the last deployment, so the plan has more: {names}."
    if settings.image_tag and settings.image_tag != image.tag:
        yield (
            f"The settings have image_tag = {settings.image_tag}, which the next `deploy` without --image brings back: "
            "change it there, too."
        )


def changed_stacks(deployed: Mapping[str, Any], rendered: Rendered) -> list[str] | None:
    """Return the nested stacks whose templates differ from those of the deployed root template; None: unknown.

    They are known by their addresses, which have the hash of the content; other tools address them otherwise.
    """
    root = json.loads(rendered.templates[ROOT])
    wanted = {
        name: hashlib.sha256(rendered.templates[it["Properties"]["TemplateURL"]].encode()).hexdigest()
        for name, it in root["Resources"].items()
        if it["Type"] == NESTED_STACK
    }
    there: dict[str, str] = {}
    for name, it in deployed.get("Resources", {}).items():
        if it.get("Type") == NESTED_STACK:
            found = BY_CONTENT.search(str(it["Properties"].get("TemplateURL", "")))
            if found is None:
                return None
            there[name] = found[1]
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def _good(history: History) -> Iterator[Deployment]:
    return (it for it in history.deployments if it.outcome is Outcome.SUCCEEDED and it.image is not None)


def _images(history: History) -> list[DeployedImage]:
    """Return the images that were deployed well, each once, newest first."""
    found = {it.image.uri: it.image for it in reversed(list(_good(history))) if it.image is not None}
    return list(found.values())[::-1]


def _alternatives(history: History, running: DeployedImage | None) -> str:
    names = [_name(it) for it in _images(history) if running is None or it.uri != running.uri]
    return f"Deployed with success: {', '.join(names)} (--to TAG)." if names else _another(history)


def _another(history: History) -> str:
    return f"Another image is deployed with: {PROGRAM} deploy {history.environment} --image TAG"


def _uri(deployment: Deployment) -> str:
    return deployment.image.uri if deployment.image is not None else ""


def _name(image: DeployedImage | None) -> str:
    return "" if image is None else image.tag or image.uri


def _refuse_other_address(history: History, image: DeployedImage, wanted: str) -> None:
    if image.repository not in {wanted, wanted.partition("@")[0]}:
        why = f"image {image.tag} was in {image.repository}, and the settings have {wanted}"
        raise _refused(history, why, "Set [ecs] image or [ecr] back first, or push the image where they say.")


def _refused(history: History, why: str, then: str, code: Code = Code.REFUSED) -> UserError:
    return UserError(f"rollback of {history.environment}", why, then, code=code)


def _digest(aws: Aws, repository: str, tag: str) -> str:
    return next((str(it.get("imageDigest", "")) for it in _details(aws, repository, {"imageTag": tag})), "")


def _tags(aws: Aws, repository: str, digest: str) -> tuple[str, ...]:
    return tuple(tag for it in _details(aws, repository, {"imageDigest": digest}) for tag in it.get("imageTags", ()))


def _details(aws: Aws, repository: str, which: Any) -> list[Any]:  # noqa: ANN401 - a tag or a digest
    try:
        return list(aws.ecr.describe_images(repositoryName=repository, imageIds=[which])["imageDetails"])
    except ClientError as error:
        if error_code(error) in GONE:
            return []
        raise
