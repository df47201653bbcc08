"""The settings `[ecr]`."""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from templates.ecr.pull_through_cache import PullThroughCache
from templates.section import Allowed, Section, refuse_idle

MAX_WILDCARDS = 4
"""Wildcards of a pattern, at most (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html)."""
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$"), Allowed("the 12 digits of an account in quotes")]


MAX_EXPIRING_TAGS = 10
"""Patterns, of which each takes a rule; a lifecycle policy has 50 (ECR, "Quotas")."""
ExpiringTag = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._*-]*[A-Za-z0-9._-][A-Za-z0-9._*-]*$", max_length=128),
    Allowed('tags as patterns in quotes, like "pr-*", with at most four "*" and not for every tag'),
]


EXPIRY = ("expiring_tags", "keep_tagged_images", "untagged_expire_days")
"""Settings of our own lifecycle policy."""


def _policy(text: str) -> str:
    """Refuse what is neither empty nor a JSON object."""
    if text:
        try:
            document = json.loads(text)
        except ValueError as error:
            raise PydanticCustomError("json", "is no JSON: {why}", {"why": str(error)}) from error
        if not isinstance(document, dict) or not document.keys() & {"rules", "Statement"}:
            raise PydanticCustomError("json", 'is no policy, which is an object with "rules" or "Statement"')
    return text


PolicyText = Annotated[str, Field(max_length=30720), AfterValidator(_policy), Allowed('a policy as JSON text, or ""')]
"""As long as a lifecycle policy (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html);
a repository's has 10,240 characters (SetRepositoryPolicy)."""


class Settings(Section):
    """`[ecr]`: the image repository."""

    repository_name: Annotated[
        str | None,
        Field(
            min_length=2,
            max_length=256,
            pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$",
        ),
        Allowed("2 to 256 lower-case letters and digits in quotes, with single '.', '_', '-' and '/' between them"),
    ] = None
    """Name of the repository; lower case, 2 to 256 characters. `PROJECT-ENVIRONMENT` when left out. Another one is a
    second repository: `deploy` copies the image that runs, and the first one stays."""
    image_tag_mutability: Literal["IMMUTABLE", "MUTABLE"] = "IMMUTABLE"
    """Whether a pushed tag can be moved to another image. IMMUTABLE: what was deployed stays what it was."""
    scan_on_push: bool = True
    """Scan each image for known vulnerabilities when it is pushed. Enhanced scanning ignores this."""
    enhanced_scanning: bool = False
    """Have Amazon Inspector scan the project's images continuously, including packages of programming languages. It is
    a setting of the account's whole registry: other repositories are scanned on push, and it stays when this deployment
    goes. The environments of a project may share it; rules of others are not overwritten."""
    encryption_type: Literal["AES256", "KMS"] = "AES256"
    """How images are encrypted at rest; KMS uses the account's `aws/ecr` key. Where `security.kms_key` is not `aws`, it
    is KMS with that key. What is there is not encrypted anew: a change needs another `repository_name`, too."""
    expiring_tags: Annotated[tuple[ExpiringTag, ...], Field(strict=False, max_length=MAX_EXPIRING_TAGS)] = ()
    """Tags of images that are never deployed, as patterns with `*`, such as `pr-*`. No other tagged image expires: ECR
    does not know which one runs."""
    keep_tagged_images: Annotated[int, Field(ge=1, le=10000)] = 30
    """How many images with each of `expiring_tags` are kept; older ones expire."""
    untagged_expire_days: Annotated[int, Field(ge=1, le=3650)] = 7
    """Days after which an untagged image expires. With MUTABLE tags none does: a tag can be moved off the image that
    runs."""
    keep_images: Annotated[int, Field(ge=1, le=10000)] | None = None
    """Instead of all that: how many images are kept, whatever their tags; older ones expire, also one that runs. No
    image that can run expires when left out."""
    lifecycle_policy: PolicyText | None = None
    """Instead of all that: a lifecycle policy as JSON text, or "" for none."""
    repository_policy: PolicyText | None = None
    """The repository's policy as JSON text, instead of the one of `pull_account_ids`."""
    pull_account_ids: Annotated[tuple[AccountId, ...], Field(strict=False)] = ()
    """Other accounts that may pull images, with any key: ECR decrypts by a grant of its own. None: the repository has
    no policy; its own account's IAM decides."""
    pull_through_cache: PullThroughCache | None = None

    @field_validator("expiring_tags")
    @classmethod
    def _few_wildcards(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if pattern.count("*") > MAX_WILDCARDS:
                raise PydanticCustomError("pattern", "{pattern} has more than four *", {"pattern": pattern})
        if twice := [it for index, it in enumerate(patterns) if it in patterns[:index]]:
            raise PydanticCustomError("pattern", "{pattern} is there twice", {"pattern": twice[0]})
        return patterns

    @model_validator(mode="after")
    def _one_lifecycle(self) -> Self:
        if self.lifecycle_policy is not None:
            refuse_idle(self, ("keep_images", *EXPIRY), "lifecycle_policy says what expires", "lifecycle_policy")
        elif self.keep_images is not None:
            refuse_idle(self, EXPIRY, "keep_images counts all images", "keep_images")
        if self.repository_policy is not None:
            refuse_idle(self, ("pull_account_ids",), "repository_policy says who may pull", "repository_policy")
        return self

    def expires(self, tag: str) -> bool:
        """Whether an image with this tag can expire."""
        return any(re.fullmatch(".*".join(map(re.escape, it.split("*"))), tag) for it in self.expiring_tags)


def refuse_idle_repository(settings: Settings, image: str) -> None:
    """Raise PydanticCustomError if settings are for the repository in the stack, and `image` is in another one."""
    if image and settings.enhanced_scanning:
        raise PydanticCustomError(
            "no_repository",
            "there is no repository to scan: the image is in another one",
            {"key": "ecr.enhanced_scanning", "with": ("ecs.image",)},
        )
    if image:
        own = ("image_tag_mutability", "scan_on_push", "encryption_type", "keep_images", *EXPIRY[1:])
        why = "the image is in the repository that ecs.image names, and none is made"
        refuse_idle(
            settings, (*own, "lifecycle_policy", "repository_policy", "pull_account_ids"), why, "ecs.image", at="ecr."
        )
    if settings.enhanced_scanning:
        why = "enhanced_scanning ignores it"
        refuse_idle(settings, ("scan_on_push",), why, "ecr.enhanced_scanning", at="ecr.")
