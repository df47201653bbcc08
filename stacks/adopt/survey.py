"""What is known of a takeover: which of our resources take over which of Terraform's, and what would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from stacks.terraform.state import State


class Absent(Enum):
    """The value of a property that is not there, which is not the same as null."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A resource of Terraform that becomes one of ours.

    `recorded` and `live` are properties as CloudFormation writes them, without read-only ones: from the state, and from
    Cloud Control. They are not part of the `repr`.
    """

    addresses: tuple[str, ...]
    """The resource's address, then those of resources that are properties of it here, such as a lifecycle policy."""
    path: str
    """`Ecs/Service`: its child stack and logical id in our templates."""
    type: str
    """`AWS::ECS::Service`."""
    identifier: Mapping[str, str]
    """Primary identifier, as `ResourcesToImport` takes it."""
    recorded: Mapping[str, Any] = field(repr=False)
    live: Mapping[str, Any] | None = field(repr=False, default=None)
    unread: str = ""
    """Why it could not be read, where `live` is None."""
    owner: str = ""
    """The stack of CloudFormation that owns it already."""
    is_gone: bool = False
    """Whether AWS has it no more: the state is older than what runs."""

    @property
    def child(self) -> str:
        """Logical id of its child stack."""
        return self.path.partition("/")[0]

    @property
    def logical_id(self) -> str:
        """Its logical id in the child's template."""
        return self.path.partition("/")[2]

    @property
    def known(self) -> Mapping[str, Any]:
        """Its properties, as they are live, or else as the state has them."""
        return self.recorded if self.live is None else self.live


@dataclass(frozen=True, kw_only=True)
class Staying:
    """A resource that stays with Terraform."""

    address: str
    type: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """A resource of our templates that Terraform has not; the first deployment after the takeover creates it."""

    path: str
    type: str


class Effect(Enum):
    """What the first deployment after the takeover does about a difference, from nothing to what blocks a takeover."""

    SAME = "same"
    DEFAULT = "default"
    """AWS's default, which one side does not write: no difference, never shown."""
    IN_PLACE = "changed in place"
    ROLLOUT = "new tasks are rolled out"
    INTERRUPTION = "a brief interruption"
    DELETES_LATER = "deletes data later"
    REPLACEMENT = "replacement"
    UNREADABLE = "cannot be read"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A property whose value differs between the state, what is live, and our template."""

    path: str
    """`Ecs/Service`."""
    property: str
    """`DeploymentConfiguration.MaximumPercent`."""
    effect: Effect
    state: Any = field(default=ABSENT, repr=False)
    live: Any = field(default=ABSENT, repr=False)
    template: Any = field(default=ABSENT, repr=False)
    is_read: bool = True
    """Whether the resource could be read; if not, the state's value is compared, and there is no live one."""
    why: str = ""
    """What happens, in a sentence, where the effect alone does not say it."""
    setting: str = ""
    """The line of the environment file that settles it, with its table: `[names]\\nservice = "x"`; or empty."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The whole of a look: what `adopt` shows, and what `adopt --execute` starts from."""

    state: State
    adopted: tuple[Adopted, ...]
    staying: tuple[Staying, ...]
    made: tuple[Made, ...]
    differences: tuple[Difference, ...]
    refusals: tuple[str, ...] = ()
    """Why there can be no takeover as things are, one sentence each."""
    notes: tuple[str, ...] = ()
    """What else a person should know before a takeover, one sentence each."""

    @property
    def is_blocked(self) -> bool:
        """Whether something has to be settled before a takeover."""
        return bool(self.refusals) or any(it.effect is Effect.REPLACEMENT for it in self.differences)
