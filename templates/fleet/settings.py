"""The settings `[fleet]`.

Limits: "StackSet operation options" and "CloudFormation quotas" in the user guide, and the API reference of
`DeploymentTargets` and `StackSetOperationPreferences`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.partitions import partition_of
from templates.section import Allowed, Section, changed, refuse_idle, refuse_twice

MOST_UNITS = 50
"""Organizational units in one operation."""
AccountId = Annotated[
    str,
    Field(pattern=r"^[0-9]{12}$"),
    Allowed("the 12 digits of an account in quotes, because a number loses its leading zeros"),
]
UnitId = Annotated[
    str,
    Field(pattern=r"^(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$"),
    Allowed('the id of an organizational unit, such as "ou-ab12-c3d4e5f6", or of the root, such as "r-ab12"'),
]
Region = Annotated[
    str,
    Field(pattern=r"^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$"),
    Allowed('a region in quotes, such as "ap-northeast-2"'),
]
OF_SELF_MANAGED = ("administration_role_arn", "execution_role_name")
OF_SERVICE_MANAGED = ("account_filter", "call_as", "auto_deployment", "retain_stacks_on_account_removal")


class Settings(Section):
    """`[fleet]`: where `bootstrap --fleet` rolls the bootstrap stack out, by a stack set in `[aws] region`.

    With `organizational_units` AWS Organizations gives the permissions (service-managed), otherwise roles that are in
    each account (self-managed).
    """

    accounts: Annotated[tuple[AccountId, ...], Field(max_length=1000)] = ()
    """Accounts. With `organizational_units`, `account_filter` says what they mean."""
    organizational_units: Annotated[tuple[UnitId, ...], Field(max_length=MOST_UNITS)] = ()
    """Organizational units, or the root, with all below; the management account is never among their accounts."""
    account_filter: Literal["intersection", "difference"] | None = None
    """Only those of `accounts` that are in the units, or all others that are in them."""
    regions: Annotated[tuple[Region, ...], Field(max_length=50)] = ()
    """Regions, in the order in which they are worked on."""
    administration_role_arn: Annotated[
        str | None,
        Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$"),
        Allowed("the ARN of a role of the administrator account in quotes"),
    ] = None
    """Role as which StackSets act. `AWSCloudFormationStackSetAdministrationRole` when left out."""
    execution_role_name: Annotated[
        str,
        Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
        Allowed("the name of a role in quotes, not its ARN: 1 to 64 letters, digits and any of + = , . @ _ -"),
    ] = "AWSCloudFormationStackSetExecutionRole"
    """Role in each account that the administration role assumes."""
    call_as: Literal["self", "delegated_admin"] = "self"
    """Whether the caller acts as the management account, or as a delegated administrator."""
    auto_deployment: bool = False
    """Whether accounts that join the units get the stack by themselves, and lose it when they leave."""
    retain_stacks_on_account_removal: bool = False
    """Whether an account that leaves the units keeps its stack."""
    failure_tolerance_count: Annotated[int, Field(ge=0)] | None = None
    """Accounts in a region that may fail before the operation stops there and in later regions. 0 when left out."""
    failure_tolerance_percentage: Annotated[int, Field(ge=0, le=100)] | None = None
    """The same, as a percentage of the accounts, rounded down."""
    max_concurrent_count: Annotated[int, Field(ge=1)] | None = None
    """Accounts in a region that are worked on at a time. 1 when left out."""
    max_concurrent_percentage: Annotated[int, Field(ge=1, le=100)] | None = None
    """The same, as a percentage of the accounts, rounded down, and 1 at least."""
    concurrency_mode: Literal["strict_failure_tolerance", "soft_failure_tolerance"] = "strict_failure_tolerance"
    """Strict: at most one account more at a time than may fail. Soft: always as many as `max_concurrent_*` says."""
    region_concurrency: Literal["sequential", "parallel"] = "sequential"
    """Whether the regions are worked on one after the other, or all at the same time."""
    managed_execution: bool = False
    """Whether operations that do not conflict run at the same time; others are queued."""

    @property
    def is_set(self) -> bool:
        """Whether there is a fleet."""
        return bool(self.regions)

    @property
    def is_service_managed(self) -> bool:
        """Whether AWS Organizations gives the permissions."""
        return bool(self.organizational_units)

    @property
    def home_region(self) -> str:
        """The region whose stack makes what an account can have only once, GitHub's identity provider."""
        return self.regions[0]

    @model_validator(mode="after")
    def _names_accounts_and_regions(self) -> Self:
        if not self.accounts and not self.organizational_units:
            why = "neither accounts nor organizational_units are named"
            refuse_idle(self, list(changed(self, type(self).model_fields)), why, "accounts", "organizational_units")
        elif not self.regions:
            key = "organizational_units" if self.organizational_units else "accounts"
            raise PydanticCustomError(
                "regions_missing", "no regions are named for them", {"key": "regions", "with": (key,)}
            )
        refuse_twice("accounts", self.accounts)
        refuse_twice("organizational_units", self.organizational_units)
        refuse_twice("regions", self.regions)
        return self

    @model_validator(mode="after")
    def _stays_in_one_partition(self) -> Self:
        found = [partition_of(it).name for it in self.regions]
        for index, name in enumerate(found):
            if name != found[0]:
                raise PydanticCustomError(
                    "other_partition",
                    "is in the partition {name}, and {first} in {of_first}: a stack set has one partition",
                    {"key": f"regions[{index}]", "name": name, "first": self.regions[0], "of_first": found[0]},
                )
        return self

    @model_validator(mode="after")
    def _has_the_permissions_that_are_set(self) -> Self:
        if self.is_service_managed:
            why = "with organizational_units, AWS makes the roles itself"
            refuse_idle(self, OF_SELF_MANAGED, why, "organizational_units")
            if bool(self.accounts) != bool(self.account_filter):
                key, other = ("account_filter", "accounts")
                raise PydanticCustomError(
                    "filter",
                    "accounts beside organizational_units need it, and it needs both",
                    {"key": key, "with": (other, "organizational_units")},
                )
            if not self.auto_deployment:
                why = "accounts that join or leave change nothing"
                refuse_idle(self, ["retain_stacks_on_account_removal"], why, "auto_deployment")
        elif self.accounts:
            refuse_idle(self, OF_SERVICE_MANAGED, "there are no organizational_units", "organizational_units")
        return self

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        for what in ("failure_tolerance", "max_concurrent"):
            count, percentage = f"{what}_count", f"{what}_percentage"
            if getattr(self, count) is not None and getattr(self, percentage) is not None:
                raise PydanticCustomError(
                    "two_ways", "is given as a number and as a percentage", {"key": percentage, "with": (count,)}
                )
        tolerated, at_once = self.failure_tolerance_count or 0, self.max_concurrent_count or 1
        strict = self.concurrency_mode == "strict_failure_tolerance" and self.failure_tolerance_percentage is None
        if strict and at_once > tolerated + 1:
            raise PydanticCustomError(
                "too_concurrent",
                "is at most one more than failure_tolerance_count ({tolerated}) with strict_failure_tolerance",
                {
                    "key": "max_concurrent_count",
                    "with": ("failure_tolerance_count", "concurrency_mode"),
                    "tolerated": tolerated,
                },
            )
        return self
