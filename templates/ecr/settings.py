"""`[ecr]`: what an environment file says of the image repository and its registry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from templates.ecr.pull_through_cache import PullThroughCache
from templates.section import Allowed, Section

AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$"), Allowed("the 12 digits of an account in quotes")]


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
    """Name of the repository; lower case, 2 to 256 characters. `PROJECT-ENVIRONMENT` when left out."""
    image_tag_mutability: Literal["IMMUTABLE", "MUTABLE"] = "IMMUTABLE"
    """Whether a pushed tag can be moved to another image. IMMUTABLE: what was deployed stays what it was."""
    scan_on_push: bool = True
    """Scan each image for known vulnerabilities when it is pushed. With enhanced scanning ECR does not look at this."""
    enhanced_scanning: bool = False
    """Have Amazon Inspector scan the project's images, packages of programming languages among them, again and again.
    It is a setting of the account's whole registry: other repositories are scanned on push, and it stays when this
    deployment goes. One environment of an account has it for all; a second one is refused."""
    encryption_type: Literal["AES256", "KMS"] = "AES256"
    """How images are encrypted at rest; KMS uses the account's `aws/ecr` key. Where `security.kms_key` is not `aws`, it
    is KMS with that key. A change replaces the repository."""
    keep_tagged_images: Annotated[int, Field(ge=1, le=10000)] = 30
    """How many tagged images are kept; older ones expire."""
    untagged_expire_days: Annotated[int, Field(ge=1, le=3650)] = 7
    """Days after which an untagged image expires."""
    pull_account_ids: Annotated[tuple[AccountId, ...], Field(strict=False)] = ()
    """Other accounts that may pull images, with any key: ECR decrypts by a grant of its own. None: the repository has
    no policy; its own account's IAM decides."""
    pull_through_cache: PullThroughCache | None = None


def refuse_elsewhere(settings: Settings, image: str) -> None:
    """Raise PydanticCustomError where a repository of our own is to be scanned, and `image` is in another one."""
    if image and settings.enhanced_scanning:
        raise PydanticCustomError(
            "no_repository",
            "there is no repository to scan: the image is in another one",
            {"key": "ecr.enhanced_scanning", "with": ("ecs.image",)},
        )
