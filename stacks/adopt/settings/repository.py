"""`[ecr]`, and the image that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items, part
from stacks.adopt.running import best_tag
from stacks.adopt.settings.facts import Setting, setting, whole

if TYPE_CHECKING:
    from stacks.adopt.settings.facts import Facts

REPOSITORY, LOG_GROUP = "Ecr/Repository", "Ecs/LogGroup"
IMMUTABLE = "IMMUTABLE"
"""With it, our repository has a rule for untagged images."""
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


def repository(facts: Facts) -> Iterator[Setting]:
    """Yield the repository's settings, where it is adopted."""
    it = facts.of(REPOSITORY)
    if not it:
        return
    yield setting("ecr.repository_name", it.get("RepositoryName"), (REPOSITORY, "RepositoryName"))
    mutability = it.get("ImageTagMutability", "MUTABLE")
    yield setting("ecr.image_tag_mutability", mutability, (REPOSITORY, "ImageTagMutability"))
    scans = part(it, "ImageScanningConfiguration").get("ScanOnPush", False)
    yield setting("ecr.scan_on_push", scans in {True, "true"}, (REPOSITORY, "ImageScanningConfiguration"))
    encryption = part(it, "EncryptionConfiguration")
    where = (REPOSITORY, "EncryptionConfiguration")
    yield setting("ecr.encryption_type", encryption.get("EncryptionType", "AES256"), where)
    yield from _lifecycle(_document(part(it, "LifecyclePolicy").get("LifecyclePolicyText")), mutability)
    if policy := _document(it.get("RepositoryPolicyText")):
        yield setting("ecr.repository_policy", _text(policy), (REPOSITORY, "RepositoryPolicyText"))


def key(facts: Facts) -> Iterator[Setting]:
    """Yield the key of images and logs, where both have the same one: our settings have one for all that is stored."""
    images, logs = image_key(facts.of(REPOSITORY)), str(facts.of(LOG_GROUP).get("KmsKeyId") or "")
    if logs and (images == logs or not facts.of(REPOSITORY)):
        decides = ((REPOSITORY, "EncryptionConfiguration"), (LOG_GROUP, "KmsKeyId"))
        yield setting("security.kms_key", logs, *decides)


def image_key(repository: Mapping[str, Any]) -> str:
    """Return the ARN of the key that encrypts a repository's images; "" where it is not known or AWS's own."""
    return str(part(repository, "EncryptionConfiguration").get("KmsKey") or "")


def image(facts: Facts) -> Iterator[Setting]:
    """Yield the repository of the image that runs, where it is not adopted.

    Its tag is no setting: as everywhere, a deployment that names none keeps the image.
    """
    name, _ = split(str(facts.container.get("Image") or ""))
    if name and not facts.of(REPOSITORY):
        yield setting("ecs.image", name, ("Ecs/TaskDefinition", "ContainerDefinitions"))


def image_tag(facts: Facts) -> str:
    """Return the tag of the image that runs: one of its digest or, where none is known, the task definition's."""
    _, tag = split(str(facts.container.get("Image") or ""))
    found = best_tag(facts.running.tags) or tag
    return found if _TAG.fullmatch(found) else ""


def split(image_name: str) -> tuple[str, str]:
    """Return repository and tag of an image; the tag is `latest` without one, and "" where there is a digest alone."""
    name, _, digest = image_name.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, tag
    return name, "" if digest else "latest"


def _document(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return a policy, which is an object or its text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _text(policy: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(policy, ensure_ascii=False, separators=(",", ":"))


def _lifecycle(policy: Any, mutability: str) -> Iterator[Setting]:  # noqa: ANN401 - JSON
    """Yield what expires: a number of all images, or the policy as it is; an empty one where ours would have one."""
    where = (REPOSITORY, "LifecyclePolicy")
    rules = [part(it, "selection") for it in items(policy.get("rules"))]
    of_all = [it for it in rules if it.get("tagStatus") == "any" and it.get("countType") == "imageCountMoreThan"]
    if len(rules) == len(of_all) == 1:
        yield setting("ecr.keep_images", whole(of_all[0].get("countNumber")), where, comment="images, tagged or not")
    elif rules:
        yield setting("ecr.lifecycle_policy", _text(policy), where)
    elif mutability == IMMUTABLE:
        key = ("ecr", "lifecycle_policy")
        yield Setting(key=key, value="", decides=(where,), comment="no image expires", may_be_empty=True)
