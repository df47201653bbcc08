"""The record of a resource type: what the product knows of it beyond its provider schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from templates.resource_types.stateful import STATEFUL

IDENTITY = "project or environment"
"""The settings from which most names are made."""
Step = Literal["create", "update", "delete"]


ANYWHERE = ("*",)
HERE: Mapping[str, tuple[str, ...]] = MappingProxyType({"aws:RequestedRegion": ("{region}",)})
"""Only in the deployment's region: for actions whose resources have no names, or none that could be known before."""


@dataclass(frozen=True)
class Grant:
    """A statement that allows actions of a service, `SERVICE:Action` for one of another, separated by spaces.

    In the ARNs `on` and in the values of `when` (StringEquals), `{any}` stands for all names of the project,
    `{project}` for the project, `{repository}` for each of its image repositories, and `{partition}`, `{region}`,
    `{account}` and `{url_suffix}` for those of the stack. `by_id`: on resources whose ids nobody knows before.
    """

    sid: str
    service: str
    actions: str
    on: tuple[str, ...] = ANYWHERE
    when: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_id: bool = False


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """One call that tells whether a name is taken: creating a resource under a taken name fails.

    `properties` make up the name; messages show the last one. `client` is an attribute of `Aws`, `operation` its
    method, and `action` the right that the caller needs. In `parameters`, a property in braces is its value, and
    `{partition}`, `{region}` and `{account}` are those of the deployment.

    The name is taken if one of the answer's lists `items` has an element that has all of `matching` (one of the texts
    for each key) and nothing of `ended`; without `items`, if there is an answer at all. `pages` are the keys of the
    next page's token, in the answer and in the request. `absent` are the error codes for "there is none", and
    `setting` is where another name is set. With `is_domain` names are compared as Route 53 writes domain names. The
    statement `sid` allows the action `on` an ARN, as in `Grant`; without them IAM knows no resource for it.

    This is not Cloud Control's GetResource: that takes primary identifiers, which are ARNs with random parts for load
    balancers, target groups and web ACLs, and needs the rights of each type's read handler.
    """

    properties: tuple[str, ...]
    client: str
    operation: str
    action: str
    parameters: Mapping[str, Any]
    items: tuple[str, ...] = ()
    matching: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[str, str] | None = None
    absent: tuple[str, ...] = ()
    setting: str = IDENTITY
    is_domain: bool = False
    sid: str = ""
    on: str = ""


@dataclass(frozen=True)
class NotLookedUp:
    """Why nobody asks whether the name of a new resource is taken.

    `adopted`: CloudFormation takes over a resource of this name. `free`: several can have the name, or creating one
    changes the existing one. `belongs`: the name is that of another resource, with which it is new.
    """

    kind: Literal["adopted", "free", "belongs"]
    why: str


@dataclass(frozen=True)
class Only:
    """Actions (patterns) of the type's handlers that are needed only where the resource has one of the properties.

    A property is a path into the resource, `PATH~TEXT` one whose value can contain the text. With no property the
    actions are never needed, and `why` says so. An action of the handlers without such a line is always needed: broad
    is safe.
    """

    actions: tuple[str, ...]
    properties: tuple[str, ...] = ()
    why: str = ""


def only(actions: str, properties: str = "", why: str = "") -> Only:
    """Return the line for actions and properties that are separated by spaces."""
    return Only(tuple(actions.split()), tuple(properties.split()), why)


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Actions that a resource needs beyond what its type's handlers list, by a page of AWS or a report.

    `property` as in `Only`; empty: always.
    """

    actions: tuple[str, ...]
    steps: tuple[Step, ...]
    why: str
    source: str
    property: str = ""


@dataclass(frozen=True, kw_only=True)
class PassedRole:
    """A property that hands a role to a service, which then acts with it."""

    property: str
    service: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ServiceLinkedRole:
    """The role that a service makes in an account with the first resource of the type; `property` as in `Only`."""

    service: str
    role: str
    source: str
    property: str = ""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """What is known of a type, apart from its provider schema, from which handlers, tags and replacements are read.

    Name and ARN: `name` is the property with the name, `generated` what CloudFormation makes where it is left out,
    `longest` the most characters of one that it makes, `lower` whether it has no capitals. `ref` is what `Ref` gives.
    `arns` are, by kind in the service authorization reference, the ARNs to which actions on the resource refer, its own
    kind first: `{name}` is its name, another word in braces the value of the property at this path. In `rewritten`
    the first text, of another resource's ARN, becomes the second.

    A name or a place that only one can have: `taken` says how a name is looked up before a resource is created, or why
    not; `place` are the properties of what is unique without a name, `within` those within whose value a name is unique
    where the schema does not say so; `remedy` is what to do where a replacement keeps its name.

    In a plan: `noun` is what people call it. `shown` are the properties (paths; `[]` is any element) that are shown of
    a new or removed one, most telling first; None for those that look like names. `replaced` and `removed` say what
    that means. `fixed` are the attributes that stay the same as long as the resource is not replaced
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html).
    `seconds` are those that creating and updating it typically take: `stacks/estimate/durations.py` names the source.

    Rights: `only`, `lacking`, `passes` and `service_linked` correct what the schema's handlers list.
    """

    type: str
    noun: str = ""

    name: str = ""
    generated: str = "{stack}-{logical_id}-*"
    longest: int = 255
    lower: bool = False
    ref: Literal["name", "arn", "unknown"] = "unknown"
    arns: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    rewritten: tuple[str, str] = ("", "")

    taken: Lookup | NotLookedUp | None = None
    place: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    remedy: str = ""

    shown: tuple[str, ...] | None = None
    replaced: str = ""
    removed: str = ""
    fixed: tuple[str, ...] = ()
    seconds: tuple[float, float] | None = None

    only: tuple[Only, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    passes: tuple[PassedRole, ...] = ()
    service_linked: tuple[ServiceLinkedRole, ...] = ()

    @property
    def is_stateful(self) -> bool:
        """Whether it holds data that no template makes again."""
        return self.type in STATEFUL


@dataclass(frozen=True, kw_only=True)
class Service:
    """The types of a service, and what roles of the bootstrap stack may do with their resources.

    `execution` are the grants of the role with which CloudFormation deploys, by its policy (`Service`, `Data`,
    `Network`, `Names`): all that templates can need. `drift` are those of whoever looks for drift; those of one
    name are one statement.
    """

    types: tuple[ResourceType, ...] = ()
    execution: Mapping[str, tuple[Grant, ...]] = field(default_factory=lambda: MappingProxyType({}))
    drift: tuple[Grant, ...] = ()


def arn(service: str, resource: str) -> str:
    """Return the ARN of something in the deployment's account and region."""
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"
