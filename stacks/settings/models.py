"""The whole of an environment file: the templates' settings, and where AWS is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from stacks.settings import partitions
from stacks.settings.push import PushSettings
from templates import root
from templates.bootstrap import Settings as BootstrapSettings
from templates.bootstrap.fleet import LONGEST_ROLE
from templates.fleet import Settings as FleetSettings
from templates.partitions import partition_of
from templates.section import Allowed, Map, Section, refuse_idle
from templates.tags import MAX_OWN_TAGS, TagMap

if TYPE_CHECKING:
    from templates.identity import Identity


def _endpoint(text: str) -> str:
    try:
        port = urlsplit(text).port
    except ValueError as error:
        raise PydanticCustomError("endpoint", "not a URL: {error}", {"error": str(error)}) from error
    if port == 0:
        raise PydanticCustomError("endpoint", "port 0 cannot be connected to")
    return text


SANDBOX = "sandbox"
"""The endpoint that means the embedded AWS."""
PROD_LIKE = frozenset({"live", "prod", "production"})
"""Environments whose deployment is confirmed by typing their name, unless `[aws] confirm` says otherwise."""


class AwsSettings(Section):
    """`[aws]`: which account and region, and how they are reached."""

    region: Annotated[
        str,
        Field(pattern=r"^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$"),
        Allowed('a region in quotes, such as "ap-northeast-2"'),
    ]
    """Region of everything that is deployed."""
    account_id: Annotated[
        str | None,
        Field(pattern=r"^[0-9]{12}$"),
        Allowed("the 12 digits of an account in quotes, because a number loses its leading zeros"),
    ] = None
    """The account that must answer; where another one does, nothing happens. Any account when left out."""
    endpoint: Annotated[
        str | None,
        Field(pattern=r"^(?:sandbox|https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[!-~]*)?)$"),
        AfterValidator(_endpoint),
        Allowed('"sandbox" or a URL in quotes, such as "http://127.0.0.1:4566"'),
    ] = None
    """`sandbox` for the embedded AWS, or the URL of another. AWS itself when left out."""
    sandbox_time_scale: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.0
    """How long resources take on the embedded AWS, as a part of AWS's typical time: 1 is as on AWS, 0 no time."""
    sandbox_enforce_iam: bool = False
    """Whether the embedded AWS decides by IAM policies what callers and CloudFormation may do."""
    sandbox_state: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9._/-]{1,255}$"),
        Allowed("a folder in quotes: letters, digits, '.', '_', '-' and '/'"),
    ] = ".sandbox"
    """Folder in which the embedded AWS keeps its state, seen from where the command runs."""
    artifact_bucket: Annotated[
        str | None,
        Field(min_length=3, max_length=63, pattern=r"^[a-z0-9]+(?:(?:\.|-+)[a-z0-9]+)*$"),
        Allowed("the name of a bucket in quotes: 3 to 63 lower-case letters, digits, hyphens and dots"),
    ] = None
    """Existing S3 bucket for the templates. The bootstrap stack's own when left out."""
    express: bool = False
    """Whether `deploy --express` may be used, which does not wait until resources are stable."""
    confirm: Literal["name", "yes"] | None = None
    """What `deploy` asks for: the environment's name or `yes`. The name for prod, production, live when left out."""

    @property
    def embedded_state(self) -> str:
        """The folder with the state of the embedded AWS; "" where another AWS is meant."""
        return self.sandbox_state if self.is_embedded else ""

    @property
    def is_embedded(self) -> bool:
        """Whether the embedded AWS is meant."""
        return self.endpoint == SANDBOX


class StackSettings(Section):
    """`[stack]`: what keeps the deployed stack from harm. What is left out stays as it is."""

    termination_protection: bool | None = None
    """Whether CloudFormation refuses to delete the stack, until this is false and has been deployed."""
    protect_stateful: bool | None = None
    """Whether a stack policy denies that updates replace or remove what holds data, but for `--allow-replace PATH`."""
    tags: Annotated[TagMap, Field(max_length=MAX_OWN_TAGS)] = Map()
    """Tags of everything that is deployed, tasks and the bootstrap stack among them, beside `Project`, `Environment`
    and `ManagedBy`."""


class Settings(root.Settings):
    """Everything that an environment file says."""

    aws: AwsSettings
    stack: StackSettings = StackSettings()
    bootstrap: BootstrapSettings = BootstrapSettings()
    fleet: FleetSettings = FleetSettings()
    push: PushSettings = PushSettings()

    @model_validator(mode="after")
    def _boundaries_agree(self) -> Self:
        wanted = self.bootstrap.permissions_boundary_arn if self.bootstrap.execution_role else None
        if wanted and self.iam.permissions_boundary_arn != wanted:
            raise PydanticCustomError(
                "boundary",
                "the execution role makes roles with the boundary {wanted} only",
                {
                    "key": "iam.permissions_boundary_arn",
                    "with": ("bootstrap.permissions_boundary_arn", "bootstrap.execution_role"),
                    "wanted": wanted,
                },
            )
        return self

    @model_validator(mode="after")
    def _fleet_has_one_template(self) -> Self:
        if not self.fleet.is_set:
            return self
        here, there = partition_of(self.aws.region).name, partition_of(self.fleet.home_region).name
        if here != there:
            raise PydanticCustomError(
                "other_partition",
                "are in the partition {there}, and the stack set is in {here}",
                {"key": "fleet.regions", "with": ("aws.region",), "here": here, "there": there},
            )
        why = {
            "execution_rights": "one template is for all accounts, and the environments are in some",
            "execution_role_name": "an account has a role for each region, whose name has to differ",
        }
        for key, reason in why.items():
            refuse_idle(self.bootstrap, (key,), reason, "fleet.accounts", "fleet.organizational_units", at="bootstrap.")
        for key in ("github_role_name", "plan_role_name"):
            if len(getattr(self.bootstrap, key)) > LONGEST_ROLE:
                raise PydanticCustomError(
                    "role_name_too_long",
                    "has more than {most} characters, and in a fleet the region is added",
                    {"key": f"bootstrap.{key}", "with": ("fleet.regions",), "most": LONGEST_ROLE},
                )
        return self

    @model_validator(mode="after")
    def _one_application(self) -> Self:
        if self.names.application and (twice := [it for it in self.stack.tags if it.casefold() == "application"]):
            raise PydanticCustomError(
                "tag",
                "is set by names.application",
                {"key": f"stack.tags.{twice[0]}", "with": ("names.application",)},
            )
        return self

    @property
    def identity(self) -> Identity:
        """The names and tags of this deployment, one's own among them."""
        return dataclasses.replace(super().identity, own_tags=tuple(self.stack.tags.items()))

    @property
    def confirmation(self) -> str:
        """The word that has to be typed before a deployment."""
        asked = self.aws.confirm or ("name" if self.environment in PROD_LIKE else "yes")
        return self.environment if asked == "name" else "yes"

    @model_validator(mode="after")
    def _arns_are_within_reach(self) -> Self:
        partitions.refuse_foreign(self, self.aws.region)
        return self
