"""What a deployment needs to be allowed: one action, on what, under which conditions, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """When an action is called. A rollback undoes: it deletes what was created, and updates back."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ROLLBACK = "rollback"
    READ = "read"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What needs the action: a property of a resource in a module, or, for a direct call, a command.

    `module` is the logical id of the nested stack, or `Root`; for a command it is `Commands`, and `logical_id` names
    the commands. `property` is empty where the resource as such needs it.
    """

    module: str
    logical_id: str
    type: str = ""
    property: str = ""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Need:
    """One action that will be called.

    `resources` are the ARNs it is called on, as patterns: `*` stands for what is known only when it is there. Each of
    them has to be allowed. `context` are condition keys that are known to hold then, each with its values. `source`
    says where the need comes from: the resource schema, or a document.
    """

    action: str
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phases: frozenset[Phase]
    why: Reason
    source: str


@dataclass(frozen=True, kw_only=True)
class Needs:
    """All of one environment. Where CloudFormation has no role of its own, the deployer needs both.

    `deployer` is for the caller of the commands, `cloudformation` for the role as which CloudFormation acts. `unknown`
    are resources whose schema does not say what it calls. `own_role`: CloudFormation is given a role.
    """

    environment: str
    stack_name: str
    deployer: tuple[Need, ...]
    cloudformation: tuple[Need, ...]
    unknown: tuple[str, ...] = ()
    own_role: bool = False
